"""From uploaded bytes to the array that the network was trained on.

The same reader and the same resizing as in training, `cnnbook.reading`:
the format is told by the bytes and never by a name; the number of pixels is checked
on the word of the header; EXIF turns, palettes, CMYK, 16 bits and transparency are
resolved; of an animation the first frame counts. Polarity is the caller's business:
Fashion-MNIST shows light clothes on black, and a dark shirt on a white wall must be
inverted before it is sent.
"""

import struct

import numpy as np

from cnnbook import reading
from cnnbook.serving.errors import RequestError

BACKGROUND = 0  # behind what is transparent: the ground of the training images
PNG = b"\x89PNG\r\n\x1a\n"
SMALL = 2**16  # pixels, and bytes, that are decoded in less than a millisecond


def is_small(data: bytes) -> bool:
    """Whether `data` is a PNG so small that decoding it holds nobody up."""
    if len(data) > SMALL or len(data) < 24 or not data.startswith(PNG):
        return False
    width, height = struct.unpack(">II", data[16:24])
    return width * height <= SMALL


def decode_image(data: bytes, shape: tuple[int, int, int], max_pixels: int):
    """The image in `data` as (1, h, w, c) uint8, `shape` = (h, w, c).

    Raises `RequestError`: 413 for more than `max_pixels`, 415 for what is no image of
    a known format, 400 for one that is damaged.
    """
    try:
        pixels = reading.read_image(
            data, channels=shape[2], max_pixels=max_pixels, background=BACKGROUND
        )
        return reading.resize(pixels, shape[:2])[None]
    except ValueError as error:
        message = str(error).replace("`source`", "the file")
        raise RequestError(_status(message), message) from error


def _status(message: str) -> int:
    if "(`max_pixels`)" in message:
        return 413
    return 415 if "must be an image, one of" in message else 400


def array_of(instances: object, shape: tuple[int, int, int], max_images: int):
    """Nested lists of whole numbers 0-255 as (n, h, w, c) uint8.

    Each instance is (h, w, c), or (h, w) where c = 1. Raises `RequestError` (400, or
    413 for more than `max_images`).
    """
    if not isinstance(instances, list) or not instances:
        raise RequestError(400, "`instances` must be a list of at least one image.")
    if len(instances) > max_images:
        raise RequestError(
            413,
            f"`instances` must hold at most {max_images} images, got {len(instances)}. "
            "Send them in several requests.",
        )
    try:
        array = np.asarray(instances)
    except (ValueError, OverflowError, RecursionError) as error:
        raise RequestError(
            400, f"`instances` must be images of one size, {shape} each ({error})."
        ) from error
    return to_bytes("instances", array, shape)


def to_bytes(name: str, array: np.ndarray, shape: tuple[int, int, int]) -> np.ndarray:
    """`array` of whole numbers 0-255 as (n, h, w, c) uint8, or a `RequestError`."""
    if array.ndim == 3 and shape[2] == 1:
        array = array[..., None]
    if array.shape[1:] != shape or not len(array):
        raise RequestError(
            400, f"`{name}` must be images {shape} each, got shape {array.shape}."
        )
    if array.dtype == np.uint8:
        return array
    # bool is no number here, and an object is a null, a text, a dictionary or 2 ** 64
    if array.dtype.kind not in "iu":
        raise RequestError(
            400,
            f"`{name}` must be whole numbers 0-255, pixels as a file stores them, got "
            f"{array.dtype}. Do not scale them: the network does.",
        )
    low, high = int(array.min()), int(array.max())
    if low < 0 or high > 255:
        raise RequestError(
            400, f"`{name}` must be numbers 0-255, got values from {low} to {high}."
        )
    return array.astype(np.uint8)
