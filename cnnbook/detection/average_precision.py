"""Average precision: what a detector's list of scored boxes is worth.

A detection counts when its box overlaps a true one enough and nothing with a higher
score has claimed that box before. Boxes are (top, left, bottom, right), half-open.

Source: Everingham et al. (2010), section 4.2; the area is taken under the whole
interpolated curve, as in the challenges from 2010 on, not at eleven points.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cnnbook.checks import require_at_least, require_between, require_shape
from cnnbook.detection.boxes import iou, require_boxes


@dataclass(frozen=True)
class Detections:
    """What is found in one image: boxes (k, 4), scores (k,) and labels (k,)."""

    boxes: np.ndarray
    scores: np.ndarray
    labels: np.ndarray

    def __post_init__(self) -> None:
        require_boxes("boxes", self.boxes)
        for name in ("scores", "labels"):
            shape = (len(self.boxes),)
            require_shape(name, getattr(self, name), shape, "one for each box")

    def of(self, label: int) -> "Detections":
        """Those of one class."""
        mine = self.labels == label
        return Detections(self.boxes[mine], self.scores[mine], self.labels[mine])


def hits(
    boxes: np.ndarray, scores: np.ndarray, truth: np.ndarray, *, threshold: float = 0.5
) -> np.ndarray:
    """For each of boxes (k, 4) in one image whether it finds a box of `truth`: (k,).

    Best scores first, each box is held against the true box that it overlaps most: it
    is a hit if their IoU is `threshold` or more and the true box is not taken yet.
    """
    require_boxes("truth", truth)
    require_between("threshold", threshold, 0, 1)
    found = np.zeros(len(boxes), dtype=bool)
    if len(boxes) == 0 or len(truth) == 0:
        return found
    overlap = iou(boxes, truth)  # (k, m)
    nearest = overlap.argmax(axis=1)
    taken = set()
    for k in np.argsort(-np.asarray(scores, float), kind="stable"):
        if overlap[k, nearest[k]] >= threshold and nearest[k] not in taken:
            taken.add(nearest[k])
            found[k] = True
    return found


def precision_recall(
    scores: np.ndarray, found: np.ndarray, num_truth: int
) -> tuple[np.ndarray, np.ndarray]:
    """Precision and recall, (k,) each, of the best 1, 2, … k detections.

    `found` (k,) says which detections are hits, out of `num_truth` true boxes.
    """
    require_at_least("num_truth", num_truth, 1)
    require_shape("found", found, np.shape(scores), "one for each score")
    order = np.argsort(-np.asarray(scores, float), kind="stable")
    right = np.cumsum(np.asarray(found, bool)[order])
    if len(right) and right[-1] > num_truth:
        raise ValueError(
            f"`num_truth` must be {right[-1]} or more, the number of hits, got "
            f"{num_truth}. Each true box can be found once."
        )
    return right / np.arange(1, len(right) + 1), right / num_truth


def average_precision(scores: np.ndarray, found: np.ndarray, num_truth: int) -> float:
    """Area under precision against recall, precision made monotone first: [0, 1].

    The precision at a recall is the best that is had at this recall or above it.

    >>> average_precision(np.array([0.9, 0.8, 0.7]), np.array([1, 0, 1]), 2)
    0.8333333333333333
    """
    precision, recall = precision_recall(scores, found, num_truth)
    best = np.maximum.accumulate(precision[::-1])[::-1]
    return float((np.diff(recall, prepend=0.0) * best).sum())


def score_boxes(
    detections: Sequence[Detections],
    boxes: Sequence[np.ndarray],
    *,
    threshold: float = 0.5,
) -> float:
    """Average precision of the boxes of all images together, whatever their labels.

    `detections[i]` is held against the true `boxes[i]` (m, 4) of the same image.
    """
    _require_as_many(detections, boxes)
    found = [
        hits(one.boxes, one.scores, truth, threshold=threshold)
        for one, truth in zip(detections, boxes, strict=True)
    ]
    scores = np.concatenate([one.scores for one in detections])
    return average_precision(scores, np.concatenate(found), sum(map(len, boxes)))


def mean_average_precision(
    detections: Sequence[Detections],
    boxes: Sequence[np.ndarray],
    labels: Sequence[np.ndarray],
    *,
    threshold: float = 0.5,
) -> float:
    """The mean over classes of the average precision: box and label must be right.

    `boxes[i]` (m, 4) and `labels[i]` (m,) are the truth of image i. Classes that do
    not occur in the truth are left out.
    """
    _require_as_many(detections, boxes)
    _require_as_many(detections, labels)
    classes = np.unique(np.concatenate([np.ravel(some) for some in labels]))
    return float(
        np.mean(
            [
                score_boxes(
                    [one.of(label) for one in detections],
                    [
                        box[some == label]
                        for box, some in zip(boxes, labels, strict=True)
                    ],
                    threshold=threshold,
                )
                for label in classes
            ]
        )
    )


def _require_as_many(detections: Sequence, truth: Sequence) -> None:
    if len(detections) != len(truth):
        raise ValueError(
            f"`detections` must be one for each image, got {len(detections)} for "
            f"{len(truth)} images. An image without any has empty arrays."
        )
