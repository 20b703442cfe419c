"""Reading images: right by hand, as OpenCV reads them, and refusals in words."""

import io
import struct
import subprocess
import sys
import warnings
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from cnnbook import reading
from cnnbook.data import load_photos
from cnnbook.reading import read_image, resize

ORIENTATION = 0x0112


def stored(image, form="PNG", **options):
    """The bytes of a file that Pillow writes."""
    if isinstance(image, np.ndarray):
        image = Image.fromarray(image)
    stream = io.BytesIO()
    image.save(stream, form, **options)
    return stream.getvalue()


def some_rgb(h=20, w=30, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (h, w, 3), dtype=np.uint8)


def by_opencv(content, flags=cv2.IMREAD_COLOR_RGB):
    return cv2.imdecode(np.frombuffer(content, np.uint8), flags)


def over(pixels, alpha, background):
    """Laid over a background in floats, rounded half up."""
    a = alpha[..., None] / 255.0
    return np.floor(pixels * a + background * (1 - a) + 0.5).astype(int)


def chunk(kind, data):
    check = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)


def png_of_zeros(h, w):
    """A gray PNG of a few kilobytes, whatever its size in pixels."""
    rows = zlib.compressobj()
    data = b"".join(rows.compress(bytes(w + 1)) for _ in range(h)) + rows.flush()
    header = struct.pack(">IIBBBBB", w, h, 8, 0, 0, 0, 0)
    parts = (chunk(b"IHDR", header), chunk(b"IDAT", data), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def test_color_and_gray_by_hand():
    pixels = np.array([[[255, 0, 0], [10, 20, 30]]], np.uint8)
    found = read_image(stored(pixels))
    assert found.dtype == np.uint8
    assert found.tolist() == pixels.tolist()
    # 0.299 * 255 = 76.2; 0.299 * 10 + 0.587 * 20 + 0.114 * 30 = 18.2
    assert read_image(stored(pixels), channels=1).tolist() == [[[76], [18]]]
    gray = np.array([[7, 200]], np.uint8)
    assert read_image(stored(gray)).tolist() == [[[7] * 3, [200] * 3]]
    assert read_image(stored(gray), channels=1).tolist() == [[[7], [200]]]


def test_a_path_as_text_or_path_and_bytes_are_read_alike(tmp_path):
    place = tmp_path / "photo.png"
    place.write_bytes(stored(some_rgb()))
    for source in (place, str(place), place.read_bytes()):
        np.testing.assert_array_equal(read_image(source), some_rgb())


@pytest.mark.parametrize("form", ["PNG", "JPEG", "BMP", "TIFF", "WEBP"])
def test_opencv_reads_the_same(form):
    content = stored(load_photos()["china"][:120, :160], form)
    theirs = by_opencv(content)
    # decoders of JPEG and WebP are free to round differently
    most = 3 if form in ("JPEG", "WEBP") else 0
    assert np.abs(read_image(content).astype(int) - theirs).max() <= most
    gray = cv2.cvtColor(theirs, cv2.COLOR_RGB2GRAY)[..., None]
    gap = read_image(content, channels=1).astype(int) - gray
    assert np.abs(gap).max() <= most + 1


def test_a_palette_is_looked_up():
    image = Image.new("P", (3, 1))
    image.putpalette([255, 0, 0, 0, 255, 0, 9, 8, 7])
    image.putdata([2, 0, 1])
    found = read_image(stored(image))
    assert found.tolist() == [[[9, 8, 7], [255, 0, 0], [0, 255, 0]]]
    np.testing.assert_array_equal(found, by_opencv(stored(image)))


def test_a_palette_with_transparency_is_laid_over_the_background():
    image = Image.new("P", (3, 1))
    image.putpalette([200, 0, 0, 0, 200, 0, 9, 8, 7])
    image.putdata([0, 1, 2])
    content = stored(image, transparency=bytes([0, 51, 255]))
    # 51 is a fifth: 0.2 * 200 + 0.8 * 255 = 244, 0.8 * 255 = 204
    white = [[[255, 255, 255], [204, 244, 204], [9, 8, 7]]]
    assert read_image(content).tolist() == white
    assert read_image(content, background=0).tolist() == [
        [[0, 0, 0], [0, 40, 0], [9, 8, 7]]
    ]
    one = stored(image, "GIF", transparency=1)
    assert read_image(one, background=3).tolist() == [
        [[200, 0, 0], [3, 3, 3], [9, 8, 7]]
    ]


@pytest.mark.parametrize("background", [255, 0, 100])
def test_alpha_is_exact_for_each_pair_of_level_and_alpha(background):
    level, alpha = np.meshgrid(np.arange(256), np.arange(256))
    color = np.dstack([level, 255 - level, level])
    rgba = np.dstack([color, alpha]).astype(np.uint8)
    found = read_image(stored(rgba), background=background)
    np.testing.assert_array_equal(found, over(color, alpha, background))
    gray = np.dstack([level, alpha]).astype(np.uint8)
    found = read_image(stored(gray), channels=1, background=background)
    np.testing.assert_array_equal(found, over(level[..., None], alpha, background))


def test_what_is_transparent_hides_its_color():
    rgba = np.zeros((1, 1, 4), np.uint8)
    rgba[..., :3] = 77
    assert read_image(stored(rgba), background=200).tolist() == [[[200] * 3]]
    assert by_opencv(stored(rgba)).tolist() == [[[77] * 3]]  # OpenCV drops alpha


def test_cmyk_is_right_by_formula_and_as_opencv_reads_it():
    flat = {(0, 0, 0, 0): 255, (0, 0, 0, 255): 0, (255, 255, 255, 0): 0}
    for ink, expected in flat.items():
        content = stored(Image.new("CMYK", (8, 8), ink), "JPEG", quality=100)
        assert np.abs(read_image(content).astype(int) - expected).max() <= 2
    cyan = stored(Image.new("CMYK", (8, 8), (255, 0, 0, 0)), "JPEG", quality=100)
    assert np.abs(read_image(cyan).astype(int) - [0, 255, 255]).max() <= 2
    photo = Image.fromarray(load_photos()["flower"][:64, :64]).convert("CMYK")
    content = stored(photo, "JPEG")
    gap = read_image(content).astype(int) - by_opencv(content)
    assert np.abs(gap).max() <= 3


def test_16_bits_of_gray_are_rounded_and_not_clipped():
    levels = np.arange(65536, dtype=np.uint16).reshape(256, 256)
    found = read_image(stored(levels), channels=1)[..., 0]
    np.testing.assert_array_equal(found, np.rint(levels / 257))
    assert found[[0, -1], [0, -1]].tolist() == [0, 255]
    theirs = by_opencv(stored(levels), cv2.IMREAD_GRAYSCALE)  # the upper byte
    assert np.abs(found.astype(int) - theirs).max() == 1
    for content in (stored(levels, "TIFF"), stored(Image.fromarray(levels))):
        np.testing.assert_array_equal(read_image(content)[..., 2], found)


def test_16_bits_of_color_keep_their_upper_byte():
    levels = np.arange(65536, dtype=np.uint16).reshape(256, 256, 1)
    color = np.dstack([levels, 65535 - levels, levels])
    content = cv2.imencode(".png", color[..., ::-1])[1].tobytes()  # BGR
    np.testing.assert_array_equal(read_image(content), color >> 8)


def test_a_transparent_level_of_16_bits_becomes_background():
    content = stored(np.array([[300, 301]], np.uint16), transparency=300)
    assert read_image(content, channels=1, background=9).tolist() == [[[9], [1]]]


@pytest.mark.parametrize("mode", ["L", "RGB", "1"])
def test_a_transparent_color_becomes_background(mode):
    image = Image.new(mode, (2, 1), "white")
    image.putpixel((0, 0), (0, 0, 0) if mode == "RGB" else 0)
    clear = (0, 0, 0) if mode == "RGB" else 0
    found = read_image(stored(image, transparency=clear), background=50)
    assert found.tolist() == [[[50] * 3, [255] * 3]]


def test_1_bit_is_black_and_white():
    bits = Image.fromarray(np.array([[True, False, True]]))
    assert bits.mode == "1"
    assert read_image(stored(bits), channels=1).tolist() == [[[255], [0], [255]]]
    assert read_image(stored(bits)).tolist() == [[[255] * 3, [0] * 3, [255] * 3]]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "WEBP"])
