"""Canvases with several garments, a box around each: data for a detector.

Canvases are (n, size, size, 1) float32 in [0, 1]. A box is (top, left, bottom, right)
in pixels, half-open: it holds rows top … bottom - 1 and columns left … right - 1.
"""

from dataclasses import dataclass

import numpy as np

from cnnbook.checks import require_at_least, require_labels, require_layout

SCRAP = 10  # side in pixels of a piece of clutter
MOST_TRIES = 500  # places drawn before a layout is given up


@dataclass(frozen=True)
class Canvases:
    """Images (n, size, size, 1), boxes (n, items, 4) int64 and labels (n, items).

    `sources` (n, items) are positions in the images that the garments were cut from.
    """

    images: np.ndarray
    boxes: np.ndarray
    labels: np.ndarray
    sources: np.ndarray


def lit_box(image: np.ndarray) -> tuple[int, int, int, int]:
    """The smallest box that holds every lit pixel (> 0) of an image (h, w).

    >>> lit_box(np.array([[0, 0, 0], [0, 9, 0], [0, 9, 0]]))
    (1, 1, 3, 2)
    """
    require_layout("image", image, "h w")
    rows, columns = np.nonzero(image)
    if len(rows) == 0:
        raise ValueError("`image` must have a lit pixel, got only zeros: no box.")
    top, left = int(rows.min()), int(columns.min())
    return top, left, int(rows.max()) + 1, int(columns.max()) + 1


def canvases(
    images: np.ndarray,
    labels: np.ndarray,
    num: int,
    *,
    items: int = 3,
    size: int = 64,
    clutter: int = 0,
    noise: float = 0.0,
    seed: int,
) -> Canvases:
    """Paste garments of `images` on `num` black canvases, at places of their own.

    Parameters
    ----------
    images : (n, h, w, 1) uint8; each is cut to its lit pixels before it is pasted.
    labels : (n,) integers
    items : garments on a canvas; they are different ones, and no two boxes overlap.
    clutter : scraps of other garments, `SCRAP` pixels wide, pasted before the garments
        anywhere; they have no box.
    noise : standard deviation of Gaussian noise, in shares of white; the result is
        clipped to [0, 1].
    """
    require_layout("images", images, "n h w c")
    require_labels(labels, len(images))
    _require_sizes(images, num, items, size, clutter, noise)
    rng = np.random.default_rng(seed)
    drawn = np.zeros((num, size, size), dtype=np.float32)
    sources = np.empty((num, items), dtype=np.int64)
    boxes = np.empty((num, items, 4), dtype=np.int64)
    for i in range(num):
        sources[i] = rng.choice(len(images), size=items, replace=False)
        garments = [_cut(images[k, :, :, 0]) for k in sources[i]]
        for k in rng.integers(len(images), size=clutter):
            _scrap(drawn[i], images[k, :, :, 0], rng)
        boxes[i] = _places([garment.shape for garment in garments], size, rng)
        for garment, (top, left, bottom, right) in zip(garments, boxes[i], strict=True):
            place = drawn[i, top:bottom, left:right]
            # where a garment is black, what lies under it shows
            place[:] = np.maximum(place, garment / np.float32(255))
    if noise:
        drawn += rng.normal(0.0, noise, drawn.shape).astype(np.float32)
    pixels = np.clip(drawn, 0.0, 1.0)[..., None]
    return Canvases(pixels, boxes, np.asarray(labels)[sources], sources)


def _require_sizes(
    images: np.ndarray, num: int, items: int, size: int, clutter: int, noise: float
) -> None:
    n, h, w, c = images.shape
    if images.dtype != np.uint8 or c != 1:
        raise ValueError(
            "`images` must be bytes (uint8, 0-255) with one channel, got "
            f"{images.dtype} with {c}. Pass Fashion-MNIST as it is loaded."
        )
    for name, value, least in (
        ("num", num, 1),
        ("items", items, 1),
        ("size", size, max(h, w)),
        ("clutter", clutter, 0),
        ("noise", noise, 0),
    ):
        require_at_least(name, value, least)
    if items > n:
        raise ValueError(
            f"`items` must be {n} or less, the number of images, got {items}."
        )


def _cut(image: np.ndarray) -> np.ndarray:
    top, left, bottom, right = lit_box(image)
    return image[top:bottom, left:right]


def _scrap(canvas: np.ndarray, image: np.ndarray, rng: np.random.Generator) -> None:
    """Paste a square of the middle of `image` anywhere on `canvas`, in place."""
    row, column = rng.integers(4, image.shape[0] - SCRAP - 3, size=2)
    top, left = rng.integers(0, len(canvas) - SCRAP + 1, size=2)
    piece = image[row : row + SCRAP, column : column + SCRAP] / np.float32(255)
    canvas[top : top + SCRAP, left : left + SCRAP] = piece


def _places(
    shapes: list[tuple[int, int]], size: int, rng: np.random.Generator
) -> np.ndarray:
    """Boxes (items, 4) of these shapes, drawn until no two of them overlap."""
    heights, widths = np.array(shapes).T
    for _ in range(MOST_TRIES):
        top = rng.integers(0, size - heights + 1)
        left = rng.integers(0, size - widths + 1)
        boxes = np.stack([top, left, top + heights, left + widths], axis=1)
        if not _overlapping(boxes):
            return boxes
    raise ValueError(
        f"`size` {size} is too small for `items` {len(shapes)}: no layout without "
        f"overlap in {MOST_TRIES} draws. Use a larger canvas or fewer garments."
    )


def _overlapping(boxes: np.ndarray) -> bool:
    """Whether any two of boxes (items, 4) share a pixel."""
    top, left, bottom, right = boxes.T
    rows = (top[:, None] < bottom) & (top < bottom[:, None])
    columns = (left[:, None] < right) & (left < right[:, None])
    return bool((rows & columns & ~np.eye(len(boxes), dtype=bool)).any())
