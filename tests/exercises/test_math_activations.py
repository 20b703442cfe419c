"""The checkers of *Activations*: right answers pass, wrong ones get their hint."""

import numpy as np
import pytest

from cnnbook.exercises.math import activations


def unstable(scores):
    raised = np.exp(scores)
    return np.log(raised / raised.sum(axis=1, keepdims=True))


def rounded_first(scores):
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.log(raised / raised.sum(axis=1, keepdims=True))


def one_shift_for_all(scores):
    shifted = scores - scores.max()
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def sum_over_all(scores):
    return scores - np.log(np.exp(scores).sum())


def log_softmax(scores):
    shifted = scores - scores.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def two_calls(relu, a, b):
    return (a + b + relu(a - b) + relu(b - a)) / 2


@pytest.mark.parametrize(
    ("check", "answer"),
    [
        (activations.check_folded_kernel, np.convolve),
        (activations.check_folded_kernel, lambda u, v: list(np.convolve(v, u))),
        (activations.check_maximum, lambda relu, a, b: b + relu(a - b)),
        (activations.check_maximum, lambda relu, a, b: a + relu(b - a)),
        (activations.check_log_softmax, log_softmax),
    ],
)
def test_right_answers(check, answer):
    assert check(answer).correct


def rejected(feedback, hint):
    assert not feedback.correct
    assert hint in feedback.message


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda u, v: "kernel", "array of one axis"),
        (lambda u, v: u, "see 3 numbers"),
        (lambda u, v: np.convolve(u, v, "same"), "see 3 numbers"),
        (lambda u, v: np.correlate(u, v, "full"), "One of the kernels is flipped"),
        (lambda u, v: np.convolve(u, v)[::-1], "back to front"),
        (lambda u, v: np.r_[u, v][1:], "gives another output"),
        (lambda u, v: u[9], "raised IndexError"),
    ],
)
def test_wrong_kernels(answer, hint):
    rejected(activations.check_folded_kernel(answer), hint)


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda relu, a, b: a[:2], "shape of a"),
        (lambda relu, a, b: np.maximum(a, b), "relu was not called"),
        (lambda relu, a, b: np.maximum(a, b) + 0 * relu(a), "other than relu"),
        (two_calls, "with 2 calls"),
        (lambda relu, a, b: relu(a - b), "by how much a exceeds b"),
        (lambda relu, a, b: relu(a) + relu(b), "compares with zero"),
        (lambda relu, a, b: relu(a + b), "compares with zero"),
        (lambda relu, a, b: b - relu(b - a), "That is the minimum"),
        (lambda relu, a, b: a + relu(a - b), "Begin with b"),
    ],
)
def test_wrong_maxima(answer, hint):
    rejected(activations.check_maximum(answer), hint)


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda scores: 0.0, "shape of the scores"),
        (sum_over_all, "sum of its own row"),
        (unstable, "overflows e^x"),
        (rounded_first, "rounds to 0"),
        (one_shift_for_all, "of each row, not of all rows"),
        (lambda scores: scores.nothing, "raised AttributeError"),
    ],
)
def test_wrong_logarithms(answer, hint):
    rejected(activations.check_log_softmax(answer), hint)