def test_exif_orientation_as_opencv_applies_it(orientation, form):
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    options = {"lossless": True} if form == "WEBP" else {}
    content = stored(load_photos()["china"][:40, :60], form, exif=exif, **options)
    found = read_image(content)
    assert found.shape == ((60, 40, 3) if orientation > 4 else (40, 60, 3))
    if form != "TIFF":  # OpenCV 4.13 leaves some of these as they are
        gap = found.astype(int) - by_opencv(content)
        assert np.abs(gap).max() <= 3


def test_exif_orientation_by_hand():
    """The same picture, stored in each of the eight ways."""
    picture = np.array([[1, 2, 3], [4, 5, 6]], np.uint8)
    as_stored = {
        1: picture,
        2: picture[:, ::-1],
        3: picture[::-1, ::-1],
        4: picture[::-1],
        5: picture.T,
        6: np.rot90(picture),  # stored a quarter turn to the left
        7: picture[::-1, ::-1].T,
        8: np.rot90(picture, -1),
    }
    for orientation, pixels in as_stored.items():
        for form in ("PNG", "TIFF"):
            for array in (pixels, pixels.astype(np.uint16) * 257):
                exif = Image.Exif()
                exif[ORIENTATION] = orientation
                content = stored(np.ascontiguousarray(array), form, exif=exif)
                found = read_image(content, channels=1)[..., 0]
                assert found.tolist() == picture.tolist(), (orientation, form)


