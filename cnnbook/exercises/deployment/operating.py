"""Checkers of the exercises on *Operating it*."""

import math
from collections.abc import Callable, Sequence

import numpy as np

from cnnbook.exercises.feedback import (
    Feedback,
    as_numbers,
    call,
    check_function,
    right,
    wrong,
)

BOUNDS = (0.1, 0.2, 0.4, math.inf)
IDLE = (0, 0, 0, 0)
# counts of two workers, q, what a wrong answer probably overlooks
BUCKETS = (
    ((0, 50, 100, 100), IDLE, 0.5, "Half of 100 lie at or below 0.2, its upper end."),
    ((0, 0, 100, 100), IDLE, 0.25, "A quarter of the way from 0.2 to 0.4."),
    ((80, 100, 100, 100), IDLE, 0.4, "The first bucket begins at 0 seconds."),
    (
        (0, 100, 100, 100),
        (0, 0, 300, 300),
        0.5,
        "Add the counts of both workers before you look for the bucket.",
    ),
    (
        (10, 20, 30, 100),
        (10, 20, 30, 100),
        0.99,
        "It lies beyond the largest finite bound; give that bound.",
    ),
)
LOSSES = (  # accuracy before, after, what a wrong answer probably overlooks
    (0.9, 0.5, "A standard error is sqrt(after (1 - after) / n)."),
    (0.93, 0.9, "It is `after` whose standard error counts, not `before`."),
    (0.93, 0.92, "The loss enters by its square."),
)


def check_quantile(
    answer: Callable[[Sequence[float], Sequence[float], Sequence[float], float], float],
) -> Feedback:
    """Does `answer(bounds, first, second, q)` give the quantile of both workers?"""
    for first, second, q, hint in BUCKETS:
        value, failure = call(answer, BOUNDS, first, second, q)
        if failure:
            return failure
        expected = _quantile(BOUNDS, np.add(first, second), q)
        found = as_numbers(value)
        if found is None or found.shape != () or not abs(found - expected) < 1e-9:
            return wrong(
                f"For counts {first} and {second} below {BOUNDS} s and q = {q} you "
                f"gave {value!r}. {hint}"
            )
    return right("So does `histogram_quantile` over `sum by (le)`.")


def _quantile(bounds: Sequence[float], counts: np.ndarray, q: float) -> float:
    """Where the count of answers passes `q` of them all, by straight lines."""
    wanted = q * counts[-1]
    k = int(np.searchsorted(counts, wanted))
    if math.isinf(bounds[k]):
        return bounds[k - 1]
    low, below = (bounds[k - 1], counts[k - 1]) if k else (0.0, 0)
    return low + (bounds[k] - low) * (wanted - below) / (counts[k] - below)


def check_labels(answer: Callable[[float, float], int]) -> Feedback:
    """Does `answer(before, after)` give the labels that prove a loss?"""
    for before, after, hint in LOSSES:
        value, failure = call(answer, before, after)
        if failure:
            return failure
        asked = f"For a fall from {before:g} to {after:g} you gave {value!r}."
        found = as_numbers(value)
        if found is None or found.shape != ():
            return wrong(f"{asked} It must be a number of images.")
        exact = 1.96**2 * after * (1 - after) / (before - after) ** 2
        if found == math.ceil(exact):
            continue
        if abs(found - exact) < 1:
            return wrong(f"{asked} Images are whole, and that many must be enough.")
        return wrong(f"{asked} {hint}")
    return right(
        "At a thousand labels a day a fall by one point takes three days to prove; a "
        "monitor of the inputs may have seen its cause within a window."
    )


def check_break_even(
    answer: Callable[[float, int, float, float, float, float], float],
) -> Feedback:
    """Does `answer(price_hour, num, …, seconds)` give the break-even rate?"""
    cases = [
        (
            (3.6, 1, 0.001, 0.0, 1.0, 1.0),
            1.0,
            "A machine at 3.6 an hour costs 0.001 a second, as much as one such call.",
        ),
        ((3.6, 2, 0.001, 0.0, 1.0, 1.0), 2.0, "All `num` machines are paid."),
        (
            (3.6, 1, 0.0, 0.002, 0.5, 2.0),
            0.5,
            "A call costs its memory times its duration, at the price of a GB second.",
        ),
        (
            (7.2, 1, 0.001, 0.002, 0.5, 1.0),
            1.0,
            "The fee of a call and its memory are added.",
        ),
    ]
    return check_function(
        answer,
        cases,
        tolerance=1e-9,
        praise="Left of it pay by the call, right of it by the hour; close to it, "
        "choose by something else.",
    )
