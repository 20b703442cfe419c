"""Shortcuts: pixels that give the class away.

Images are (n, h, w, 1), 0-255 as bytes or [0, 1] as floats; labels are (n,).
"""

from itertools import product

import numpy as np

from cnnbook.checks import require_labels, require_layout
from cnnbook.data.nearest import value_range


def decisive_pixels(
    images: np.ndarray, labels: np.ndarray, *, threshold: float = 0.5
) -> tuple[tuple[int, int], ...]:
    """Find one pixel, or else two, whose state tells the class of every image.

    A pixel has two states: lit, above `threshold` of the value range, or dark. The
    result is the first such set in reading order, as (row, column); it is empty if
    neither one pixel nor two are enough.
    """
    require_layout("images", images, "n h w c")
    labels = np.asarray(labels)
    require_labels(labels, len(images))
    if images.shape[-1] != 1:
        raise ValueError(
            f"`images` must have one channel, got {images.shape[-1]}. "
            "Pass one channel: images[..., :1]."
        )
    if len(np.unique(labels)) < 2:
        raise ValueError(
            "`labels` must name two classes or more, got one: nothing is to be told."
        )
    lit = images[..., 0] > threshold * value_range(images)
    w = lit.shape[2]
    enough = _pure_pairs(lit.reshape(len(lit), -1), labels)
    for chosen in (np.argwhere(np.diag(enough)), np.argwhere(enough)):
        if len(chosen):
            return tuple(divmod(int(pixel), w) for pixel in chosen[0])
    return ()


def _pure_pairs(lit: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """(d, d) bool: do pixels i and j together tell the class? i = j: one does.

    Each of the four states of a pair must occur in one class at most.
    """
    d = lit.shape[1]
    classes_seen = np.zeros((2, 2, d, d), dtype=np.int64)
    for label in np.unique(labels):
        ours = np.unique(lit[labels == label], axis=0).astype(np.float32)
        states = (1 - ours, ours)  # dark, lit
        for a, b in product((0, 1), repeat=2):
            classes_seen[a, b] += states[a].T @ states[b] > 0
    return (classes_seen <= 1).all(axis=(0, 1))
