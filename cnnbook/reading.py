"""From a file to an array: one way to read an image, whatever it is stored as.

An image is (h, w, c) bytes, row by row from the top left, channels as gray or R, G, B.
"""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from cnnbook.checks import require_at_least, require_between, require_in, require_layout

# EPS and the like are left out: Pillow hands them to other programs
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")
MOST_PIXELS = 89_478_485  # Pillow warns of larger ones itself
# what Pillow raises on damaged data, besides UnidentifiedImageError
DAMAGED = (
    OSError,
    EOFError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    struct.error,
)
ORIENTATION = 0x0112  # the tag of EXIF
TURNED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def read_image(
    source: bytes | str | Path,
    *,
    channels: int = 3,
    max_pixels: int = 50_000_000,
    background: int = 255,
) -> np.ndarray:
    """Read an image file, or its bytes, as it is meant to be seen.

    Palettes are looked up, transparency is laid over `background`, CMYK becomes RGB,
    16-bit gray is divided by 257 and rounded (16-bit color is cut to its upper byte,
    by Pillow), and the orientation that a camera wrote into EXIF is applied. Of an
    animation, the first frame is read. Color profiles are not applied.

    Parameters
    ----------
    source : the content of a file as bytes, or its path; PNG, JPEG, GIF, WebP, BMP
        or TIFF.
    channels : 3, or 1 for gray; color turns gray as 0.299 R + 0.587 G + 0.114 B.
    max_pixels : most pixels, width times height. A larger image is refused on the
        word of its header, before a pixel is decoded.
    background : gray level, 0-255, behind what is transparent.

    Returns
    -------
    (h, w, channels) uint8. What cannot be read is a `ValueError` that says why.
    """
    require_in("channels", channels, (1, 3))
    require_between("max_pixels", max_pixels, 1, MOST_PIXELS)
    require_between("background", background, 0, 255)
    with _opened(source) as image:
        _require_few(image.size, max_pixels)
        if image.mode in ("I", "F"):
            raise ValueError(
                "`source` must have 1, 8 or 16 bits a channel, got 32 "
                f"({image.mode!r}), which have no fixed black and white. Scale its "
                "values to 0 … 255 yourself."
            )
        try:
            flat = _flattened(_upright(image), int(background))
            pixels = np.array(flat.convert("L" if channels == 1 else "RGB"))
        except DAMAGED as error:
            raise ValueError(_damaged(image.format, error)) from error
    return pixels.reshape(*pixels.shape[:2], channels)


def resize(image: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Resize one image (h, w, c) uint8, c = 1 or 3, to `size` (rows, columns), uint8.

    Pillow's bilinear filter, which averages over all pixels that fall into a new one
    when an image gets smaller (antialiasing). Height and width are stretched
    independently; nothing is cut off.
    """
    require_layout("image", image, "h w c")
    require_in("the number of channels", image.shape[2], (1, 3))
    if image.dtype != np.uint8:
        raise ValueError(
            f"`image` must be bytes (uint8, 0-255), got {image.dtype}. "
            "Resize before you scale."
        )
    h, w = size
    require_at_least("size[0]", h, 1)
    require_at_least("size[1]", w, 1)
    if image.shape[:2] == (h, w):
        return image.copy()
    flat = Image.fromarray(image[:, :, 0] if image.shape[2] == 1 else image)
    smaller = flat.resize((w, h), Image.Resampling.BILINEAR)  # Pillow: width first
    return np.array(smaller).reshape(h, w, image.shape[2])


@contextmanager
def _opened(source: bytes | str | Path) -> Iterator[Image.Image]:
    """The image of `source` with its header read and no pixel decoded."""
    with _stream(source) as stream:
        try:
            image = Image.open(stream, formats=FORMATS)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise ValueError(_too_large(MOST_PIXELS, f"more: {error}")) from error
        except UnidentifiedImageError as error:
            stream.seek(0)
            raise ValueError(
                f"`source` must be an image, one of {', '.join(FORMATS)}, got "
                f"{_size(stream)} bytes that begin with {stream.read(8)!r}. "
                "Convert it to PNG; if it is PNG, it is damaged."
            ) from error
        except DAMAGED as error:
            raise ValueError(_damaged("image", error)) from error
        with image:
            yield image


def _stream(source: bytes | str | Path):
    if isinstance(source, bytes):
        stream = BytesIO(source)
    elif isinstance(source, str | Path):
        try:
            stream = Path(source).open("rb")
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise ValueError(
                f"`source` must be the path of an image file, got {str(source)!r}: "
                f"{reason}. Check the path; a relative one starts at the working "
                "directory."
            ) from error
    else:
        raise ValueError(
            "`source` must be the bytes of an image file or its path, got "
            f"{type(source).__name__}. Pixels in an array need no reading."
        )
    if _size(stream) == 0:
        stream.close()
        raise ValueError(
            "`source` must be an image, got no bytes at all. "
            "Was the file written, or the upload received?"
        )
    return stream


def _size(stream) -> int:
    """Bytes of a stream; leaves its position where it was."""
    here = stream.tell()
    size = stream.seek(0, 2)
    stream.seek(here)
    return size


def _require_few(size: tuple[int, int], max_pixels: int) -> None:
    w, h = size
    if w * h > max_pixels:
        raise ValueError(_too_large(max_pixels, f"{w:,} x {h:,}"))


def _too_large(max_pixels: int, found: str) -> str:
    return (
        f"`source` must have at most {max_pixels:,} pixels (`max_pixels`), got "
        f"{found}. Make it smaller first."
    )


def _damaged(kind: str | None, error: BaseException) -> str:
    return (
        f"`source` begins as {kind}, but its data are damaged or cut short ({error}). "
        "Copy or send the file again."
    )


def _upright(image: Image.Image) -> Image.Image:
    """The image turned and mirrored as EXIF tells; as it is where EXIF is broken.

    `ImageOps.exif_transpose` does the same, and fails where it cannot write EXIF.
    """
    image.load()  # EXIF of a PNG may follow its pixels, and TIFF turns itself
    how = TURNED.get(image.getexif().get(ORIENTATION))
    return image if how is None else image.transpose(how)


def _flattened(image: Image.Image, background: int) -> Image.Image:
    """The image in 8 bits and without transparency, in whatever color space."""
    if image.mode.startswith("I;16"):
        return _eight_bits(image, background)
    if not image.has_transparency_data:
        return image
    layer = image.convert("RGBA")
    canvas = Image.new("RGB", image.size, (background,) * 3)
    canvas.paste(layer, mask=layer)
    return canvas


def _eight_bits(image: Image.Image, background: int) -> Image.Image:
    """Gray levels 0-65535 as the nearest of 0-255, which stands for 257 of them."""
    levels = np.asarray(image).astype(np.uint32)
    pixels = ((levels + 128) // 257).astype(np.uint8)
    if "transparency" in image.info:  # one level that means "nothing here"
        pixels[levels == image.info["transparency"]] = background
    return Image.fromarray(pixels)
