"""Checkers of the exercises on *What else than a class can a CNN answer?*"""

from collections.abc import Callable

import numpy as np

from cnnbook.detection import nms
from cnnbook.exercises.feedback import (
    Feedback,
    as_numbers,
    call,
    check_function,
    right,
    wrong,
)


def check_shift(answer: int) -> Feedback:
    """How many whole pixels may a 20 x 20 box slip sideways and keep an IoU of 0.5?"""
    if answer is None:
        return wrong("Replace `answer = None` by a whole number of pixels.")
    value = as_numbers(answer)
    if value is None or value.ndim:
        return wrong(f"Your answer must be one number, got {answer!r}.")
    shift = float(value)
    if shift == 6:
        return right("14 / 26 is 0.54; at 7 pixels, 13 / 27 is 0.48.")
    if shift == 10:
        return wrong(
            "At 10 pixels half of each box is shared, but the union has grown: "
            "200 / 600 is one third."
        )
    if 6 < shift < 7:
        return wrong("That is where the IoU is 0.5 exactly; ask for whole pixels.")
    overlap = max(20 - shift, 0)
    return wrong(
        f"At {shift:g} pixels the boxes share {overlap:g} of 20 columns and cover "
        f"{40 - overlap:g}: an IoU of {overlap / (40 - overlap):.2f}. Find the last "
        "whole shift at which it is 0.5 or more."
    )


def check_nms_by_class(
    answer: Callable[[np.ndarray, np.ndarray, np.ndarray], list[int]],
) -> Feedback:
    """Does `answer(boxes, scores, labels)` suppress within each class alone?"""
    boxes = np.array([[0, 0, 4, 4], [0, 0, 4, 5], [0, 0, 5, 4], [9, 9, 12, 12]])
    scores = np.array([0.6, 0.9, 0.8, 0.7])
    apart = np.array([[0, 0, 4, 4], [50, 50, 54, 54], [20, 0, 24, 4]])
    cases = [
        (
            apart,
            np.array([0.3, 0.2, 0.9]),
            np.array([0, 0, 1]),
            "These three boxes share no pixel, so all of them stay, best score first.",
        ),
        (
            boxes,
            scores,
            np.zeros(4, int),
            "Of one class, boxes 0 and 2 overlap the better box 1 and must go.",
        ),
        (
            boxes,
            scores,
            np.array([5, 5, 3, 5]),
            "Box 2 is of another class than box 1: it stays. Run `nms` on each class.",
        ),
        (
            boxes,
            scores[[0, 2, 1, 3]],
            np.array([5, 3, 5, 3]),
            "Positions are those in the whole array, not within a class, and the best "
            "score comes first whatever its class.",
        ),
    ]
    for box, score, label, hint in cases:
        value, failure = call(answer, box, score, label)
        if failure:
            return failure
        given = as_numbers(value)
        if given is None or given.ndim != 1:
            return wrong(f"Return a list of positions, got {value!r}.")
        if given.tolist() != _by_class(box, score, label):
            return wrong(f"For labels {label.tolist()} you kept {given}. {hint}")
    return right("So a bag may lie in front of a coat.")


def _by_class(boxes: np.ndarray, scores: np.ndarray, labels: np.ndarray) -> list[int]:
    kept = []
    for label in np.unique(labels):
        mine = np.flatnonzero(labels == label)
        kept += mine[nms(boxes[mine], scores[mine])].tolist()
    return sorted(kept, key=lambda k: (-scores[k], k))


def check_eleven_points(
    answer: Callable[[np.ndarray, np.ndarray], float],
) -> Feedback:
    """Does `answer(precision, recall)` average the best precision at 11 recalls?"""
    cases = [
        (
            ([1.0], [1.0]),
            1.0,
            "All found and nothing wrong: precision 1 at each of the eleven recalls.",
        ),
        (
            ([1.0], [0.5]),
            6 / 11,
            "Recalls 0, 0.1 … 0.5 are reached, six of the eleven; beyond the last "
            "recall the precision is 0.",
        ),
        (
            ([0.0, 0.5, 2 / 3], [0.0, 0.5, 1.0]),
            2 / 3,
            "At a recall, take the best precision had at this recall *or above* it.",
        ),
        (
            ([1.0, 0.5, 2 / 3, 0.5, 0.6], [0.25, 0.25, 0.5, 0.5, 0.75]),
            (3 * 1 + 3 * 2 / 3 + 2 * 0.6) / 11,
            "Here 1 is had up to recall 0.25, 2/3 up to 0.5, 0.6 up to 0.75.",
        ),
    ]
    return check_function(
        answer,
        [((np.array(p), np.array(r)), value, hint) for (p, r), value, hint in cases],
        tolerance=1e-9,
        praise="The score of the VOC challenges up to 2009.",
    )


def check_step(
    answer: Callable[[np.ndarray, np.ndarray, float, float], np.ndarray],
) -> Feedback:
    """Does `answer(noisy, clean, level, lower)` keep the right share of the noise?"""
    clean = np.array([[0.0, 0.5], [1.0, 0.25]])
    noisy = clean + np.array([[2.0, -1.0], [0.0, 4.0]])
    for level, lower in ((2.0, 0.5), (4.0, 3.0), (1.0, 0.0)):
        value, failure = call(answer, noisy, clean, level, lower)
        if failure:
            return failure
        given = as_numbers(value)
        if given is None or given.shape != clean.shape:
            return wrong("Return an image of the shape of `noisy`.")
        if np.allclose(given, clean + lower / level * (noisy - clean)):
            continue
        if np.allclose(given, clean + lower * (noisy - clean)):
            return wrong(
                "`noisy - clean` is noise of deviation `level` already. Divide by "
                "`level` before you scale it."
            )
        if np.allclose(given, noisy - lower / level * (noisy - clean)):
            return wrong("That takes the share lower / level away. It is what stays.")
        if np.allclose(given, clean):
            return wrong("All noise is gone in one step: put `lower` of it back.")
        return wrong(
            f"From level {level:g} to {lower:g}, the noise found must shrink to "
            f"{lower / level:g} of itself around the clean estimate."
        )
    return right("The same noise, fainter: the path has no chance in it but its start.")
