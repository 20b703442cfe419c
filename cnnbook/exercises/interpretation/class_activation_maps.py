"""Checkers of the exercises on *Class activation maps*."""

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
from cnnbook.reference.fields import receptive_field


def check_score(answer: Callable[[np.ndarray, float], float]) -> Feedback:
    """Does `answer(cam, bias)` give the score back?"""
    cam = np.array([[1.0, -3.0], [6.0, 0.0]])
    return check_function(
        answer,
        [
            ((cam, 0.0), 1.0, "The network averages: 4 over 4 places is 1."),
            ((cam, 2.5), 3.5, "The bias of the dense layer is added once."),
            ((-cam, 0.0), -1.0, "Negative places count too; nothing is cut off."),
            ((np.ones((3, 5)), 1.0), 2.0, "The mean is over all 15 places."),
        ],
        tolerance=1e-9,
        praise="The map is the score, place by place.",
    )


def check_scale(answer: Callable[[np.ndarray], np.ndarray]) -> Feedback:
    """Does `answer(heat)` scale a map to 1 and leave an empty one alone?"""
    heat = np.array([[0.0, 2.0], [8.0, 4.0]])
    for given, expected, hint in (
        (heat, heat / 8, "The hottest value becomes 1, and 0 stays 0."),
        (heat + 2, (heat + 2) / 10, "Divide only; do not subtract the smallest value."),
        (np.zeros((2, 2)), np.zeros((2, 2)), "An empty map stays 0, and is not NaN."),
    ):
        with np.errstate(all="ignore"):
            value, failure = call(answer, given.copy())
        if failure:
            return failure
        found = as_numbers(value)
        if found is None or found.shape != given.shape:
            return wrong("The answer must be a map of the same shape, (2, 2).")
        if not np.allclose(found, expected):
            return wrong(hint)
    return right("Nothing speaks for the class, and the map says so.")


def check_middles(answer: Sequence[float] | None) -> Feedback:
    """Are the middles of what units 0 and 4 see right?"""
    found = as_numbers(answer)
    if found is None or found.shape != (2,):
        return wrong("Give two numbers: (middle of unit 0, middle of unit 4).")
    field = receptive_field([(5, 1, 0), (2, 2, 0), (3, 1, 0)])
    middle = field.start + (field.size - 1) / 2
    first, last = found
    if np.allclose(found, [middle, middle + 4 * field.jump]):
        return right(f"Each unit sees {field.size} pixels, {field.jump} apart.")
    if np.isclose(first, middle + 0.5):
        return wrong("Pixels count from 0: the middle of pixels 0 to 9 is 4.5.")
    if np.isclose(first, middle):
        return wrong(
            "The first is right. Behind a pooling of 2, units are two pixels apart."
        )
    if np.isclose(last - first, 4 * field.jump):
        return wrong(
            "The distance of the two is right. Unit 0 sees pixels 0 to 9; where is "
            "the middle of that?"
        )
    return wrong(
        "Unit 0 of the first layer sees pixels 0 to 4. Go on from there: what do two "
        "of its units see together, and what do three such pairs?"
    )