def test_nonsense_in_exif_leaves_the_image_as_it_is():
    exif = Image.Exif()
    exif[ORIENTATION] = 9
    content = stored(some_rgb(), exif=exif)
    np.testing.assert_array_equal(read_image(content), some_rgb())


def test_the_first_frame_of_an_animation_is_read():
    frames = [Image.new("L", (4, 3), level) for level in (10, 200)]
    for form in ("GIF", "PNG", "WEBP", "TIFF"):
        options = {"lossless": True} if form == "WEBP" else {}
        content = stored(
            frames[0], form, save_all=True, append_images=frames[1:], **options
        )
        assert read_image(content, channels=1).ravel().tolist() == [10] * 12, form


def refusal(source, **options):
    with pytest.raises(ValueError, match=r"must|begins") as caught:
        read_image(source, **options)
    return str(caught.value)


def test_no_bytes_are_refused(tmp_path):
    assert "got no bytes at all" in refusal(b"")
    (tmp_path / "empty.png").touch()
    assert "got no bytes at all" in refusal(tmp_path / "empty.png")


def test_what_is_no_image_is_refused_with_its_first_bytes(tmp_path):
    (tmp_path / "notes.png").write_text("dear diary")
    message = refusal(tmp_path / "notes.png")
    assert "`source` must be an image, one of PNG, JPEG" in message
    assert "got 10 bytes that begin with b'dear dia'" in message
    # what Pillow could read, and for EPS by starting Ghostscript
    for form in ("EPS", "PPM"):
        assert "Convert it to PNG;" in refusal(stored(some_rgb(), form))


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_a_truncated_file_is_refused(form, share):
    content = stored(some_rgb(), form)
    message = refusal(content[: int(share * len(content))])
    assert "damaged or cut short" in message or "must be an image" in message
    if form in ("PNG", "JPEG"):
        assert "Copy or send the file again" in message
        assert f"begins as {form}" in message or "begins as image" in message


