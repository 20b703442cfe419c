"""Temperatures, calibration errors and refusals: by hand and on known networks."""

import numpy as np
import pytest
from scipy.special import softmax
from sklearn.metrics import confusion_matrix, log_loss

from cnnbook import calibration, evaluation, reference


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
    assert reference.cross_entropy(scores, labels) == pytest.approx(expected)


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
        reference.cross_entropy(scores / t, labels)
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
    assert found.calibration_error == pytest.approx(expected)


def test_a_temperature_repairs_what_it_broke():
    scores, labels = drawn(20_000, 3.0)
    errors = [
        evaluation.reliability(labels, softmax(scores / t, axis=1)).calibration_error
        for t in (1.0, 3.0)
    ]
    assert errors[1] < 0.02 < 0.1 < errors[0]


def test_refusing_by_hand():
    probabilities = np.array([[0.6, 0.4], [0.1, 0.9], [0.7, 0.3]])
    found = calibration.risk_coverage(np.array([1, 1, 0]), probabilities)
    np.testing.assert_allclose(found.coverage, [1 / 3, 2 / 3, 1])
    np.testing.assert_allclose(found.risk, [0, 0, 1 / 3])
    np.testing.assert_allclose(found.threshold, [0.9, 0.7, 0.6])


def test_confusions_by_confidence_by_hand():
    probabilities = np.array([[0.6, 0.4], [0.1, 0.9], [0.5, 0.5], [0.95, 0.05]])
    bins = np.array([0, 0.6, 0.8])
    found = calibration.confusion_by_confidence(
        np.array([0, 0, 1, 1]), probabilities, bins
    )
    # a confidence of 0.6 belongs to the bin that begins there; a tie is called 0
    expected = [[[0, 1, 0], [0, 0, 1]], [[1, 0, 1], [0, 0, 0]]]
    assert found.tolist() == expected


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_confusions_agree_with_scikit_learn_and_with_a_filter(dtype):
    scores, labels = drawn(3_000)
    probabilities = softmax(scores, axis=1).astype(dtype)
    probabilities[0] = [0.5, 0.25, 0.25]  # on the very bound of a bin
    bins = np.arange(100) / 100
    found = calibration.confusion_by_confidence(labels, probabilities, bins)
    guesses, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1)
    everything = confusion_matrix(labels, guesses)
    np.testing.assert_array_equal(found.sum(axis=2), everything)
    for b in (40, 50, 77, 99):
        given = confidence >= bins[b]
        assert 0 < given.sum() < 3_000
        expected = confusion_matrix(labels[given], guesses[given], labels=range(3))
        np.testing.assert_array_equal(found[:, :, b:].sum(axis=2), expected)


def test_a_class_without_images_and_a_bin_without_any_have_counts_of_zero():
    probabilities = np.array([[0.2, 0.1, 0.7], [0.7, 0.2, 0.1]])
    found = calibration.confusion_by_confidence(
        np.array([0, 0]), probabilities, np.array([0.0, 0.9])
    )
    assert found.shape == (3, 3, 2)
    assert found.sum(axis=(0, 1)).tolist() == [2, 0]
    assert found[1:].sum() == 0


@pytest.mark.parametrize(
    "bins", [[0.1, 0.5], [0, 0.5, 0.5], [0, 0.6, 0.4], [0, 1.0], [0, np.nan]]
)
def test_bins_that_lose_images_or_hold_none_are_refused(bins):
    with pytest.raises(ValueError, match="`bins` must rise from 0 and stay below 1"):
        calibration.confusion_by_confidence(
            np.array([0]), np.array([[0.5, 0.5]]), np.array(bins)
        )


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
            lambda: calibration.confusion_by_confidence(
                np.zeros(2, int), np.full((2, 2), 3.0), np.array([0.0])
            ),
            "between 0 and 1, got values from 3 to 3. For scores, take their softmax",
        ),
        (
            lambda: calibration.confusion_by_confidence(
                np.zeros(2, int), np.full((2, 2), np.nan), np.array([0.0])
            ),
            "`probabilities` must be between 0 and 1, got values from nan",
        ),
        (
            lambda: calibration.confusion_by_confidence(
                np.array([0, 2]), np.full((2, 2), 0.5), np.array([0.0])
            ),
            "`labels` must be in 0 … 1",
        ),
        (
            lambda: calibration.confusion_by_confidence(
                np.zeros(2, int), np.full((2, 2), 0.5), np.zeros((1, 2))
            ),
            r"`bins` must be \(bins\)",
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
