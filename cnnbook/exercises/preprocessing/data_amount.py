"""Checkers of the exercises on *How many labeled images does a CNN need?*"""

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


def check_draw(
    answer: Callable[[np.ndarray, int, np.random.Generator], np.ndarray],
) -> Feedback:
    """Does `answer(labels, per_class, rng)` draw as many images of each class?"""
    labels = np.repeat([3, 0, 7], [40, 25, 60])
    drawn = []
    for seed in (0, 0, 1):
        value, failure = call(answer, labels, 5, np.random.default_rng(seed))
        if failure:
            return failure
        positions = as_numbers(value)
        if positions is None or positions.ndim != 1:
            return wrong(f"Return a list of positions in `labels`, got {value!r}.")
        feedback = _one_draw(positions, labels)
        if feedback:
            return feedback
        drawn.append(sorted(positions.tolist()))
    if drawn[0] == drawn[2]:
        return wrong(
            "Two generators with different seeds drew the same images. Let `rng` "
            "choose: the first images of a file may all be of one day."
        )
    if drawn[0] != drawn[1]:
        return wrong(
            "The same seed gave two draws. Take all randomness from `rng`, or nobody "
            "can repeat your curve."
        )
    return right("Equal shares, no image twice, and repeatable by its seed.")


def _one_draw(positions: np.ndarray, labels: np.ndarray) -> Feedback | None:
    """What is wrong with positions that should be 5 of each class, or None."""
    if positions.size == 0 or set(positions.tolist()) - set(range(len(labels))):
        return wrong(
            f"Positions must be whole numbers from 0 to {len(labels) - 1}; for a mask, "
            "take np.flatnonzero."
        )
    if len(set(positions.tolist())) < len(positions):
        return wrong(
            "An image was drawn twice. Draw without replacement: "
            "rng.choice(…, replace=False)."
        )
    found = labels[positions.astype(int)]
    counts = {int(label): int(np.sum(found == label)) for label in np.unique(labels)}
    if set(counts.values()) != {5}:
        return wrong(
            f"Of classes with 25, 40 and 60 images, you drew {counts}, where 5 of each "
            "were asked for. Draw from each class separately."
        )
    return None


def check_quarter_turns(
    answer: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]],
) -> Feedback:
    """Does `answer(images)` return each quarter turn of each image, with its number?"""
    images = np.random.default_rng(0).normal(size=(3, 4, 4, 2))
    value, failure = call(answer, images)
    if failure:
        return failure
    try:
        turned, turns = (np.asarray(part) for part in value)
    except (TypeError, ValueError):
        return wrong("Return two arrays: the turned images and their numbers of turns.")
    if turned.shape != (12, 4, 4, 2) or turns.shape != (12,):
        return wrong(
            f"3 images in 4 orientations are 12 images and 12 labels; you returned "
            f"shapes {turned.shape} and {turns.shape}."
        )
    found = [_which_turn(image, images) for image in turned]
    if None in found:
        return wrong(
            "One of your images is no quarter turn of an original. Turn rows into "
            "columns and leave batch and channels alone: np.rot90(…, axes=(1, 2))."
        )
    if len(set(found)) < 12:
        return wrong("One orientation occurs twice, so another one is missing.")
    mirrored = all(turns[i] == -found[i][1] % 4 for i in range(12))
    if any(turns[i] != found[i][1] for i in range(12)):
        return wrong(
            "You count clockwise; np.rot90 turns counter-clockwise, and so do we."
            if mirrored
            else "The images are right, but their labels stand in another order. If "
            "all images come unturned first, repeat each number n times; do not cycle."
        )
    return right("A label for free: nobody had to look at an image.")


def _which_turn(image: np.ndarray, originals: np.ndarray) -> tuple[int, int] | None:
    """(position of the original, quarter turns counter-clockwise), or None."""
    for i, original in enumerate(originals):
        for turns in range(4):
            if np.array_equal(image, np.rot90(original, turns)):
                return i, turns
    return None


def check_images_needed(
    answer: Callable[[float, float, float, float, float], float],
) -> Feedback:
    """Does `answer(n1, e1, n2, e2, target)` extend a power law to a target error?"""
    hint = (
        "A power law is a straight line through (log n, log error). "
        "Find its slope from the two points, then go on to the log of the target."
    )
    cases = [
        (
            (1_000, 0.2, 10_000, 0.1, 0.05),
            100_000,
            "Ten times the images halved the error, so halving it again takes ten "
            f"times as many once more. {hint}",
        ),
        (
            (100, 0.4, 400, 0.2, 0.1),
            1_600,
            f"Four times the images halve this error. {hint}",
        ),
        (
            (1_000, 0.2, 10_000, 0.1, 0.2),
            1_000,
            f"The target is the error at the first point. {hint}",
        ),
    ]
    return check_function(
        answer,
        cases,
        tolerance=0.01,
        praise="And now distrust it: the law ends where wrong labels begin to count.",
    )
