"""Conditioning: right by hand, against NumPy, by the law of descent, refusals."""

import numpy as np
import pytest

from cnnbook.preprocessing import condition_number, descent_factor, hessian


def test_hessian_by_hand():
    # rows (1, 2, 1) and (3, 0, 1): the mean of their outer products
    found = hessian(np.array([[1.0, 2.0], [3.0, 0.0]]))
    assert found.tolist() == [[5, 1, 2], [1, 2, 1], [2, 1, 1]]


def test_hessian_is_the_second_difference_of_the_squared_error():
    rng = np.random.default_rng(0)
    inputs, targets = rng.normal(size=(20, 3)), rng.normal(size=20)
    weights, step = rng.normal(size=4), np.eye(4) * 1e-3

    def error(w):
        return np.mean((inputs @ w[:3] + w[3] - targets) ** 2) / 2

    for i in range(4):
        for j in range(4):
            second = sum(
                a * b * error(weights + a * step[i] + b * step[j])
                for a in (1, -1)
                for b in (1, -1)
            )
            assert hessian(inputs)[i, j] == pytest.approx(second / 4e-6, abs=1e-6)


def test_bytes_do_not_overflow():
    inputs = np.array([[255], [0]], dtype=np.uint8)
    assert hessian(inputs)[0, 0] == 255**2 / 2


def test_condition_number_matches_numpy():
    inputs = np.random.default_rng(1).normal(2.0, 3.0, size=(50, 4))
    expected = np.linalg.cond(hessian(inputs))
    assert condition_number(inputs) == pytest.approx(expected)


def test_standardized_independent_inputs_are_perfectly_conditioned():
    corners = np.array([[1.0, 1], [1, -1], [-1, 1], [-1, -1]])
    assert condition_number(corners) == pytest.approx(1)
    assert condition_number(corners + 5) > 50


def test_condition_number_refuses_a_column_that_adds_nothing():
    column = np.arange(6.0)[:, None]
    with pytest.raises(ValueError, match="Drop those that add nothing"):
        condition_number(np.hstack([column, 2 * column]))
    with pytest.raises(ValueError, match="must vary"):
        condition_number(np.ones((4, 1)))  # the bias is such a column already


def test_gradient_descent_keeps_exactly_the_factor_of_each_step():
    inputs = np.random.default_rng(2).normal(1.0, 0.5, size=(30, 1))
    second = hessian(inputs)
    values, vectors = np.linalg.eigh(second)
    rate = 2 / (values[0] + values[-1])
    error = vectors.sum(axis=1)  # as long along both ends
    factor = descent_factor(condition_number(inputs))
    for _ in range(5):
        after = error - rate * second @ error
        shrunk = np.linalg.norm(after) / np.linalg.norm(error)
        assert shrunk == pytest.approx(factor, rel=1e-9)
        error = after


def test_descent_factor_by_hand_and_its_refusal():
    assert descent_factor(1.0) == 0.0
    assert descent_factor(9.0) == 0.8
    with pytest.raises(ValueError, match="`condition` must be 1 or more"):
        descent_factor(0.5)


def test_hessian_refuses_images():
    with pytest.raises(ValueError, match=r"`inputs` must be \(n, d\)"):
        hessian(np.zeros((2, 3, 3, 1)))
