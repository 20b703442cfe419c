"""Checkers of the exercises on *The whole road, once*."""

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


def check_majority(answer: Callable[[np.ndarray, np.ndarray], float]) -> Feedback:
    """Does `answer` judge the most frequent training class on the test labels?"""
    cases = [
        (
            (np.array([0, 1, 1]), np.array([1, 1, 0, 2])),
            0.5,
            "Class 1 is the most frequent; it is right twice in four.",
        ),
        (
            (np.array([2, 2, 0]), np.array([0, 0, 0, 2])),
            0.25,
            "The class is chosen on the training labels, whatever the test labels are.",
        ),
        (
            (np.array([3, 3]), np.array([0, 1])),
            0.0,
            "A class that the test set does not hold is never right.",
        ),
    ]
    return check_function(
        answer,
        cases,
        tolerance=1e-9,
        praise="Every network of yours has to beat this number first.",
    )


def check_occlusion(answer: Callable[..., np.ndarray]) -> Feedback:
    """Does `answer(score, image, size, step)` give what each covered square costs?"""
    weights = np.arange(1.0, 31).reshape(5, 6)
    image = (np.arange(30.0).reshape(5, 6, 1) % 7) + 1

    def score(images: np.ndarray) -> np.ndarray:
        return (np.asarray(images)[..., 0] * weights).sum(axis=(1, 2))

    # of a linear score, a square costs just its own share
    share = image[..., 0] * weights
    expected = np.array(
        [[share[r : r + 2, c : c + 2].sum() for c in (0, 2, 4)] for r in (0, 2)]
    )
    before = image.copy()
    value, failure = call(answer, score, image, 2, 2)
    if failure:
        return failure
    if not np.array_equal(image, before):
        return wrong(
            "Your function changed the image it was given: cover a copy, or the "
            "squares add up."
        )
    given = as_numbers(value)
    if given is None or given.shape != expected.shape:
        found = "no numbers" if given is None else given.shape
        return wrong(
            f"An image of 5 x 6 has squares of 2 at rows 0 and 2 and columns 0, 2 and "
            f"4: expected shape {expected.shape}, got {found}."
        )
    if np.allclose(given, -expected):
        return wrong("The sign is turned: what was lost is before minus after.")
    if not np.allclose(given, expected):
        return wrong(
            f"The first square should cost {expected[0, 0]:g}, the last one "
            f"{expected[-1, -1]:g}; you gave {given[0, 0]:g} and {given[-1, -1]:g}."
        )
    return right("And it asks nothing of the model but its scores.")


def check_reply(
    answer: Callable[[np.ndarray, Sequence[str], float], str | None],
) -> Feedback:
    """Does `answer` name the best class, or nothing if it is not likely enough?"""
    names = ("coat", "bag", "boot")
    likely = np.log([0.1, 0.7, 0.2])
    cases = [
        (likely, 0.5, "bag", "0.7 is at least 0.5."),
        (likely, 0.8, None, "0.7 is below 0.8, so nothing should be said."),
        (likely + 1000, 0.5, "bag", "Scores of 1000 are scores too."),
        (likely - 3, 0.5, "bag", "A constant added to all scores changes nothing."),
        (np.array([4.0, 3.9, 0.0]), 0.6, None, "A score of 4 is not a probability."),
    ]
    for scores, least, expected, hint in cases:
        value, failure = call(answer, scores, names, least)
        if failure:
            return failure
        if value != expected:
            shown = np.round(scores, 2).tolist()
            return wrong(
                f"For scores {shown} and least {least} expected {expected!r}, got "
                f"{value!r}. {hint}"
            )
    return right("How often it is silent, and how often right, is yours to balance.")
