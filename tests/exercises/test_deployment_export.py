"""The checkers of *Export and compression*: right answers pass, wrong ones get help."""

import numpy as np
import pytest

from cnnbook.deploy.pruning import magnitude_mask
from cnnbook.exercises.deployment import export as exercises


def affine(low, high):
    low, high = min(low, 0.0), max(high, 0.0)
    scale = (high - low) / 255
    return scale, round(-128 - low / scale)


def broken(parity, limits):
    names = set()
    if not parity.agreement >= limits.agreement:
        names.add("agreement")
    if not parity.difference <= limits.difference:
        names.add("difference")
    if not parity.accuracy_drop <= limits.accuracy_drop:
        names.add("accuracy_drop")
    return names


def prune(kernel, sparsity):
    return kernel * magnitude_mask(kernel, sparsity)


def test_right_answers_are_accepted():
    assert exercises.check_affine(affine).correct
    assert exercises.check_gate(broken).correct
    assert exercises.check_gate(lambda *given: sorted(broken(*given))).correct
    assert exercises.check_prune(prune).correct


def without_zero(low, high):
    scale = (high - low) / 255
    return scale, round(-128 - low / scale)


def widened_below(low, high):
    return without_zero(min(low, 0.0), high)


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda low, high: (high - low) / 255, "Return two numbers"),
        (lambda low, high: ("a", "b"), "Return two numbers"),
        (lambda low, high: ((high - low) / 256, -128), "255 steps lie between"),
        (lambda low, high: (affine(low, high)[0], 0), "`low` becomes -128"),
        (lambda low, high: (affine(low, high)[0], -128), "where 0.0 lands"),
        (
            lambda low, high: ((high - low) / 255, -128 - low * 255 / (high - low)),
            "It must be whole",
        ),
        (without_zero, "padding needs an exact 0"),
        (widened_below, "here at its upper end"),
    ],
)
def test_a_wrong_scale_is_told_why(answer, hint):
    feedback = exercises.check_affine(answer)
    assert not feedback.correct
    assert hint in feedback.message


def deaf_to_nan(parity, limits):
    names = broken(parity, limits)
    return names - {"difference"} if np.isnan(parity.difference) else names


def only_agreement(parity, limits):
    return broken(parity, limits) & {"agreement"}


def absolute_drop(parity, limits):
    return broken(parity, limits) | (
        {"accuracy_drop"} if abs(parity.accuracy_drop) > limits.accuracy_drop else set()
    )


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda parity, limits: "agreement", "Return a set of names"),
        (lambda parity, limits: True, "Return a set of names"),
        (lambda parity, limits: set(), "all three broken"),
        (only_agreement, "all three broken"),
        (lambda parity, limits: {"agreement"}, "an exact copy breaks nothing"),
        (
            lambda parity, limits: (
                broken(parity, limits)
                | ({"agreement"} if parity.agreement <= limits.agreement else set())
            ),
            "exactly at its limit",
        ),
        (absolute_drop, "has lost nothing"),
        (deaf_to_nan, "every comparison with NaN is False"),
    ],
)
def test_a_wrong_gate_is_told_why(answer, hint):
    feedback = exercises.check_gate(answer)
    assert not feedback.correct
    assert hint in feedback.message


def by_value(kernel, sparsity):
    order = kernel.ravel().argsort()
    pruned = kernel.flatten()
    pruned[order[: int(sparsity * kernel.size)]] = 0
    return pruned.reshape(kernel.shape)


def by_threshold(kernel, sparsity):
    magnitudes = np.sort(np.abs(kernel), axis=None)
    number = int(sparsity * kernel.size + 1e-9)
    if number == 0:
        return kernel.copy()
    return kernel * (np.abs(kernel) > magnitudes[number - 1])


def in_place(kernel, sparsity):
    kernel *= magnitude_mask(kernel, sparsity)
    return kernel


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda kernel, sparsity: None, "Return an array of shape (2, 2)"),
        (lambda kernel, sparsity: kernel.ravel(), "Return an array of shape (2, 2)"),
        (by_value, "Compare magnitudes, not values"),
        (lambda kernel, sparsity: prune(kernel, min(sparsity, 0.5)), "259 become 0"),
        (in_place, "changes the kernel"),
        (by_threshold, "A threshold treats equals alike"),
    ],
)
def test_a_wrong_pruning_is_told_why(answer, hint):
    feedback = exercises.check_prune(answer)
    assert not feedback.correct
    assert hint in feedback.message
