"""The checkers of *Is a CNN the right tool?*: right answers pass, wrong get a hint."""

import math

import numpy as np
import pytest

from cnnbook.exercises.preprocessing import assumptions

BLIND = {
    "logistic regression": True,
    "MLP": True,
    "nearest neighbor": True,
    "CNN": False,
    "CNN with 1x1 kernels and a global average": True,
    "HOG and a linear classifier": False,
}


def rejected(feedback, hint):
    return not feedback.correct and hint in feedback.message


def test_the_blind_methods_are_known():
    assert assumptions.check_blind(BLIND).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        ([True] * 6, "Give a dictionary"),
        ({"MLP": True}, "no answer for 'logistic regression'"),
        (BLIND | {"CNN": "no"}, "True or False, got 'no'"),
        (BLIND | {"CNN": True}, "window of a CNN covers other pixels"),
        (BLIND | {"MLP": False}, "permute its weights"),
        (BLIND | {"nearest neighbor": False}, "the same sum in any order"),
        (
            BLIND | {"CNN with 1x1 kernels and a global average": False},
            "looks at one pixel alone",
        ),
        (BLIND | {"HOG and a linear classifier": True}, "differences of neighbors"),
    ],
)
def test_wrong_blind_methods(answer, hint):
    assert rejected(assumptions.check_blind(answer), hint)


def clear(values, *, least=0.01, root=True, ddof=1, magnitude=False):
    mean = abs(np.mean(values)) if magnitude else np.mean(values)
    error = np.std(values, ddof=ddof) / (math.sqrt(len(values)) if root else 1)
    return bool(mean >= least and mean >= 2 * error)


def test_the_rule_is_accepted():
    assert assumptions.check_is_clear(clear).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (True, "must be a function"),
        (np.mean, "Return True or False"),
        (lambda values: clear(values, magnitude=True), "do not take the magnitude"),
        (lambda values: clear(values, least=0), "Half a point is sure"),
        (lambda values: bool(np.mean(values) > 0.01), "may be luck"),
        (lambda values: clear(values, root=False), "divide by the root"),
        (lambda values: clear(values, ddof=0), "ddof=1"),
        (lambda values: values[9], "raised IndexError"),
    ],
)
def test_bent_rules(answer, hint):
    assert rejected(assumptions.check_is_clear(answer), hint)


def test_guessing_by_shares():
    answer = lambda shares: sum(p * p for p in shares)  # noqa: E731
    assert assumptions.check_guessing(answer).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (0.5, "must be a function"),
        (max, "Only who always names the largest class"),
        (lambda shares: 1 / len(shares), "With one class alone"),
        (lambda shares: math.prod(shares), "a coin against a coin"),
    ],
)
def test_wrong_guesses(answer, hint):
    assert rejected(assumptions.check_guessing(answer), hint)


def by_groups(images, share):
    _, group = np.unique(images.reshape(len(images), -1), axis=0, return_inverse=True)
    order = np.random.default_rng(0).permutation(group.max() + 1)
    held_out = np.isin(group.ravel(), order[: int(share * len(order))])
    return np.flatnonzero(~held_out), np.flatnonzero(held_out)


def by_images(images, share):
    order = np.random.default_rng(0).permutation(len(images))
    cut = int(share * len(images))
    return order[cut:], order[:cut]


def distinct_only(images, share):
    _, first = np.unique(images.reshape(len(images), -1), axis=0, return_index=True)
    cut = int(share * len(first))
    return first[cut:], first[:cut]


def test_groups_are_dealt_out_whole():
    assert assumptions.check_split_without_copies(by_groups).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (by_images, "Deal out groups of equal images"),
        (distinct_only, "A copy may stay"),
        (lambda images, share: np.arange(80), "Return two arrays"),
        (lambda images, share: ("a", "b"), "one-dimensional arrays"),
        (lambda images, share: (np.arange(80), np.arange(20)), "exactly once"),
        (lambda images, share: (np.arange(80), np.arange(0)), "a quarter was asked"),
    ],
)
def test_splits_that_leak_or_lose(answer, hint):
    assert rejected(assumptions.check_split_without_copies(answer), hint)
