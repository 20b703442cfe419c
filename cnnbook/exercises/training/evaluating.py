"""Checkers of the exercises on *Evaluating*."""

import math
from collections.abc import Callable

import numpy as np

from cnnbook import evaluation
from cnnbook.exercises.feedback import Feedback, check_function, check_number


def check_standard_error(answer: Callable[[float, int], float]) -> Feedback:
    """Does `answer(accuracy, num_images)` give the binomial standard error?"""
    cases = [
        ((0.5, 100), "It is the square root of p (1 - p) / n."),
        (
            (0.91, 10_000),
            "The second factor, 1 - p, is the share of wrong predictions.",
        ),
        ((1.0, 50), "By this formula a perfect score has a standard error of 0."),
    ]
    cases = [
        (setting, evaluation.standard_error(*setting), hint) for setting, hint in cases
    ]
    return check_function(
        answer,
        cases,
        tolerance=1e-9,
        praise="Four times the images halve it.",
    )


def check_images_needed(answer: int) -> Feedback:
    """Test images that put 0.91 and 0.92 four standard errors of 0.91 apart."""
    variance = 0.91 * 0.09
    hints = {
        "819": "That puts them one standard error apart.",
        "3276": "The 4 is squared too: n grows sixteenfold.",
    }
    return check_number(
        answer,
        math.ceil(variance / (0.01 / 4) ** 2),
        tolerance=1,
        hint=hints.get(str(answer), "Solve 4 * sqrt(0.91 * 0.09 / n) = 0.01 for n."),
        praise="Fashion-MNIST's 10,000 test images are not quite enough.",
    )


def check_balanced_accuracy(
    answer: Callable[[np.ndarray, np.ndarray], float],
) -> Feedback:
    """Does `answer(labels, predictions)` average the recalls of the classes?"""
    pairs = [
        (np.array([0, 0, 0, 1]), np.array([0, 0, 0, 0])),
        (np.array([0, 1, 1, 2]), np.array([0, 1, 0, 2])),
        (np.array([5, 5, 3]), np.array([3, 5, 3])),
    ]
    hints = [
        "One class is recognized in full, the other never: the mean is one half.",
        "Average over classes, each of weight one, not over images.",
        "Classes are those that occur among the labels; they need not start at 0.",
    ]
    cases = [
        (pair, evaluation.balanced_accuracy(*pair), hint)
        for pair, hint in zip(pairs, hints, strict=True)
    ]
    return check_function(
        answer,
        cases,
        tolerance=1e-9,
        praise="A majority classifier of two classes gets one half, however rare one "
        "of them is.",
    )
