"""Image files that are cut short, damaged, enormous, or of a rare kind."""

import io
import struct
import zlib

import numpy as np
from PIL import Image

from tools.hostile.kinds import kind, upload

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")


def picture(rng: np.random.Generator, mode: str = "L") -> Image.Image:
    h, w = rng.integers(1, 80, 2)
    image = Image.fromarray(rng.integers(0, 256, (h, w, 3), dtype=np.uint8))
    return image.convert(mode)


def file(image: Image.Image, name: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, name, **options)
    return stream.getvalue()


def any_file(rng: np.random.Generator) -> bytes:
    return file(picture(rng, "RGB"), str(rng.choice(FORMATS)))


@kind
def truncated(rng):
    data = any_file(rng)
    return upload(rng, data[: rng.integers(0, len(data))])


@kind
def flipped_bytes(rng):
    data = bytearray(any_file(rng))
    for place in rng.integers(0, len(data), rng.integers(1, 12)):
        data[place] = rng.integers(256)
    return upload(rng, bytes(data))


@kind
def noise(rng):
    return upload(rng, rng.bytes(int(rng.integers(0, 3000))))


@kind
def giant_header(rng):
    """A PNG or GIF of some bytes that promises up to 2 ** 62 pixels."""
    w, h = (int(2 ** rng.uniform(10, 31)) for _ in range(2))
    if rng.random() < 0.3:
        return upload(
            rng, b"GIF89a" + struct.pack("<HH", w % 65536, h % 65536) + b"\0" * 9
        )
    return upload(rng, png(w, h, zlib.compress(b"\0" * 100)))


@kind
def giant_pixels(rng):
    """Real pixels, few bytes: up to 20 million of one gray."""
    w, h = (int(n) for n in rng.integers(1000, 4500, 2))
    row = b"\0" * (1 + (w + 7) // 8)
    return upload(rng, png(w, h, zlib.compress(row * h), bits=1))


def png(w: int, h: int, data: bytes, bits: int = 8) -> bytes:
    head = struct.pack(">IIBBBBB", w, h, bits, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(text))
        + name
        + text
        + struct.pack(">I", zlib.crc32(name + text))
        for name, text in chunks
    )


@kind
def polyglot(rng):
    """A file of two kinds: an image with a page, an archive or a program behind it."""
    tails = (
        b"<script>alert(1)</script>",
        b"PK\x03\x04" + b"\0" * 40,
        b"\x7fELF",
        b"%PDF",
    )
    data = any_file(rng) + tails[rng.integers(len(tails))] + rng.bytes(50)
    return upload(rng, data if rng.random() < 0.5 else data[::-1])


@kind
def cmyk(rng):
    return upload(rng, file(picture(rng, "CMYK"), str(rng.choice(["JPEG", "TIFF"]))))


@kind
def sixteen_bit(rng):
    pixels = rng.integers(0, 65536, (20, 30)).astype(np.uint16)
    return upload(rng, file(Image.fromarray(pixels), str(rng.choice(["PNG", "TIFF"]))))


@kind
def other_modes(rng):
    mode = str(rng.choice(["1", "P", "LA", "RGBA", "I", "F", "YCbCr", "LAB"]))
    return upload(
        rng,
        file(
            picture(rng, "RGB")
            .convert("L" if mode in "IF" else "RGB")
            .convert(mode if mode in ("1", "P", "RGBA", "I", "F") else "L"),
            "TIFF",
        ),
    )


@kind
def animated(rng):
    frames = [picture(rng, "RGB").resize((20, 20)) for _ in range(5)]
    name = str(rng.choice(["GIF", "PNG", "WEBP"]))
    return upload(rng, file(frames[0], name, save_all=True, append_images=frames[1:]))


@kind
def exif(rng):
    """Turned, or with an orientation that does not exist, or with broken EXIF."""
    tags = Image.Exif()
    tags[0x0112] = int(rng.integers(0, 12))
    data = bytearray(file(picture(rng, "RGB"), "JPEG", exif=tags))
    if rng.random() < 0.5:
        data[rng.integers(20, 60)] = rng.integers(256)
    return upload(rng, bytes(data))
