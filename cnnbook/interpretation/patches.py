"""The pieces of images that a unit of a feature map answers to most strongly.

Images are (n, h, w, c), the maps of one unit (n, h, w), places (k, 3) of image, row and
column in the map.
"""

import numpy as np

from cnnbook.checks import require_at_least, require_layout
from cnnbook.reference.fields import ReceptiveField


def strongest_places(maps: np.ndarray, *, k: int) -> np.ndarray:
    """Where the maps (n, h, w) of one unit peak in the `k` images that have the highest
    peaks: (k, 3) integers (image, row, column), strongest first.

    >>> strongest_places(np.array([[[0, 2]], [[5, 1]], [[3, 4]]]), k=2).tolist()
    [[1, 0, 0], [2, 0, 1]]
    """
    require_layout("maps", maps, "n h w")
    require_at_least("k", k, 1)
    n, _, w = maps.shape
    if k > n:
        raise ValueError(f"`k` must be {n} or less, the number of images, got {k}.")
    flat = maps.reshape(n, -1)
    peaks = flat.argmax(axis=1)
    images = np.argsort(-flat[np.arange(n), peaks], kind="stable")[:k]
    return np.stack([images, peaks[images] // w, peaks[images] % w], axis=1)


def cut_patches(
    images: np.ndarray,
    places: np.ndarray,
    field: ReceptiveField,
    *,
    fill: float = 0.0,
) -> np.ndarray:
    """Cut out of `images` (n, h, w, c) what a unit sees at `places` (k, 3).

    Pixels beyond the border are `fill`. Returns (k, field.size, field.size, c).
    """
    require_layout("images", images, "n h w c")
    require_layout("places", places, "k 3")
    size, jump, start = field
    n, h, w, c = images.shape
    patches = np.full((len(places), size, size, c), fill, images.dtype)
    for patch, (image, row, column) in zip(patches, places, strict=True):
        if not 0 <= image < n:
            raise ValueError(f"`places` name image {image}, there are {n} images.")
        top, left = start + row * jump, start + column * jump
        rows = slice(max(top, 0), min(top + size, h))
        columns = slice(max(left, 0), min(left + size, w))
        if rows.start >= rows.stop or columns.start >= columns.stop:
            raise ValueError(
                f"`places` ({row}, {column}) lies outside an image of {h} x {w} "
                "pixels. Pass the field of the layer that the map comes from."
            )
        seen = images[image, rows, columns]
        patch[
            rows.start - top : rows.stop - top,
            columns.start - left : columns.stop - left,
        ] = seen
    return patches
