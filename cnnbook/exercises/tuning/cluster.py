"""Checkers of the exercises on *Searching on a cluster*."""

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
from cnnbook.training.workers import StepTime
from cnnbook.tuning.ray_tune import asha_epochs


def check_whole_loss(
    answer: Callable[[list[float], list[int]], float],
) -> Feedback:
    """Does `answer(means, sizes)` give the loss of the whole batch from its shares?"""
    cases = [
        (([2.0, 4.0], [8, 8]), 3.0, "Of equal shares it is the plain mean."),
        (
            ([2.0, 4.0], [12, 4]),
            2.5,
            "The larger share counts more: turn each mean back into a sum.",
        ),
        (([1.0, 1.0, 1.0], [5, 5, 6]), 1.0, "Divide by the size of the whole batch."),
    ]
    return check_function(
        answer,
        cases,
        tolerance=1e-9,
        praise="127 images on two workers are 63 and 64, and a mean of two means is "
        "not their mean; the losses would agree to two digits, and nobody would look.",
    )


def check_fastest(answer: Callable[[float, int, float, float], int]) -> Feedback:
    """Does `answer(compute, parameters, bandwidth, latency)` name the best number?"""
    cases = [
        ((0.1, 100_000, 1e9, 0.0), "Without latency more workers never hurt."),
        (
            (0.1, 100_000, 1e8, 0.001),
            "Each message costs its latency, 2 (n - 1) times.",
        ),
        ((0.001, 10_000_000, 1e8, 0.001), "Sometimes one worker alone is fastest."),
        ((0.5, 1_000_000, 1e8, 0.002), "Compare the seconds of a step, 1 to 64."),
    ]
    for arguments, hint in cases:
        value, failure = call(answer, *arguments)
        if failure:
            return failure
        seconds = [StepTime(*arguments).seconds(n) for n in range(1, 65)]
        expected = int(np.argmin(seconds)) + 1
        found = as_numbers(value)
        if found is None or found.shape != () or found != expected:
            return wrong(
                f"For compute={arguments[0]:g} s, {arguments[1]:,} parameters, "
                f"{arguments[2]:g} bytes a second and a latency of {arguments[3]:g} s "
                f"you gave {value!r}. {hint}"
            )
    return right(
        "Beyond that number every further worker makes the step slower: it computes "
        "less and waits more."
    )


def check_epochs(
    answer: Callable[[Sequence[Sequence[float]], int], list[int]],
) -> Feedback:
    """Does `answer(curves, factor)` say how many epochs ASHA gives each trial?"""
    cases = [
        ([[1, 1, 1]], 3, "The first trial has nobody to be compared with."),
        ([[2, 2, 2], [1, 9, 9]], 3, "The second is below the first after one epoch."),
        ([[1, 5, 5], [2, 2, 2]], 3, "A trial is compared at epochs 1, 3, 9 … only."),
        (
            [[5, 5, 5], [4, 9, 9], [4.8, 6, 2], [4.82, 9, 9], [7, 7, 7]],
            3,
            "Those that were stopped stay in the comparison, and so does each new one.",
        ),
        (
            [[3, 3, 3, 3], [4, 1, 9, 9], [5, 5, 5, 5]],
            2,
            "With a factor of 2 it is compared at epochs 1, 2 and 4, and the best half "
            "goes on.",
        ),
    ]
    for curves, factor, hint in cases:
        value, failure = call(answer, curves, factor)
        if failure:
            return failure
        expected = asha_epochs(curves, factor=factor)
        found = as_numbers(value)
        if found is None or found.tolist() != expected:
            return wrong(
                f"For {curves} with factor {factor} you gave {value!r}. {hint}"
            )
    return right("So does Ray, trial by trial, when they come one after the other.")


def check_lost(answer: Callable[[int, int, float], float]) -> Feedback:
    """Does `answer(num_workers, epochs, chance)` give the epochs a death costs?"""
    hint = "Only the trial in flight is lost, and on average half of it."
    cases = [
        ((4, 8, 1.0), 4.0, hint),
        ((16, 8, 1.0), 4.0, "The other workers go on: their number does not matter."),
        ((4, 8, 0.25), 1.0, "A death that comes in a quarter of the cases costs that."),
    ]
    return check_function(
        answer,
        cases,
        tolerance=1e-9,
        praise="In a search. In data-parallel training all workers stop with the one, "
        "and what is lost is everything since the weights were last saved.",
    )
