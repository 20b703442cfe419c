"""Checkers of the exercises on *What does a CNN take for granted?*."""

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
from cnnbook.reference import conv1d, global_average_pool2d, max_pool2d, shift


def check_num_layers(answer: Callable[[int, int], int]) -> Feedback:
    """Does `answer(gap, kernel)` count the layers until a field spans two parts?"""
    cases = [
        (
            (1, 3),
            1,
            "A window of 3 pixels lies over a gap of 1 with a column on either side.",
        ),
        (
            (2, 3),
            2,
            "A field as long as the gap sees neither part, and one longer by a pixel "
            "sees one of them: it takes gap + 2.",
        ),
        ((4, 3), 3, "Each layer adds kernel - 1 pixels to the field: 3, 5, 7."),
        ((4, 7), 1, "The first layer already sees a whole kernel, 7 pixels here."),
        (
            (9, 5),
            3,
            "Layers of 5 see 5, 9, 13 pixels: the field grows by kernel - 1, not by "
            "kernel.",
        ),
        ((0, 5), 1, "Parts that touch are in one window of any size from 2 on."),
    ]
    return check_function(
        answer,
        cases,
        tolerance=0,
        praise="It is the receptive field written backwards: ceil((gap+1)/(kernel-1)).",
    )


def check_steady(answer: Callable) -> Feedback:
    """Does `answer(features, images, stride)` give features no shift can change?"""
    rng = np.random.default_rng(0)
    images = rng.normal(size=(2, 6, 12, 1))
    cases = [(_pooled(2), 2), (_pooled(3), 3)]
    for features, stride in cases:
        rest, failure = call(answer, features, images, stride)
        if failure:
            return failure
        rest = as_numbers(rest)
        plain = features(images)
        if rest is None or rest.shape != plain.shape:
            return wrong(
                f"Return features of the shape {plain.shape} that features(images) has."
            )
        for pixels in range(1, 7):
            moved, failure = call(answer, features, shift(images, pixels), stride)
            if failure:
                return failure
            if not np.allclose(rest, moved, atol=1e-9):
                return wrong(_unsteady(pixels, stride, np.allclose(rest, plain)))
        views = [features(shift(images, s)) for s in range(stride)]
        if not np.allclose(rest, np.mean(views, axis=0), atol=1e-9):
            return wrong(
                "No shift changes your features, but they are not the mean of what "
                f"`features` says at the {stride} shifts 0 ... {stride - 1}. A "
                "constant would be steady too."
            )
    return right(
        "Averaging over the shifts that a stride forgets gives them back, at the price "
        "of as many passes as the stride is long."
    )


def _unsteady(pixels: int, stride: int, plain: bool) -> str:
    """What to say of features that change at a shift of so many pixels."""
    if plain:
        return (
            f"These are the plain features: at a shift of {pixels} they change. Ask "
            "`features` about several shifts of the images, and combine what it says."
        )
    return (
        f"With stride {stride} your features change at a shift of {pixels}. Take the "
        f"shifts 0 ... {stride - 1}, each once: one more or one fewer weighs one place "
        "of the grid differently."
    )


def _pooled(stride: int) -> Callable[[np.ndarray], np.ndarray]:
    """Max pooling of this window and stride under a global average."""

    def features(images: np.ndarray) -> np.ndarray:
        return global_average_pool2d(max_pool2d(images, window=stride))

    return features


def check_causal(answer: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Feedback:
    """Is `answer(series, kernel)` a convolution that never looks ahead?"""
    rng = np.random.default_rng(0)
    for kw in (1, 2, 3, 4):
        series, kernel = rng.normal(size=(2, 9, 2)), rng.normal(size=(kw, 2, 3))
        value, failure = call(answer, series, kernel)
        if failure:
            return failure
        value = as_numbers(value)
        if value is None or value.shape != (2, 9, 3):
            found = "no numbers" if value is None else f"shape {value.shape}"
            return wrong(
                f"For 9 points and a kernel of {kw} the result must have shape "
                f"(2, 9, 3), one value for each point, yours has {found}. Put zeros in "
                "front."
            )
        padded = np.pad(series, ((0, 0), (kw - 1, 0), (0, 0)))
        if np.allclose(value, conv1d(padded, kernel), atol=1e-9):
            continue
        if np.allclose(value, conv1d(padded, kernel[::-1]), atol=1e-9):
            return wrong(
                "It looks back only, but the kernel is flipped: its last weight "
                "belongs to the present."
            )
        changed = series.copy()
        changed[:, 5] += 1
        after, failure = call(answer, changed, kernel)
        if failure:
            return failure
        if not np.allclose(np.asarray(after)[:, :5], value[:, :5]):
            return wrong(
                f"A change of point 5 changes what a kernel of {kw} says at points "
                'before it: this looks ahead, as padding "same" does. All the '
                "padding goes in front."
            )
        return wrong(
            f"Nothing looks ahead, but with a kernel of {kw} the values are not those "
            "of a convolution of the series with kernel - 1 zeros in front."
        )
    return right("This is the layer that temporal convolutional networks are made of.")
