"""Checkers of the exercises on *Fewer labels*."""

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


def check_partners(answer: Callable[[int], Sequence[int]]) -> Feedback:
    """Does `answer(n)` find every view's partner, all first views before all second?

    Expected for each of 2 n rows: the row of the other view of its image.
    """
    for n in (1, 2, 5):
        value, failure = call(answer, n)
        if failure:
            return failure
        found = as_numbers(value)
        if found is None or found.shape != (2 * n,):
            return wrong(
                f"For {n} images return {2 * n} numbers, one for each view; you "
                f"returned {value!r}."
            )
        expected = (np.arange(2 * n) + n) % (2 * n)
        if np.array_equal(found, expected):
            continue
        if np.array_equal(found, np.arange(2 * n)):
            return wrong("A view is not its own partner.")
        if np.array_equal(found, np.arange(2 * n) ^ 1):
            return wrong(
                "That is right where the two views of an image follow each other. "
                "Here all first views come before all second ones."
            )
        return wrong(f"For {n} images expected {expected.tolist()}.")
    return right("A loss that pairs the wrong rows still falls. It learns nonsense.")


def check_same_answer(answer: Callable[[int], float]) -> Feedback:
    """Is `answer(n)` the NT-Xent loss where all 2 n views get the same embedding?"""
    return check_function(
        answer,
        [
            (
                (n,),
                math.log(2 * n - 1),
                f"All scores are equal, and a view has {2 * n - 1} others to choose "
                "from, so its partner gets one part of as many.",
            )
            for n in (2, 64, 256)
        ],
        tolerance=1e-6,
        praise="A loss that stays there says that the network tells nothing apart.",
    )


def check_folding(
    answer: Callable[
        [np.ndarray, np.ndarray, np.ndarray, float], tuple[np.ndarray, np.ndarray]
    ],
) -> Feedback:
    """Does `answer(weights, offsets, mean, deviation)` fold the scaling into a layer?

    `weights` (k, classes) and `offsets` (classes,) are of features that were centered
    by `mean` (k,) and divided by `deviation`. Expected: kernel and bias for features
    as they are.
    """
    rng = np.random.default_rng(0)
    weights, offsets = rng.normal(size=(6, 3)), rng.normal(size=3)
    mean, deviation = rng.normal(size=6), 2.5
    value, failure = call(answer, weights, offsets, mean, deviation)
    if failure:
        return failure
    if not isinstance(value, tuple | list) or len(value) != 2:
        return wrong(f"Return a pair, kernel and bias; you returned {value!r}.")
    kernel, bias = (as_numbers(part) for part in value)
    if kernel is None or kernel.shape != (6, 3) or bias is None or bias.shape != (3,):
        return wrong("The kernel has the shape of `weights`, the bias of `offsets`.")
    if not np.allclose(kernel, weights / deviation):
        return wrong(
            "The kernel is not right yet: a feature that was divided by `deviation` "
            "first can as well meet a weight that was."
        )
    if not np.allclose(bias, offsets - mean @ weights / deviation):
        return wrong(
            "The kernel is right. The mean was taken away before the product, so the "
            "bias must take away what the mean would have scored."
        )
    return right("Two linear steps are one, so stage two starts where stage one ended.")
