"""The checkers of *Regularization* accept what is right, and only that."""

import math

import numpy as np
import pytest

from cnnbook.exercises.tuning import regularization as exercises


def rejected(feedback, says):
    assert not feedback.correct
    assert says in feedback.message


def test_a_right_dropout_is_accepted():
    def drop(values, kept, rate):
        return np.where(kept, values, 0) / (1 - rate)

    assert exercises.check_dropout(drop).correct


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda v, kept, r: v * kept, "must make up for it"),
        (lambda v, kept, r: v * kept * (1 - r), "must grow"),
        (lambda v, kept, r: v * kept / r, "not by the share dropped"),
        (lambda v, kept, r: v * ~kept / (1 - r), "True where a value stays"),
        (lambda v, kept, r: v * ~kept / r, "True where a value stays"),
        (lambda v, kept, r: v, "elsewhere the value over"),
        (lambda v, kept, r: v[kept] / (1 - r), "of the shape of `values`"),
        (lambda v, kept, r: "dropped", "of the shape of `values`"),
        (None, "Replace `answer = None`"),
    ],
)
def test_wrong_dropouts_are_explained(answer, says):
    rejected(exercises.check_dropout(answer), says)


def test_a_right_share_is_accepted():
    def left(decay, rates):
        return math.prod(1 - decay * rate for rate in rates)

    assert exercises.check_share_left(left).correct


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda d, rates: (1 - d) ** len(rates), "a twentieth"),
        (lambda d, rates: (1 - rates[0] * d) ** len(rates), "Every step has its own"),
        (lambda d, rates: 1 - d * sum(rates), "a twentieth"),
        (lambda d, rates: math.exp(-d * sum(rates)), "a twentieth"),
        (
            lambda d, rates: math.prod(1 - min(d * r, 0.5) for r in rates),
            "multiplied, not added",
        ),
        (
            lambda d, rates: math.prod(1 - d * r for r in rates) if d else 0,
            "Without decay",
        ),
        (lambda d, rates: 1 / 0, "ZeroDivisionError"),
    ],
)
def test_wrong_shares_are_explained(answer, says):
    rejected(exercises.check_share_left(answer), says)


def least(smoothing, num_classes):
    target = np.full(num_classes, smoothing / num_classes)
    target[0] += 1 - smoothing
    return -(target * np.log(target)).sum()


def test_a_right_least_loss_is_accepted():
    assert exercises.check_least_loss(least).correct


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda s, c: 0, "the smoothed label itself"),
        (lambda s, c: -math.log(1 - s + s / c), "the smoothed label itself"),
        (lambda s, c: least(s * (c - 1) / c, c), "the smoothed label itself"),
        (lambda s, c: least(0.1, 10), "(0.75, 0.25)"),
        (lambda s, c: least(min(s, 0.5), c), "log 4"),
        (lambda s, c: "little", "must be a number"),
    ],
)
def test_wrong_least_losses_are_explained(answer, says):
    rejected(exercises.check_least_loss(answer), says)


def steps(momentum, share):
    return next(k for k in range(10_000) if 1 - momentum**k >= share - 1e-12)


def test_a_right_number_of_steps_is_accepted():
    assert exercises.check_num_steps(steps).correct

    def in_closed_form(momentum, share):
        return math.ceil(math.log(1 - share) / math.log(momentum))

    assert exercises.check_num_steps(in_closed_form).correct


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda m, s: s / (1 - m), "half of the rest"),
        (lambda m, s: math.log(1 - s) / math.log(m), "Steps are whole"),
        (lambda m, s: 2, "0.99^k"),
        (lambda m, s: {0.9: 21}.get(m, steps(m, s)), "0.9^21 is 0.109"),
    ],
)
def test_wrong_numbers_of_steps_are_explained(answer, says):
    rejected(exercises.check_num_steps(answer), says)
