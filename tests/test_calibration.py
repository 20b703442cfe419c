"""Temperatures, calibration errors and refusals: by hand and on known networks."""

import numpy as np
import pytest
from scipy.special import softmax
from sklearn.metrics import log_loss

from cnnbook import calibration, evaluation


def drawn(n=4_000, temperature=1.0, seed=0):
    """Labels drawn from softmax(scores), and the scores made too certain."""
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=(n, 3)) * 2
    chances = softmax(scores, axis=1).cumsum(axis=1)
    labels = (rng.random((n, 1)) > chances).sum(axis=1)
    return scores * temperature, labels


def test_cross_entropy_is_that_of_scikit_learn():
    scores, labels = drawn(50)
    expected = log_loss(labels, softmax(scores, axis=1))
    assert calibration.cross_entropy(scores, labels) == pytest.approx(expected)


@pytest.mark.parametrize("factor", [0.5, 1.0, 3.0])
def test_the_temperature_is_the_one_that_was_put_in(factor):
    scores, labels = drawn(20_000, factor)
    assert calibration.fit_temperature(scores, labels) == pytest.approx(
        factor, rel=0.03
    )


def test_the_temperature_is_where_the_loss_is_least():
    scores, labels = drawn(300, 2.0)
    best = calibration.fit_temperature(scores, labels)
    losses = [
        calibration.cross_entropy(scores / t, labels)
        for t in (best, 0.98 * best, 1.02 * best)
    ]
    assert losses[0] < min(losses[1:])


def test_calibration_error_by_hand():
    found = evaluation.Reliability(
        confidence=np.array([np.nan, 0.6, 0.9]),
        accuracy=np.array([np.nan, 0.5, 0.95]),
        count=np.array([0, 30, 10]),
    )
    expected = 0.75 * 0.1 + 0.25 * 0.05
    assert calibration.calibration_error(found) == pytest.approx(expected)


def test_a_temperature_repairs_what_it_broke():
    scores, labels = drawn(20_000, 3.0)
    errors = [
        calibration.calibration_error(
            evaluation.reliability(labels, softmax(scores / t, axis=1))
        )
        for t in (1.0, 3.0)
    ]
    assert errors[1] < 0.02 < 0.1 < errors[0]


def test_refusing_by_hand():
    probabilities = np.array([[0.6, 0.4], [0.1, 0.9], [0.7, 0.3]])
    found = calibration.risk_coverage(np.array([1, 1, 0]), probabilities)
    np.testing.assert_allclose(found.coverage, [1 / 3, 2 / 3, 1])
    np.testing.assert_allclose(found.risk, [0, 0, 1 / 3])
    np.testing.assert_allclose(found.threshold, [0.9, 0.7, 0.6])


def test_exchanged_labels_are_doubted_first():
    scores, labels = drawn(2_000)
    probabilities = softmax(3 * scores, axis=1)
    labels = probabilities.argmax(axis=1)
    wrong = labels.copy()
    planted = np.argsort(-probabilities.max(axis=1))[:40]
    wrong[planted] = (labels[planted] + 1) % 3
    doubts = calibration.label_doubts(wrong, probabilities)
    assert set(doubts[:40]) == set(planted)
    assert len(calibration.label_doubts(labels, probabilities)) == 0
    assert len(calibration.label_doubts(wrong, probabilities, least=1.0)) == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: calibration.fit_temperature(np.zeros((2, 3)), np.array([0, 3])),
            "`labels` must be in 0 … 2",
        ),
        (
            lambda: calibration.risk_coverage(np.zeros(2, int), np.zeros(2)),
            "`probabilities` must",
        ),
        (
            lambda: calibration.label_doubts(
                np.zeros(2, int), np.full((2, 2), 0.5), least=2
            ),
            "`least` must be between",
        ),
    ],
)
def test_bad_input_is_refused_by_a_sentence(call, message):
    with pytest.raises(ValueError, match=message):
        call()
