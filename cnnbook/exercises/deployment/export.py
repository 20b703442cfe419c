"""Checkers of the exercises on *Export and compression*."""

import math
from collections.abc import Callable

import numpy as np

from cnnbook.deploy.gate import Limits, Parity
from cnnbook.deploy.pruning import magnitude_mask
from cnnbook.exercises.feedback import Feedback, as_numbers, call, right, wrong

RANGES = (  # low, high, what a wrong answer probably overlooks
    (0.0, 255.0, "255 steps lie between -128 and 127, and `low` becomes -128."),
    (-1.0, 3.0, "The zero point is where 0.0 lands: -128 - low / scale, rounded."),
    (2.0, 10.0, "Widen the range until it includes 0: padding needs an exact 0."),
    (-6.0, -1.0, "Widen the range until it includes 0, here at its upper end."),
)
PARITIES = (  # a Parity of agreement, difference, accuracy_drop, what is broken
    (1.0, 0.0, 0.0, set(), "an exact copy breaks nothing"),
    (0.9, 0.5, 0.2, {"agreement", "difference", "accuracy_drop"}, "all three broken"),
    (0.99, 0.3, 0.01, set(), "what is exactly at its limit is allowed"),
    (0.999, 0.1, -0.05, set(), "an artifact that scores better has lost nothing"),
    (0.992, 0.7, 0.001, {"difference"}, "most decisions agree, one is far off"),
    (
        0.995,
        math.nan,
        0.0,
        {"difference"},
        "the difference is NaN, and every comparison with NaN is False: ask "
        "`not value <= limit`",
    ),
)
LIMITS = Limits(agreement=0.99, difference=0.3, accuracy_drop=0.01)


def check_affine(answer: Callable[[float, float], tuple[float, int]]) -> Feedback:
    """Does `answer(low, high)` give scale and zero point of int8, 0 included?"""
    for low, high, hint in RANGES:
        value, failure = call(answer, low, high)
        if failure:
            return failure
        numbers = as_numbers(value)
        if numbers is None or numbers.shape != (2,):
            return wrong(f"Return two numbers, scale and zero point; got {value!r}.")
        bottom, top = min(low, 0.0), max(high, 0.0)
        scale = (top - bottom) / 255
        asked = f"From {low:g} to {high:g}"
        if not math.isclose(numbers[0], scale, rel_tol=1e-6):
            return wrong(f"{asked}, your scale is {numbers[0]:g}. {hint}")
        if numbers[1] != round(numbers[1]):
            return wrong(
                f"{asked}, your zero point is {numbers[1]:g}. It must be whole, or no "
                "integer stands for 0."
            )
        if numbers[1] != round(-128 - bottom / scale):
            return wrong(f"{asked}, your zero point is {numbers[1]:g}. {hint}")
    return right("Two numbers a tensor, and every value is off by half a step at most.")


def check_gate(answer: Callable[[Parity, Limits], set[str]]) -> Feedback:
    """Does `answer(parity, limits)` name the limits that are broken?"""
    for agreement, difference, drop, expected, case in PARITIES:
        parity = Parity(agreement, difference, drop, accuracy=0.9, num_images=1000)
        value, failure = call(answer, parity, LIMITS)
        if failure:
            return failure
        if isinstance(value, str | bytes) or not isinstance(
            value, set | frozenset | list | tuple
        ):
            return wrong(
                f"Return a set of names, such as {{'agreement'}}; got {value!r}."
            )
        if set(value) != expected:
            named = ", ".join(sorted(map(str, value))) or "nothing"
            return wrong(
                f"For agreement {agreement:g}, difference {difference:g} and a drop of "
                f"{drop:g} you name {named}, but {case}."
            )
    return right("A gate of three lines, and it holds for NaN, too.")


def check_prune(answer: Callable[[np.ndarray, float], np.ndarray]) -> Feedback:
    """Does `answer(kernel, sparsity)` set exactly the smallest weights to 0?"""
    rng = np.random.default_rng(0)
    cases = (
        (np.array([[0.1, -3.0], [2.0, -0.2]]), 0.5, "Compare magnitudes, not values."),
        (rng.normal(size=(3, 3, 4, 8)), 0.9, "Of 288 weights, 259 become 0."),
        (rng.normal(size=(5, 7)), 0.0, "With a sparsity of 0, nothing goes."),
        (rng.normal(size=(5, 7)), 1.0, "With a sparsity of 1, everything goes."),
    )
    for kernel, sparsity, hint in cases:
        given = kernel.copy()
        pruned, failure = _pruned(answer, given, sparsity)
        if failure:
            return failure
        if not np.array_equal(given, kernel):
            return wrong("Your function changes the kernel that it was given. Copy it.")
        if not np.allclose(pruned, kernel * magnitude_mask(kernel, sparsity)):
            return wrong(f"The weights that are left are not the largest. {hint}")
    pruned, failure = _pruned(answer, np.ones((2, 4)), 0.5)
    if failure:
        return failure
    if np.count_nonzero(pruned) != 4:
        return wrong(
            f"Of eight equal weights {np.count_nonzero(pruned)} are left, expected 4. "
            "A threshold treats equals alike: sort places (argsort) and count them."
        )
    return right("Exactly the share that was asked for, ties included.")


def _pruned(
    answer: Callable, kernel: np.ndarray, sparsity: float
) -> tuple[np.ndarray | None, Feedback | None]:
    """The answer for a kernel as an array, or what is wrong with its form."""
    value, failure = call(answer, kernel, sparsity)
    if failure:
        return None, failure
    pruned = as_numbers(value)
    if pruned is None or pruned.shape != kernel.shape:
        found = type(value).__name__ if pruned is None else pruned.shape
        return None, wrong(f"Return an array of shape {kernel.shape}, got {found}.")
    return pruned, None
