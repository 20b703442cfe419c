"""The numerical judge: exact where it must be, and it sees a wrong gradient."""

import numpy as np
import pytest

from cnnbook.reference import numerical_gradient, relative_error


def test_a_quadratic_has_no_truncation_error():
    at = np.array([[1.0, -2.0], [0.5, 3.0]])
    found = numerical_gradient(lambda x: float((x**2).sum()), at, step=0.25)
    np.testing.assert_allclose(found, 2 * at, rtol=1e-12)


def test_the_error_falls_with_the_square_of_the_step():
    at = np.array([1.0])
    errors = [
        abs(numerical_gradient(lambda x: x[0] ** 3, at, step=step)[0] - 3)
        for step in (1e-2, 1e-3)
    ]
    assert errors[0] / errors[1] == pytest.approx(100, rel=1e-3)


def test_the_point_is_left_alone():
    at = np.array([1, 2])  # integers are no place for small steps: a float copy is
    numerical_gradient(lambda x: x.sum(), at)
    assert at.tolist() == [1, 2]


def test_a_wrong_gradient_is_seen():
    at = np.array([1.0, 2.0])
    judge = numerical_gradient(lambda x: float((x**2).sum()), at)
    assert relative_error(2.02 * at, judge) > 5e-3
    assert relative_error(2 * at, judge) < 1e-9


def test_relative_error_by_hand():
    assert relative_error(np.array([1.0, 10.0]), np.array([2.0, 10.0])) == 0.1
    assert relative_error(np.zeros(2), np.zeros(2)) == 0


def test_refusals():
    with pytest.raises(ValueError, match="`step` must be greater than 0, got 0"):
        numerical_gradient(lambda x: x.sum(), np.ones(1), step=0)
    with pytest.raises(ValueError, match=r"must have one shape, got \(1,\) and \(2,\)"):
        relative_error(np.ones(1), np.ones(2))
