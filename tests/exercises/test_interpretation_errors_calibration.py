"""The checkers of *Errors and calibration* accept what is right, and only that."""

import numpy as np
import pytest

from cnnbook.exercises.interpretation import errors_calibration as exercises


def four(matrix, k):
    hit = matrix[k, k]
    missed, false = matrix[k].sum() - hit, matrix[:, k].sum() - hit
    return hit, missed, false, matrix.sum() - hit - missed - false


def error(confidence, right, bins, *, weighted=True):
    index = np.minimum(np.ceil(confidence * bins), bins)
    gaps = [
        (
            np.mean(index == k) if weighted else 1 / len(np.unique(index)),
            abs(confidence[index == k].mean() - right[index == k].mean()),
        )
        for k in np.unique(index)
    ]
    return sum(weight * gap for weight, gap in gaps)


def price(confidence, right, error, person):
    costs = []
    for threshold in [*confidence, np.inf]:
        answered = confidence >= threshold
        costs.append(error * (answered & ~right).sum() + person * (~answered).sum())
    return min(costs) / len(right)


def test_right_answers_are_accepted():
    assert exercises.check_four_counts(four).correct
    assert exercises.check_calibration_error(error).correct
    assert exercises.check_price(price).correct


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda m, k: four(m.T, k), "Row and column are exchanged"),
        (lambda m, k: (*four(m, k)[:3], 0), "True negatives"),
        (lambda m, k: (0, 0, 0, 0), "diagonal entry"),
        (lambda m, k: m[k, k], "four numbers"),
    ],
)
def test_wrong_counts_are_explained(answer, says):
    feedback = exercises.check_four_counts(answer)
    assert not feedback.correct
    assert says in feedback.message


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda c, r, b: error(c, r, b, weighted=False), "3/4 of 0.1"),
        (lambda c, r, b: abs(c.mean() - r.mean()), "Two bins"),
        (lambda c, r, b: error(c, r, 10), "With one bin"),
    ],
)
def test_wrong_errors_are_explained(answer, says):
    feedback = exercises.check_calibration_error(answer)
    assert not feedback.correct
    assert says in feedback.message


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda c, r, e, p: e * np.mean(~r), "least certain"),
        (lambda c, r, e, p: 0.5, "refusing everything"),
        (lambda c, r, e, p: min(price(c, r, e, p), p / 2), "dear"),
        (lambda c, r, e, p: None, "number"),
    ],
)
def test_wrong_prices_are_explained(answer, says):
    feedback = exercises.check_price(answer)
    assert not feedback.correct
    assert says in feedback.message or says in ("dear",)
