"""Checkers of the exercises on *Other data*."""

from collections.abc import Callable

import numpy as np

from cnnbook.beyond.clouds import make_clouds, rotation
from cnnbook.exercises.feedback import (
    Feedback,
    as_numbers,
    call,
    check_function,
    right,
    wrong,
)


def check_frames(answer: Callable[[int, int, int], int]) -> Feedback:
    """Does `answer(samples, size, hop)` count the frames of a spectrogram?"""
    return check_function(
        answer,
        [
            ((1024, 128, 64), 15, "The last piece must end within the sound."),
            ((128, 128, 64), 1, "A sound as long as one piece has one frame."),
            ((1000, 128, 64), 14, "Round down: what does not fill a piece is left."),
            ((1024, 128, 128), 8, "Pieces need not overlap: divide by the hop."),
        ],
        tolerance=0,
        praise="It is the formula of a convolution's output size, with stride `hop`.",
    )


def check_message(
    answer: Callable[[np.ndarray, list[tuple[int, int]]], np.ndarray],
) -> Feedback:
    """Does `answer(features, edges)` give each node the mean of itself and neighbors?

    features : (nodes, c); edges : pairs of nodes, each pair once, for both directions.
    """
    rng = np.random.default_rng(0)
    cases = [
        (
            np.array([[1.0], [3.0]]),
            [(0, 1)],
            "An edge works both ways, and a node counts itself: both get 2.",
        ),
        (
            np.array([[1.0], [3.0], [8.0]]),
            [(0, 1)],
            "A node without neighbors keeps its features.",
        ),
        (
            rng.normal(size=(4, 2)),
            [(0, 1), (0, 2), (0, 3)],
            "Divide by the number of neighbors plus one, which differs by node.",
        ),
    ]
    for features, edges, hint in cases:
        value, failure = call(answer, features, edges)
        if failure:
            return failure
        joined = np.eye(len(features))
        for i, j in edges:
            joined[i, j] = joined[j, i] = 1
        expected = joined @ features / joined.sum(axis=1, keepdims=True)
        found = as_numbers(value)
        if found is None or found.shape != expected.shape:
            return wrong(f"Return an array of shape {expected.shape}, got {value!r}.")
        if not np.allclose(found, expected):
            return wrong(hint)
    return right("One line with a matrix: (A + I) X, each row over its sum.")


def check_descriptor(answer: Callable[[np.ndarray], np.ndarray]) -> Feedback:
    """Does `answer(cloud)`, (points, 3) to numbers, describe a shape and only that?

    The order of the points must not matter, nor a rotation, nor where the cloud lies;
    a cone must not look like a sphere.
    """
    clouds, labels = make_clouds(40, noise=0.0, seed=0)
    rng = np.random.default_rng(1)
    cloud = clouds[0].astype(float)
    trials = [
        (rng.permutation(cloud), "the order of the points"),
        (cloud @ rotation(rng), "a rotation"),
        (cloud + np.array([1.0, -2.0, 3.0]), "a shift"),
    ]
    value, failure = call(answer, cloud.copy())
    if failure:
        return failure
    first = as_numbers(value)
    if first is None or first.size == 0 or not np.isfinite(first).all():
        return wrong(f"Return one or more finite numbers, got {value!r}.")
    for changed, what in trials:
        found = as_numbers(answer(changed))
        if found is None or found.shape != first.shape or not np.allclose(found, first):
            return wrong(f"Yours changes with {what}, which does not change the shape.")
    spheres, cones = (
        np.array([np.ravel(answer(c.astype(float))) for c in clouds[labels == k]])
        for k in (0, 3)
    )
    gap = np.abs(spheres.mean(axis=0) - cones.mean(axis=0))
    if not np.any(gap > spheres.std(axis=0) + cones.std(axis=0) + 1e-9):
        return wrong("Yours is blind: spheres and cones get about the same numbers.")
    return right("Whatever is built on it need not learn these three laws from data.")
