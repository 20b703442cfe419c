"""Checkers of the exercises on *Regularization*."""

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


def check_dropout(
    answer: Callable[[np.ndarray, np.ndarray, float], np.ndarray],
) -> Feedback:
    """Does `answer(values, kept, rate)` drop as a layer does in training?

    `kept` is a Boolean array of the shape of `values`.
    """
    rng = np.random.default_rng(0)
    values, kept = rng.normal(size=(4, 6)), rng.random((4, 6)) >= 0.2
    found, failure = call(answer, values.copy(), kept, 0.2)
    if failure:
        return failure
    found = as_numbers(found)
    if found is None or found.shape != values.shape:
        return wrong("The answer must be an array of the shape of `values`, (4, 6).")
    if np.allclose(found, values * kept / 0.8):
        return right("In expectation nothing has changed, so prediction needs no care.")
    for mistake, hint in (
        (
            values * kept,
            "The sum of what is left is too small: in the mean, a fifth is missing. "
            "The kept values must make up for it.",
        ),
        (
            values * kept * 0.8,
            "This makes the kept values smaller still. They must grow.",
        ),
        (
            values * kept / 0.2,
            "Divide by the share that is kept, 1 - rate, not by the share dropped.",
        ),
        (values * ~kept / 0.8, "`kept` is True where a value stays."),
        (values * ~kept / 0.2, "`kept` is True where a value stays."),
    ):
        if np.allclose(found, mistake):
            return wrong(hint)
    return wrong(
        "Where `kept` is False there must be 0, elsewhere the value over 1 - rate."
    )


def check_share_left(answer: Callable[[float, Sequence[float]], float]) -> Feedback:
    """Does `answer(decay, rates)` give what decay leaves of a weight?

    The weight has no gradient; `rates` are the learning rates of the steps.
    """
    return check_function(
        answer,
        [
            (
                (0.5, [0.1, 0.1]),
                0.95**2,
                "Each step takes rate times decay, here a twentieth, of what is there.",
            ),
            (
                (0.5, [1.0, 0.0]),
                0.5,
                "Every step has its own rate; at a rate of 0 nothing decays.",
            ),
            (
                (2.0, [0.4, 0.2, 0.1]),
                0.2 * 0.6 * 0.8,
                "The shares of the steps are multiplied, not added: (1 - 0.8) "
                "(1 - 0.4) (1 - 0.2).",
            ),
            ((0.0, [0.1]), 1.0, "Without decay the weight stays."),
        ],
        tolerance=1e-9,
        praise="Now a value such as 0.004 can be read: it depends on the whole run.",
    )


def check_least_loss(answer: Callable[[float, int], float]) -> Feedback:
    """Does `answer(smoothing, num_classes)` give the least cross-entropy there is?"""

    def entropy(smoothing: float, num_classes: int) -> float:
        low = smoothing / num_classes
        high = 1 - smoothing + low
        return -high * np.log(high) - (num_classes - 1) * low * np.log(low)

    return check_function(
        answer,
        [
            (
                (0.1, 10),
                entropy(0.1, 10),
                "The best answer is the smoothed label itself: 0.91 for its class and "
                "0.01 for each of nine others. Its cross-entropy is the sum of "
                "-p log p over all ten.",
            ),
            (
                (0.5, 2),
                entropy(0.5, 2),
                "With two classes and 0.5 the label is (0.75, 0.25).",
            ),
            ((1.0, 4), np.log(4), "Smoothed to the end, the label is even: log 4."),
        ],
        tolerance=1e-6,
        praise="A training loss that stops there has learned everything by heart.",
    )


def check_num_steps(answer: Callable[[float, float], int]) -> Feedback:
    """Does `answer(momentum, share)` say when a moving average has come that far?

    The steps until it has gone `share` of the way from its start to a value that
    stays the same.
    """
    return check_function(
        answer,
        [
            ((0.5, 0.75), 2, "Half of the way, then half of the rest: 0.75 in 2."),
            (
                (0.5, 0.7),
                2,
                "Steps are whole: after 1 it is half of the way, after 2 beyond 0.7.",
            ),
            (
                (0.99, 0.9),
                230,
                "What is missing is momentum to the power of the steps, so look for "
                "the first with 0.99^k of 0.1 or less.",
            ),
            ((0.9, 0.9), 22, "0.9^21 is 0.109, still too much."),
        ],
        tolerance=0,
        praise="Ten times the steps for one more nine in the momentum.",
    )
