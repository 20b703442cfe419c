"""The checkers of *Fewer labels* accept what is right, and say what is not."""

import math

import numpy as np
import pytest

from cnnbook.exercises.beyond import fewer_labels as exercises


def test_right_partners_are_accepted():
    assert exercises.check_partners(lambda n: (np.arange(2 * n) + n) % (2 * n)).correct


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda n: np.arange(2 * n), "its own partner"),
        (lambda n: np.arange(2 * n) ^ 1 if n > 1 else [1, 0], "follow each other"),
        (lambda n: np.arange(2 * n)[::-1], r"expected [2, 3, 0, 1]"),
        (lambda n: n, "one for each view"),
        (lambda n: "ab", "one for each view"),
        (None, "Replace"),
    ],
)
def test_wrong_partners_are_explained(answer, says):
    feedback = exercises.check_partners(answer)
    assert not feedback.correct
    assert says in feedback.message


def test_the_loss_of_one_answer_for_all_is_accepted():
    assert exercises.check_same_answer(lambda n: math.log(2 * n - 1)).correct


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda n: math.log(2 * n), "3 others"),
        (lambda n: math.log(n), "3 others"),
        (lambda n: 0, "3 others"),
        (lambda n: "log", "number"),
    ],
)
def test_wrong_losses_are_explained(answer, says):
    feedback = exercises.check_same_answer(answer)
    assert not feedback.correct
    assert says in feedback.message


def test_a_right_folding_is_accepted():
    assert exercises.check_folding(lambda w, o, m, d: (w / d, o - m @ w / d)).correct


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda w, o, m, d: (w, o), "kernel is not right"),
        (lambda w, o, m, d: (w * d, o), "kernel is not right"),
        (lambda w, o, m, d: (w / d, o), "kernel is right"),
        (lambda w, o, m, d: (w / d, o - m @ w), "kernel is right"),
        (lambda w, o, m, d: (w.T / d, o), "shape"),
        (lambda w, o, m, d: w / d, "pair"),
    ],
)
def test_wrong_foldings_are_explained(answer, says):
    feedback = exercises.check_folding(answer)
    assert not feedback.correct
    assert says in feedback.message