def test_a_broken_chunk_is_refused():
    first, *rest = stored(some_rgb(200, 300)).split(b"IDAT")
    assert len(rest) > 1
    second = first + b"IDAT" + b"\xfcDAT".join(rest)
    assert "begins as PNG, but its data are damaged" in refusal(second)
    every = first + b"\xfcDAT" + b"\xfcDAT".join(rest)
    assert "Convert it to PNG; if it is PNG, it is damaged" in refusal(every)


@pytest.mark.parametrize("error", reading.DAMAGED)
def test_whatever_pillow_says_of_damaged_data_becomes_a_refusal(error, monkeypatch):
    content = stored(some_rgb())

    def fail(*_, **__):
        raise error("no such thing")

    with monkeypatch.context() as patch:
        patch.setattr(Image.Image, "getexif", fail)
        assert "cut short (no such thing)" in refusal(content)
    monkeypatch.setattr(Image, "open", fail)
    assert "cut short (no such thing)" in refusal(content)


def test_a_missing_file_is_refused(tmp_path):
    message = refusal(tmp_path / "your_image.jpg")
    assert "your_image.jpg': No such file" in message
    assert "a relative one starts at the working directory" in message
    assert "Is a directory" in refusal(tmp_path)
    assert "null byte" in refusal("a\0b")


def test_an_image_too_large_is_refused_by_its_header():
    header = png_of_zeros(1, 1)[:16] + struct.pack(">II", 10_000, 8_000)
    data = header + bytes([8, 0, 0, 0, 0])
    without_pixels = data + struct.pack(">I", zlib.crc32(data[12:29]))
    without_pixels += chunk(b"IDAT", b"")  # there is nothing to decode
    message = refusal(without_pixels)
    assert "at most 50,000,000 pixels (`max_pixels`), got 10,000 x 8,000" in message
    assert "at most 599 pixels" in refusal(stored(some_rgb()), max_pixels=599)
    assert read_image(stored(some_rgb()), max_pixels=600).shape == (20, 30, 3)


@pytest.mark.parametrize("size", [10_000, 20_000])
@pytest.mark.parametrize("action", ["error", "always"])
def test_what_pillow_warns_of_is_refused_too(size, action):
    data = b"IHDR" + struct.pack(">IIBBBBB", size, size, 8, 0, 0, 0, 0)
    header = struct.pack(">I", 13) + data + struct.pack(">I", zlib.crc32(data))
    content = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", b"")
    with warnings.catch_warnings(record=True):
        warnings.simplefilter(action)
        assert "pixels (`max_pixels`), got" in refusal(content)


MEMORY = """
import importlib.util, re, sys
spec = importlib.util.spec_from_file_location("reading", sys.argv[1])
reading = importlib.util.module_from_spec(spec)
spec.loader.exec_module(reading)
def peak():  # MiB, of this process alone
    status = open("/proc/self/status").read()
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", status)[1]) // 1024
small, large = (open(name, "rb").read() for name in sys.argv[2:])
reading.read_image(small, channels=1)
before = peak()
try:
    reading.read_image(large)
    print("read")
except ValueError as error:
    print("refused", peak() - before)
    reading.read_image(large, channels=1, max_pixels=80_000_000)
    print("allowed", peak() - before)
"""


@pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="peak memory is read from /proc"
)
def test_refusing_64_megapixels_takes_no_memory(tmp_path):
    names = [tmp_path / "small.png", tmp_path / "large.png"]
    for name, size in zip(names, (100, 8_000), strict=True):
        name.write_bytes(png_of_zeros(size, size))
    assert names[1].stat().st_size < 100_000
    run = subprocess.run(
        [sys.executable, "-c", MEMORY, reading.__file__, *names],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    words = run.stdout.split()
    assert words[::2] == ["refused", "allowed"]
    assert int(words[1]) < 8  # MiB
    assert int(words[3]) > 60  # the measure works


def test_32_bits_are_refused():
    for mode in ("I", "F"):
        content = stored(Image.new(mode, (2, 2)), "TIFF")
        assert "must have 1, 8 or 16 bits a channel, got 32" in refusal(content)


def test_options_out_of_range_are_refused():
    content = stored(some_rgb())
    assert "`channels` must be one of 1, 3, got 4" in refusal(content, channels=4)
    assert "`background` must be between 0 and 255" in refusal(content, background=256)
    assert "`max_pixels` must be between 1 and" in refusal(content, max_pixels=10**8)
    assert "bytes of an image file or its path, got ndarray" in refusal(some_rgb())


SEEDS = [
    stored(some_rgb(), form, **options)
    for form, options in (
        ("PNG", {}),
        ("JPEG", {"exif": (lambda e: e.update({ORIENTATION: 6}) or e)(Image.Exif())}),
        ("GIF", {}),
        ("BMP", {}),
        ("WEBP", {}),
    )
]


@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.integers(0, 2_000), st.integers(0, 255)), max_size=6),
    st.integers(1, 2_000),
)
def test_damaged_bytes_give_an_image_or_a_refusal(content, changes, length):
    damaged = bytearray(content[:length])
    for place, value in changes:
        damaged[place % len(damaged)] = value
    with warnings.catch_warnings(record=True):
        warnings.simplefilter("always")  # Pillow warns of broken EXIF
        try:
            image, words = read_image(bytes(damaged), max_pixels=10**6), ""
        except ValueError as error:
            image, words = np.zeros((1, 1, 3), np.uint8), str(error)
    assert words == "" or words.startswith("`source` ")
    assert image.dtype == np.uint8
    assert image.shape[2] == 3


def test_resize_by_hand():
    # to half the length: each new pixel is a weighted mean of four, 1-3-3-1
    row = np.array([[0, 80, 80, 80]], np.uint8)[..., None]
    found = resize(row, (1, 2))[0, :, 0]
    assert found[1] == 80
    assert found[0] == round((0 * 3 + 80 * 3 + 80) / 7)  # the border has no left
    # to double the length: linear between the centers
    row = np.array([[0, 80]], np.uint8)[..., None]
    assert resize(row, (1, 4))[0, :, 0].tolist() == [0, 20, 60, 80]


def test_resize_agrees_with_keras():
    import keras

    photo = load_photos()["china"][:100, :150]
    theirs = keras.ops.image.resize(
        photo.astype("float32"), (28, 36), interpolation="bilinear", antialias=True
    )
    gap = resize(photo, (28, 36)) - np.asarray(theirs)
    assert np.abs(gap).max() <= 1.01  # bytes against floats


def test_resize_keeps_its_laws():
    photo = some_rgb()
    same = resize(photo, (20, 30))
    np.testing.assert_array_equal(same, photo)
    assert same is not photo
    assert set(resize(np.full((9, 7, 1), 93, np.uint8), (5, 11)).ravel()) == {93}
    mirrored = resize(photo[:, ::-1].copy(), (7, 9))
    np.testing.assert_array_equal(mirrored, resize(photo, (7, 9))[:, ::-1])


@pytest.mark.parametrize(
    ("image", "size", "message"),
    [
        (some_rgb().astype("float32"), (2, 2), "Resize before you scale"),
        (some_rgb()[None], (2, 2), r"`image` must be \(h, w, c\)"),
        (some_rgb()[..., :2], (2, 2), "number of channels` must be one of 1, 3"),
        (some_rgb(), (0, 2), r"`size\[0\]` must be 1 or more"),
        (some_rgb(), (2, -1), r"`size\[1\]` must be 1 or more"),
    ],
)
def test_resize_refuses(image, size, message):
    with pytest.raises(ValueError, match=message):
        resize(image, size)
