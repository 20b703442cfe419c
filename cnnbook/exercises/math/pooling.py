"""Checkers of the exercises on *Pooling*."""

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
from cnnbook.reference import max_pool2d_gradient


def check_backward(
    answer: Callable[[np.ndarray, np.ndarray], np.ndarray],
) -> Feedback:
    """Does `answer(feature_map, gradient)` pass back through 2x2 max pooling?"""
    rng = np.random.default_rng(0)
    for shape in ((2, 2), (4, 6), (5, 7)):
        feature_map = rng.permutation(np.arange(float(np.prod(shape))))
        feature_map = feature_map.reshape(shape) - 5
        gradient = rng.integers(1, 9, (shape[0] // 2, shape[1] // 2)).astype(float)
        value, failure = call(answer, feature_map.copy(), gradient.copy())
        if failure:
            return failure
        if value is None:
            return wrong("Your function returned None; let it return an array.")
        given = as_numbers(value)
        if given is None:
            return wrong(f"Return an array of numbers, got {value!r}.")
        hint = _backward_hint(given, feature_map, gradient)
        if hint:
            return wrong(f"For a map of shape {shape}: {hint}")
    return right(
        "One winner in each block takes all, and the other three learn nothing."
    )


def _backward_hint(
    given: np.ndarray, feature_map: np.ndarray, gradient: np.ndarray
) -> str:
    """What is wrong with `given`, empty if nothing is."""
    expected = max_pool2d_gradient(_stack(feature_map), _stack(gradient))[0, :, :, 0]
    if given.shape != feature_map.shape:
        return (
            f"the result has shape {given.shape}. A gradient has the shape of what it "
            "is the gradient of, a row or column in no block included."
        )
    if np.array_equal(given, expected):
        return ""
    h, w = 2 * gradient.shape[0], 2 * gradient.shape[1]
    shares = np.repeat(np.repeat(gradient, 2, axis=0), 2, axis=1)
    blocks = given[:h, :w]
    if np.allclose(blocks, shares / 4):
        return (
            "you dealt out equal shares. That is average pooling; a maximum does not "
            "notice a small change of a pixel that lost."
        )
    if np.allclose(blocks, shares):
        return (
            "you gave every pixel of a block the whole gradient, four times too much."
        )
    if np.array_equal(given, (expected != 0) * feature_map):
        return "you passed the maxima back; pass the gradient to where they stood."
    if np.array_equal(given != 0, expected != 0):
        return (
            "the right pixels get something, and not the right amount: each winner "
            "gets the number of `gradient` that belongs to its block."
        )
    return (
        "the gradient of block (i, j) goes to the largest of its four pixels, "
        "the others get 0."
    )


def _stack(feature_map: np.ndarray) -> np.ndarray:
    return feature_map[None, :, :, None]


def check_share_unchanged(answer: Callable[[int, int], float]) -> Feedback:
    """Does `answer(k, s)` give the share of maxima that survive a shift?"""
    together = (
        "Count the pixels that the old and the new window hold together: k (k + s)."
    )
    cases = [
        ((2, 1), 1 / 3, "The page measured this one. " + together),
        (
            (3, 1),
            1 / 2,
            "The shift is along one axis: the windows share k (k - s) pixels. "
            + together,
        ),
        (
            (3, 2),
            1 / 5,
            "The maximum survives if the largest of all pixels, old and new, is among "
            "those that both windows hold.",
        ),
        ((4, 1), 3 / 5, together),
        (
            (2, 3),
            0.0,
            "Windows that share no pixel have equal maxima with probability 0.",
        ),
    ]
    return check_function(
        answer,
        cases,
        tolerance=1e-9,
        praise="A larger window forgives more, and tells less about where.",
    )


def check_folded(answer: Callable[[float, int], float]) -> Feedback:
    """Does `answer(frequency, stride)` give the frequency after subsampling?"""
    cases = [
        (
            (0.1, 2),
            0.2,
            "Slow stripes only get faster, counted by the new, wider pixel.",
        ),
        (
            (0.4, 2),
            0.2,
            "0.4 x 2 = 0.8 cycles for each new pixel look like 0.2: a cosine read at "
            "whole numbers does not know f from 1 - f.",
        ),
        ((0.5, 2), 0.0, "Every second pixel of stripes two pixels wide is the same."),
        (
            (0.3, 4),
            0.2,
            "0.3 x 4 = 1.2: a whole cycle between two samples cannot be seen, so take "
            "the remainder by 1 first.",
        ),
        ((0.25, 2), 0.5, "Half a cycle for each pixel is the finest that there is."),
        (
            (0.45, 4),
            0.2,
            "0.45 x 4 = 1.8: the remainder by 1 is 0.8, and that has to be folded too.",
        ),
    ]
    return check_function(
        answer,
        cases,
        tolerance=1e-9,
        praise="What is above one half comes back below it, as stripes nobody drew.",
    )
