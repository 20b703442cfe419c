"""Boxes in NumPy: how well two of them agree, and which of many to keep.

A box is (top, left, bottom, right) in pixels, half-open, as in `data.canvases`.
"""

import numpy as np

from cnnbook.checks import require_between, require_shape


def require_boxes(name: str, boxes: np.ndarray) -> None:
    """Check that `boxes` is (k, 4), each with a height and a width above zero.

    k may be 0: a detector is free to find nothing.
    """
    shape = np.shape(boxes)
    if len(shape) != 2 or shape[1] != 4:
        remedy = f" For a single one, take {name}[None]." if shape == (4,) else ""
        raise ValueError(
            f"`{name}` must be (k, 4), top, left, bottom, right, got shape {shape}."
            f"{remedy}"
        )
    boxes = np.asarray(boxes)
    bad = ~((boxes[:, 2] > boxes[:, 0]) & (boxes[:, 3] > boxes[:, 1]))
    if bad.any():
        found = [float(value) for value in boxes[bad][0]]
        raise ValueError(
            f"`{name}` must have top < bottom and left < right, got {found}. "
            "The order is top, left, bottom, right, not a corner and a size."
        )


def iou(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Intersection over union of every pair of boxes, (k, 4) and (m, 4): (k, m).

    0 where two boxes share no pixel, 1 only where they are equal.

    Source: Everingham et al. (2010), section 4.2.

    >>> iou(np.array([[0, 0, 2, 2]]), np.array([[0, 1, 2, 3], [0, 0, 2, 2]])).tolist()
    [[0.3333333333333333, 1.0]]
    """
    require_boxes("first", first)
    require_boxes("second", second)
    first, second = np.asarray(first, float), np.asarray(second, float)
    corner = np.maximum(first[:, None, :2], second[None, :, :2])
    opposite = np.minimum(first[:, None, 2:], second[None, :, 2:])
    shared = np.clip(opposite - corner, 0, None).prod(axis=2)  # (k, m)
    return shared / (area(first)[:, None] + area(second) - shared)


def area(boxes: np.ndarray) -> np.ndarray:
    """Pixels inside each of boxes (k, 4): (k,)."""
    boxes = np.asarray(boxes)
    return (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)


def nms(boxes: np.ndarray, scores: np.ndarray, *, threshold: float = 0.5) -> np.ndarray:
    """Non-maximum suppression: of boxes that overlap, keep the one of highest score.

    Parameters
    ----------
    boxes : (k, 4)
    scores : (k,)
    threshold : a box goes when its IoU with a better one that stays exceeds this.

    Returns
    -------
    Positions of the boxes that stay, best first; of equal scores, the earlier first.
    """
    require_boxes("boxes", boxes)
    require_shape("scores", scores, (len(boxes),), "one for each box")
    require_between("threshold", threshold, 0, 1)
    waiting = np.argsort(-np.asarray(scores, float), kind="stable")
    kept = []
    while len(waiting):
        best, rest = waiting[0], waiting[1:]
        kept.append(best)
        overlap = iou(boxes[[best]], boxes[rest])[0]
        waiting = rest[overlap <= threshold]
    return np.array(kept, dtype=np.int64)
