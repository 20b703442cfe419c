"""Checkers of the exercises on *What CNNs are used for, and where that ends*."""

from collections.abc import Callable

import numpy as np

from cnnbook.exercises.feedback import (
    Feedback,
    as_numbers,
    call,
    check_number,
    right,
    wrong,
)


def check_group_accuracy(answer: Callable[..., dict]) -> Feedback:
    """Does `answer(labels, predictions, groups)` give the accuracy of each group?"""
    labels = np.array([0, 1, 2, 0, 1, 2, 0])
    predictions = np.array([0, 1, 2, 0, 2, 2, 1])
    groups = np.array(["a", "a", "a", "a", "b", "b", "b"])
    value, failure = call(answer, labels, predictions, groups)
    if failure:
        return failure
    if not isinstance(value, dict):
        return wrong(f"Return a dictionary, got {type(value).__name__}.")
    if set(value) != {"a", "b"}:
        return wrong(f"The groups are 'a' and 'b'; your keys are {sorted(value)}.")
    for group, expected in (("a", 1.0), ("b", 1 / 3)):
        hint = (
            f"In group {group!r}, divide what is right there by the number of images "
            "there, not by all images."
        )
        feedback = check_number(
            value[group], expected, tolerance=1e-9, hint=hint, praise=""
        )
        if not feedback.correct:
            return feedback
    return right("Overall it was 5 of 7, which neither group would recognize.")


def check_letterhead(answer: float) -> Feedback:
    """Is `answer` the area under the curve of a detector that knows the hospital?"""
    ill = np.array([42_396 * 0.342, 112_120 * 0.012])
    healthy = np.array([42_396 * 0.658, 112_120 * 0.988])
    ill_in_m, healthy_in_n = ill[0] / ill.sum(), healthy[1] / healthy.sum()
    wins = ill_in_m * healthy_in_n
    ties = ill_in_m * (1 - healthy_in_n) + (1 - ill_in_m) * healthy_in_n
    hint = (
        "Draw one ill and one healthy image. The ill one wins if it is from M and the "
        "healthy one from N; both from one hospital is a tie."
    )
    given = as_numbers(answer)  # NaN of None
    if given is not None and given.ndim == 0 and not isinstance(answer, str):
        if abs(given - wins) < 0.002:
            return wrong("You counted the wins. A tie counts one half.")
        if abs(given - (wins + ties)) < 0.002:
            return wrong("Ties count one half, you counted them in full.")
    return check_number(
        answer,
        wins + ties / 2,
        tolerance=0.002,
        hint=hint,
        praise="A detector without a look at the lungs; the study measured 0.861.",
    )


def check_harmless_shifts(answer: Callable[[list[int], int], list[int]]) -> Feedback:
    """Does `answer(strides, largest)` list the shifts that a global average ignores?"""
    cases = [
        ([1, 2, 1, 2], 8, [0, 4, 8], "Two strides of 2 make a step of 4."),
        ([1, 1], 3, [0, 1, 2, 3], "Without subsampling, every shift is harmless."),
        ([2, 2, 2], 20, [0, 8, 16], "Strides multiply; they do not add up."),
        ([3, 2], 6, [0, 6], "The last shift may be `largest` itself."),
    ]
    for strides, largest, expected, hint in cases:
        value, failure = call(answer, strides, largest)
        if failure:
            return failure
        try:
            given = [int(shift) for shift in value]
        except (TypeError, ValueError):
            return wrong(f"Return a list of whole numbers, got {value!r}.")
        if sorted(given) != expected:
            return wrong(f"For strides {strides} you gave {given}. {hint}")
    return right("Compare it with the figure: the average came back at 4.")
