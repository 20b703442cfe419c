"""Checkers of the exercises on *Modern blocks and efficient networks*."""

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

GROWTH = (1.2, 1.1, 1.15)  # depth, width, resolution


def check_bottleneck(answer: Callable[[int, int, int], int]) -> Feedback:
    """Does `answer(c, expand, kernel)` count an inverted bottleneck's multiply-adds?

    For each place: 1x1 from c to expand * c channels, a depthwise kernel, and 1x1 back;
    without squeeze-and-excitation, normalization and biases.
    """
    return check_function(
        answer,
        [
            (
                (16, 4, 3),
                2_624,
                "Widening costs 16 * 64 for each place, filtering 9 * 64, narrowing "
                "64 * 16: 2,624 together.",
            ),
            ((24, 6, 3), 8_208, "All three layers grow with `expand`."),
            (
                (24, 6, 5),
                10_512,
                "The depthwise kernel has 25 weights for each of the 144 wide "
                "channels; the 1x1 layers do not change.",
            ),
            ((8, 1, 3), 200, "With `expand` 1 the middle has as many as the input."),
        ],
        tolerance=0,
        praise="The two 1x1 layers cost most: kernels of single channels are cheap.",
    )


def check_scaling(answer: Callable[[float], float]) -> Feedback:
    """Does `answer(phi)` say by how much compound scaling multiplies the work?"""
    depth, width, size = GROWTH
    base = depth * width**2 * size**2
    hints = {
        0: "Without scaling the work stays: 1.",
        1: "Depth counts once; width and resolution are squared: 1.2 * 1.1² * 1.15².",
        3: "Each step multiplies: the factor of one step to the power of phi.",
        0.5: "Half a step is allowed, and multiplies by the root.",
    }
    return check_function(
        answer,
        [((phi,), base**phi, hint) for phi, hint in hints.items()],
        tolerance=1e-3,
        praise="Each step costs 1.92 times the work, the paper's 'about twice'.",
    )


def check_evolution(answer: Callable[[list[float], int, list[int]], int]) -> Feedback:
    """Does `answer(scores, population, drawn)` name the parent in aging evolution?

    `scores` has all trials so far, oldest first; `drawn` are places among the living,
    0 for the oldest of them. Expected: the number of the parent among all trials.
    """
    rng = np.random.default_rng(0)
    scores = rng.random(30).tolist()
    cases = [
        (([0.1, 0.5, 0.3], 3, [0, 2]), 2, "Of numbers 0 and 2, 2 is the better."),
        (
            ([0.9, 0.2, 0.4, 0.3], 3, [0, 1, 2]),
            2,
            "Trial 0 is the best, and has died of old age: only the last 3 are alive.",
        ),
        (
            ([0.9, 0.8, 0.1, 0.2], 2, [1]),
            3,
            "A tournament of one leaves no choice: place 1 of the living is trial 3.",
        ),
        ((scores, 10, [1, 4, 8]), None, "On 30 random trials yours differs."),
    ]
    for (scores, population, drawn), expected, hint in cases:
        if expected is None:
            alive = [len(scores) - population + i for i in drawn]
            expected = max(alive, key=lambda i: scores[i])
        value, failure = call(answer, scores, population, drawn)
        if failure:
            return failure
        found = as_numbers(value)
        if found is None or found.shape != ():
            return wrong(f"Return one number, that of the parent, got {value!r}.")
        if found != expected:
            return wrong(f"You answered {found:g}, expected {expected}. {hint}")
    return right("A lucky score is forgotten once its trial is old enough.")
