"""The checkers of *Operating it*: right answers pass, wrong ones get help."""

import math

import numpy as np
import pytest

from cnnbook.exercises.deployment import operating as exercises


def of_counts(bounds, counts, q):
    wanted = q * counts[-1]
    k = next(k for k, count in enumerate(counts) if count >= wanted)
    if math.isinf(bounds[k]):
        return bounds[k - 1]
    low, below = (bounds[k - 1], counts[k - 1]) if k else (0.0, 0)
    return low + (bounds[k] - low) * (wanted - below) / (counts[k] - below)


def quantile(bounds, first, second, q):
    return of_counts(bounds, [a + b for a, b in zip(first, second, strict=True)], q)


def labels(before, after):
    return math.ceil(1.96**2 * after * (1 - after) / (before - after) ** 2)


def break_even(price_hour, num, price_request, price_gb_second, memory_gb, seconds):
    paid = price_request + price_gb_second * memory_gb * seconds
    return num * price_hour / 3600 / paid


def test_right_answers_are_accepted():
    assert exercises.check_quantile(quantile).correct
    assert exercises.check_labels(labels).correct
    assert exercises.check_break_even(break_even).correct


def upper_end(bounds, first, second, q):
    counts = np.add(first, second)
    return bounds[int(np.searchsorted(counts, q * counts[-1]))]


def without_zero(bounds, first, second, q):
    """Takes the first bucket for a point."""
    found = quantile(bounds, first, second, q)
    return bounds[0] if found < bounds[0] else found


def mean_of_both(bounds, first, second, q):
    if not any(second):
        return of_counts(bounds, first, q)
    return (of_counts(bounds, first, q) + of_counts(bounds, second, q)) / 2


def first_alone(bounds, first, second, q):
    return of_counts(bounds, first, q)


def to_infinity(bounds, first, second, q):
    found = quantile(bounds, first, second, q)
    return math.inf if found == bounds[-2] else found


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda bounds, first, second: 0, "raised TypeError"),
        (lambda *given: "fast", "Half of 100"),
        (lambda *given: 0.0, "Half of 100"),
        (upper_end, "A quarter of the way"),
        (without_zero, "begins at 0 seconds"),
        (mean_of_both, "Add the counts"),
        (first_alone, "Add the counts"),
        (to_infinity, "largest finite bound"),
    ],
)
def test_a_wrong_quantile_is_told_why(answer, hint):
    feedback = exercises.check_quantile(answer)
    assert not feedback.correct
    assert hint in feedback.message


def of_before(before, after):
    return math.ceil(1.96**2 * before * (1 - before) / (before - after) ** 2)


def linear(before, after):
    """Right for the first two, by chance of a wrong formula."""
    return labels(before, after) if before - after > 0.02 else labels(before, after) / 3


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda before, after: 1000, "A standard error is"),
        (of_before, "A standard error is"),
        (lambda before, after: max(of_before(before, after), 7), "not `before`"),
        (linear, "by its square"),
        (lambda before, after: labels(before, after) - 1, "Images are whole"),
        (lambda before, after: labels(before, after) - 0.5, "Images are whole"),
        (lambda before, after: "many", "must be a number of images"),
    ],
)
def test_a_wrong_number_of_labels_is_told_why(answer, hint):
    feedback = exercises.check_labels(answer)
    assert not feedback.correct
    assert hint in feedback.message


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda *given: 3600 * break_even(*given), "0.001 a second"),
        (lambda price, num, *given: break_even(price, 1, *given), "All `num`"),
        (
            lambda price, num, fee, gb, memory, seconds: break_even(
                price, num, fee, gb, 1, seconds
            ),
            "memory times its duration",
        ),
        (
            lambda price, num, fee, gb, memory, seconds: (
                num * price / 3600 / max(fee, gb * memory * seconds)
            ),
            "are added",
        ),
    ],
)
def test_a_wrong_rate_is_told_why(answer, hint):
    feedback = exercises.check_break_even(answer)
    assert not feedback.correct
    assert hint in feedback.message
