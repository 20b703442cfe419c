"""Checkers of the exercises on *Errors and calibration*."""

from collections.abc import Callable

import numpy as np

from cnnbook.exercises.feedback import (
    Feedback,
    as_numbers,
    call,
    check_function,
    right,
    wrong,
)


def check_four_counts(answer: Callable[[np.ndarray, int], tuple]) -> Feedback:
    """Are the four counts of one class against the rest right, and in order?"""
    matrix = np.array([[5, 1, 2], [3, 7, 0], [4, 6, 9]])
    for k, expected in ((0, (5, 3, 7, 22)), (2, (9, 10, 2, 16))):
        value, failure = call(answer, matrix.copy(), k)
        if failure:
            return failure
        found = as_numbers(value)
        if found is None or found.shape != (4,):
            return wrong("Return four numbers.")
        if np.array_equal(found, expected):
            continue
        hit, missed, false, rest = expected
        if np.array_equal(found, (hit, false, missed, rest)):
            return wrong(
                "Row and column are exchanged: the true classes are the rows, so what "
                "is missed is the rest of the row."
            )
        if np.array_equal(found[:3], expected[:3]):
            return wrong("True negatives are all images without the other three.")
        return wrong(
            f"For class {k} the diagonal entry is {hit}, and the rest of its row has "
            f"{missed}."
        )
    return right("Four numbers for each class, from one matrix.")


def check_calibration_error(
    answer: Callable[[np.ndarray, np.ndarray, int], float],
) -> Feedback:
    """Does `answer(confidence, right, bins)` give the calibration error?"""
    confidence = np.array([0.55, 0.6, 0.95, 1.0])
    hits = np.array([True, False, True, True])
    # bins (0.5, 0.6] and (0.9, 1]: gaps 0.075 and 0.025, half of the weight each
    return check_function(
        answer,
        [
            (
                (confidence, hits, 10),
                0.05,
                "Two bins hold two images each: |0.575 - 0.5| and |0.975 - 1|, "
                "weighted by their share of the images.",
            ),
            (
                (confidence, hits, 1),
                0.025,
                "With one bin it is mean confidence against accuracy, 0.775 and 0.75.",
            ),
            (
                (np.array([0.9, 0.9, 0.9, 0.2]), np.array([True] * 4), 2),
                0.275,
                "Bins weigh as many images as they hold: 3/4 of 0.1 and 1/4 of 0.8.",
            ),
        ],
        tolerance=1e-9,
        praise="One number for honesty.",
    )


def check_price(answer: Callable[..., float]) -> Feedback:
    """Does `answer` find the threshold of least cost?"""
    confidence = np.array([0.9, 0.6, 0.8, 0.5])
    hits = np.array([True, False, True, False])
    return check_function(
        answer,
        [
            (
                (confidence, hits, 10.0, 1.0),
                0.5,
                "Refuse the two least certain, which are wrong: 2 persons, 4 images.",
            ),
            (
                (confidence, hits, 1.0, 10.0),
                0.5,
                "Where persons are dear, answering everything is best: 2 errors.",
            ),
            (
                (confidence, ~hits, 10.0, 1.0),
                1.0,
                "Where certainty is misleading, refusing everything may be best.",
            ),
        ],
        tolerance=1e-9,
        praise="A threshold is a price, not a matter of taste.",
    )
