"""Softmax and cross-entropy: by hand, by their laws, at extremes, refusals."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnbook.reference import (
    binary_cross_entropy,
    binary_cross_entropy_gradient,
    cross_entropy,
    cross_entropy_gradient,
    log_softmax,
    numerical_gradient,
    relative_error,
    softmax,
    softmax_gradient,
)
from tests.reference.agreement import normal

SCORES = np.log([[1.0, 2.0, 5.0], [4.0, 4.0, 8.0]])
LABELS = np.array([1, 2])
cases = (st.integers(1, 4), st.integers(2, 6), st.integers(0, 999))


def test_by_hand():
    np.testing.assert_allclose(
        softmax(SCORES), [[0.125, 0.25, 0.625], [0.25, 0.25, 0.5]], rtol=1e-12
    )
    expected = (math.log(4) + math.log(2)) / 2
    assert cross_entropy(SCORES, LABELS) == pytest.approx(expected)
    np.testing.assert_allclose(
        cross_entropy_gradient(SCORES, LABELS),
        [[0.0625, -0.375, 0.3125], [0.125, 0.125, -0.25]],
    )


@given(*cases)
def test_probabilities_sum_to_one_and_forget_a_shift(n, num_classes, seed):
    scores = 10.0 * normal(seed, n, num_classes).astype(float)
    np.testing.assert_allclose(softmax(scores).sum(axis=1), 1, rtol=1e-12)
    np.testing.assert_allclose(softmax(scores + 100), softmax(scores), rtol=1e-10)


@given(*cases)
def test_gradients_agree_with_the_numerical_judge(n, num_classes, seed):
    scores = normal(seed, n, num_classes).astype(float)
    weights = normal(seed + 1, n, num_classes).astype(float)
    labels = np.random.default_rng(seed).integers(0, num_classes, n)
    judge = numerical_gradient(lambda s: (softmax(s) * weights).sum(), scores)
    assert relative_error(softmax_gradient(scores, weights), judge) < 1e-6
    judge = numerical_gradient(lambda s: cross_entropy(s, labels), scores)
    assert relative_error(cross_entropy_gradient(scores, labels), judge) < 1e-6


@given(st.integers(1, 6), st.integers(0, 999))
def test_binary_gradients_agree_with_the_numerical_judge(n, seed):
    scores = normal(seed, n).astype(float)
    labels = np.random.default_rng(seed).integers(0, 2, n)
    judge = numerical_gradient(lambda s: binary_cross_entropy(s, labels), scores)
    assert relative_error(binary_cross_entropy_gradient(scores, labels), judge) < 1e-6


@given(st.integers(1, 6), st.integers(0, 999))
def test_two_classes_are_the_binary_case(n, seed):
    scores = 5.0 * normal(seed, n).astype(float)
    labels = np.random.default_rng(seed).integers(0, 2, n)
    both = np.stack([np.zeros(n), scores], axis=1)
    assert binary_cross_entropy(scores, labels) == pytest.approx(
        cross_entropy(both, labels)
    )


def test_extreme_scores_stay_finite():
    scores = np.array([[1e4, 0.0], [0.0, 1e4]])
    assert softmax(scores).tolist() == [[1, 0], [0, 1]]
    assert log_softmax(scores)[0].tolist() == [0, -1e4]
    assert cross_entropy(scores, np.array([1, 1])) == 5e3
    assert binary_cross_entropy(np.array([-1e4, 1e4]), np.array([1, 1])) == 5e3


def test_equal_scores_cost_the_logarithm_of_the_number_of_classes():
    assert cross_entropy(np.zeros((3, 10)), np.arange(3)) == pytest.approx(math.log(10))


@pytest.mark.parametrize(
    ("scores", "labels", "message"),
    [
        (np.zeros(3), LABELS, r"`scores` must be \(n, C\), got shape \(3,\)"),
        (SCORES, np.eye(2), "take the class index: labels.argmax"),
        (
            SCORES,
            np.array([0, 3]),
            r"`labels` must be in 0 … 2, got values from 0 to 3",
        ),
        (SCORES, np.array([0.0, 1.0]), "Convert them: labels.astype"),
        (SCORES, np.array([1]), "one integer for each of 2 images"),
    ],
)
@pytest.mark.parametrize("function", [cross_entropy, cross_entropy_gradient])
def test_refusals(function, scores, labels, message):
    with pytest.raises(ValueError, match=message):
        function(scores, labels)


@pytest.mark.parametrize(
    "function", [binary_cross_entropy, binary_cross_entropy_gradient]
)
def test_binary_refusals(function):
    with pytest.raises(ValueError, match=r"`labels` must be in 0 … 1"):
        function(np.zeros(2), np.array([0, 2]))
    with pytest.raises(ValueError, match=r"`scores` must be \(n\), got shape \(2, 3\)"):
        function(SCORES, LABELS)


def test_a_gradient_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"`gradient` must have shape \(2, 3\)"):
        softmax_gradient(SCORES, np.zeros(3))
