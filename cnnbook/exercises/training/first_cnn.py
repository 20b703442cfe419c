"""Checkers of the exercises on *A first CNN*."""

import itertools
import math
from collections.abc import Callable

import numpy as np

from cnnbook.exercises.feedback import Feedback, call, check_function, right, wrong


def check_num_copies(answer: Callable[[np.ndarray, np.ndarray], int]) -> Feedback:
    """Does `answer(train, test)` count test images that occur in `train`?"""
    base = np.arange(5 * 4, dtype=float).reshape(5, 2, 2, 1)
    train, fresh = base[:3], base[3:]
    cases = [
        ((train, fresh), 0, "No image of this test set occurs in the training set."),
        (
            (train, np.concatenate([train[:1], fresh])),
            1,
            "One of three test images is a copy.",
        ),
        (
            (train, train[[2, 2, 0]]),
            3,
            "Count test images, not distinct ones, and wherever in the training set "
            "their original lies.",
        ),
        (
            (train[[0, 0, 0, 1]], base[[0, 3]]),
            1,
            "Several originals in the training set still make one copy in the test "
            "set.",
        ),
        (
            (train, train[:1] + 1e-3),
            0,
            "A copy is exact: a close image is another one.",
        ),
    ]
    return check_function(
        answer,
        cases,
        tolerance=0,
        praise="Run it on every split that you make from now on.",
    )


def check_deciding_pixels(answer: list[tuple[int, int]]) -> Feedback:
    """Do two pixels (row, column) tell the three line images of the source apart?"""
    if answer is None:
        return wrong("Replace `answer = None` by a list of two (row, column) pairs.")
    try:
        pixels = [(int(row), int(column)) for row, column in answer]
    except (TypeError, ValueError):
        return wrong(f"Give pairs such as [(0, 3), (5, 6)], got {answer!r}.")
    if len(pixels) != 2:
        return wrong(f"Two pixels are enough; you gave {len(pixels)}.")
    if not all(0 <= index < 28 for pixel in pixels for index in pixel):
        return wrong("Rows and columns run from 0 to 27.")
    codes = [
        tuple(pattern[pixel] for pixel in pixels) for pattern in _source_patterns()
    ]
    for (i, first), (j, second) in itertools.combinations(enumerate(codes), 2):
        if first == second:
            return wrong(
                f"Classes {i} and {j} have the same values {first} at your pixels, so "
                "nothing tells them apart."
            )
    return right(f"The three classes read {codes} there: a look-up table is enough.")


def _source_patterns() -> list[np.ndarray]:
    """The three images that the source's generator can draw, (28, 28) each."""
    vertical, horizontal = np.zeros((28, 28), int), np.zeros((28, 28), int)
    vertical[:, 12:16] = 1
    horizontal[12:16] = 1
    return [vertical, horizontal, np.eye(28, dtype=int)]


def check_possible_accuracies(answer: Callable[[list[int]], list[float]]) -> Feedback:
    """Does `answer(counts)` list each accuracy a copies-only test set allows?"""
    for counts in ([1, 1], [2, 1, 1], [70, 64, 66]):
        value, failure = call(answer, counts)
        if failure:
            return failure
        expected = {
            sum(chosen) / sum(counts)
            for k in range(len(counts) + 1)
            for chosen in itertools.combinations(counts, k)
        }
        try:
            given = {float(entry) for entry in value}
        except (TypeError, ValueError):
            return wrong(f"For {counts} return a list of numbers, got {value!r}.")
        if not _same_numbers(given, expected):
            return wrong(
                f"For class counts {counts} the possible accuracies are "
                f"{len(expected)} numbers, yours are {len(given)} or differ from them. "
                "All copies of an image are right or wrong together."
            )
    return right("And 0.95 is not among those of the source's test set.")


def _same_numbers(given: set[float], expected: set[float]) -> bool:
    pairs = zip(sorted(given), sorted(expected), strict=False)
    return len(given) == len(expected) and all(
        math.isclose(a, b, abs_tol=1e-9) for a, b in pairs
    )
