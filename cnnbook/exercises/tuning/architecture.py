"""Checkers of the exercises on *Architecture*."""

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
from cnnbook.studies.choosing import pareto_front


def check_stack(answer: Callable[[int, int, int], Sequence[int]]) -> Feedback:
    """Does `answer(size, c, f)` count a stack of 3x3 kernels and its one large twin?

    A single kernel of `size` x `size` pixels reads c channels and writes f; the stack
    sees as much, and writes f channels in each layer. Expected: the layers of the
    stack, its weights, and those of the single one, biases left out.
    """
    cases = [
        ((5, 16, 16), "Two 3x3 kernels see 5 pixels: each adds two to what one saw."),
        ((7, 64, 64), "Each layer of the stack adds two pixels, so 7 takes three."),
        ((3, 8, 8), "A stack of one layer is the single kernel."),
        ((5, 1, 32), "Only the first layer of the stack reads c channels."),
        ((9, 3, 24), "After the first layer of the stack, f channels go in and out."),
    ]
    for (size, c, f), hint in cases:
        num = (size - 1) // 2
        expected = [num, 9 * c * f + 9 * f * f * (num - 1), size * size * c * f]
        value, failure = call(answer, size, c, f)
        if failure:
            return failure
        found = as_numbers(value)
        if found is None or found.shape != (3,):
            return wrong(
                "Return three numbers: layers, weights of the stack, weights of the "
                f"single kernel. You returned {value!r}."
            )
        if np.array_equal(found, expected):
            continue
        asked = f"For a field of {size}, {c} channels in and {f} out: "
        if found[0] != expected[0]:
            return wrong(f"{asked}{num} layers, not {found[0]:g}. {hint}")
        if found[2] != expected[2]:
            return wrong(
                f"{asked}one kernel has {size} x {size} x {c} weights, and there are "
                f"{f} kernels."
            )
        return wrong(f"{asked}the stack has {expected[1]:,} weights. {hint}")
    return right("And with one channel in, the single large kernel is the cheaper one.")


def check_width(answer: Callable[[int, int], int]) -> Feedback:
    """Does `answer(budget, kernel)` find the largest width that a budget allows?

    Two convolutions, "same" padding: 1 -> w channels at 14 x 14 places, then w -> 2w at
    7 x 7, by `kernel` x `kernel` pixels; `budget` in multiply-adds, biases left out.
    """
    return check_function(
        answer,
        [
            (
                (254_016, 3),
                16,
                "16 costs 196 * 9 * 16 + 49 * 9 * 16 * 32 = 254,016, and that is "
                "within the budget.",
            ),
            ((254_015, 3), 15, "One multiply-add less, and 16 is beyond the budget."),
            (
                (254_016, 5),
                9,
                "A 5x5 kernel has 25 weights for each channel in and out: "
                "196 * 25 w + 49 * 25 w * 2w.",
            ),
            (
                (254_016, 7),
                6,
                "The second convolution grows with the square of the width; take care "
                "to round down.",
            ),
            ((1_016_064, 3), 32, "Four times the budget buys twice the width."),
        ],
        tolerance=0,
        praise="Cost goes with the square of the width, so width is bought dearly.",
    )


def check_front(
    answer: Callable[[Sequence[float], Sequence[float]], Sequence[int]],
) -> Feedback:
    """Does `answer(costs, values)` give the places of all that no other beats?"""
    rng = np.random.default_rng(0)
    drawn = rng.integers(0, 12, size=(2, 40)).astype(float)
    cases = [
        (
            ([1, 2, 3], [0.7, 0.8, 0.9]),
            "Each is dearer and better than the one before: nobody beats another.",
        ),
        (
            ([3, 1, 2], [0.9, 0.7, 0.6]),
            "Number 2 costs more than number 1 and is worth less: it is beaten. The "
            "order of the candidates says nothing about their cost.",
        ),
        (
            ([1, 1, 2], [0.7, 0.8, 0.8]),
            "At equal cost the better one beats; at equal value, the cheaper one.",
        ),
        (
            ([1, 1, 2], [0.8, 0.8, 0.9]),
            "Two that are equal in both do not beat each other: keep both.",
        ),
        ((drawn[0], drawn[1]), "On 40 random candidates yours differs."),
    ]
    for (costs, values), hint in cases:
        value, failure = call(answer, costs, values)
        if failure:
            return failure
        found = as_numbers(value)
        if found is None or found.ndim != 1:
            return wrong(f"Return a list of places, such as [0, 2], got {value!r}.")
        expected = np.flatnonzero(pareto_front(costs, values)).tolist()
        if sorted(found.tolist()) != expected:
            shown = f" Expected {expected}." if len(costs) < 10 else ""
            return wrong(f"You returned {np.sort(found).tolist()}.{shown} {hint}")
    return right("Whatever you value, the network to take is one of these.")
