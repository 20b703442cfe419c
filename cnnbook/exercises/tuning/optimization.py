"""Checkers of the exercises on *Optimization*."""

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


def adam_path(
    gradients: list[float],
    rate: float,
    *,
    correct: bool = True,
    root: bool = True,
    first: float = 0.9,
    second: float = 0.999,
) -> float:
    """Where Adam takes a weight that starts at 0."""
    weight = mean = square = 0.0
    for t, gradient in enumerate(gradients, start=1):
        mean = first * mean + (1 - first) * gradient
        square = second * square + (1 - second) * gradient**2
        shares = (1 - first**t, 1 - second**t) if correct else (1, 1)
        size = square / shares[1]
        weight -= rate * mean / shares[0] / ((size**0.5 if root else size) + 1e-7)
    return weight


def check_adam(answer: Callable[[list[float], float], float]) -> Feedback:
    """Does `answer(gradients, rate)` say where Adam takes a weight from 0?"""
    gradients, rate = [4.0, 4.0, -1.0, 0.5], 0.01
    value, failure = call(answer, list(gradients), rate)
    if failure:
        return failure
    found = as_numbers(value)
    if found is None or found.size != 1:
        return wrong(f"The answer must be one number, got {value!r}.")
    found = float(found.reshape(()))
    mistakes = [
        (
            adam_path(gradients, rate, correct=False),
            "Both averages start at zero and are too small at first: divide the mean "
            "by 1 - 0.9 ** t and the mean square by 1 - 0.999 ** t.",
        ),
        (
            adam_path(gradients, rate, root=False),
            "Divide by the square root of the mean square, not by the mean square.",
        ),
        (
            adam_path(gradients, rate, first=0.0),
            "That is RMSprop with a correction: average the gradients too, by 0.9.",
        ),
        (-adam_path(gradients, rate), "The weight goes against the gradient."),
    ]
    expected = adam_path(gradients, rate)
    if abs(found - expected) <= 1e-6:
        return right("Four steps, and none of them knew how long a gradient was.")
    for mistake, hint in mistakes:
        if abs(found - mistake) <= 1e-6:
            return wrong(hint)
    return wrong(
        f"For gradients {gradients} and rate {rate} the weight should go to "
        f"{expected:.4f}, yours goes to {found:.4f}."
    )


def check_two_decays(answer: tuple[float, float]) -> Feedback:
    """The weight after a first step of Adam with a penalty, and of AdamW."""
    if answer is None:
        return wrong("Replace `answer = None` by a pair of numbers.")
    found = as_numbers(answer)
    if found is None or found.shape != (2,):
        return wrong("Give a pair: (with the penalty, with decoupled decay).")
    penalty, decoupled = found.tolist()
    if abs(penalty - 1.84) <= 0.001 and abs(decoupled - 1.9) <= 0.001:
        return wrong("The right numbers, the wrong way round.")
    if abs(penalty - (2 - 0.1 * 1.1)) <= 0.001:
        return wrong(
            "That is a step of SGD. Adam divides its gradient by its size: a first "
            "step is as long as the rate."
        )
    if abs(penalty - 1.9) > 0.001:
        return wrong(
            "With the penalty: the gradient is 0.5 + 0.3 * 2. What is left of a number "
            "that is divided by its own size?"
        )
    if abs(decoupled - 1.9) <= 0.001:
        return wrong(
            "Decoupled decay takes off rate * decay * weight besides the step."
        )
    if abs(decoupled - (2 - 0.1 - 0.3 * 2)) <= 0.001:
        return wrong("The decay is multiplied by the rate too, in Keras and here.")
    if abs(decoupled - 1.84) > 0.001:
        return wrong("Decoupled: 2, less rate * decay * 2, less a step of the rate.")
    return right("The penalty of 0.3 changed nothing; the decay took 0.06 off.")


def check_warm_cosine(
    answer: Callable[[int, int, int, float], float],
) -> Feedback:
    """Does `answer(step, num_steps, num_warm, peak)` warm up, then follow a cosine?"""
    return check_function(
        answer,
        [
            ((0, 100, 10, 0.4), 0.0, "It starts at zero."),
            ((5, 100, 10, 0.4), 0.2, "Half of the warm-up is half of the peak."),
            ((10, 100, 10, 0.4), 0.4, "The warm-up ends at the peak."),
            (
                (55, 100, 10, 0.4),
                0.2,
                "The wave begins where the warm-up ends: it is halfway down after 45 "
                "of its 90 steps.",
            ),
            (
                (25, 100, 10, 0.4),
                0.2 * (1 + np.cos(np.pi / 6)),
                "A cosine, not a line: after a sixth of its way it has fallen little.",
            ),
            ((100, 100, 10, 0.4), 0.0, "It ends at zero."),
            ((0, 100, 0, 0.4), 0.4, "Without a warm-up it starts at the peak."),
        ],
        tolerance=1e-6,
        praise="That is the schedule of most large networks.",
    )
