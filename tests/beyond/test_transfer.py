"""A linear probe, and the network that starts from it."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from cnnbook import evaluation
from cnnbook.beyond.contrastive import encoder
from cnnbook.beyond.transfer import (
    classifier,
    describe,
    fit_probe,
    probed_classifier,
)


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(0).random((30, 28, 28, 1)).astype(np.float32)


def test_a_probe_is_scikit_learns_regression_on_scaled_features():
    rng = np.random.default_rng(0)
    features, labels = rng.normal(3, 2, size=(60, 4)), np.arange(60) % 3
    probe = fit_probe(features, labels, 3, penalty=2)
    scaled = (features - features.mean(axis=0)) / features.std()
    theirs = LogisticRegression(C=0.5, tol=0.01).fit(scaled, labels)
    expected = theirs.decision_function(scaled)
    np.testing.assert_allclose(probe.scores(features), expected, atol=1e-6)


def test_a_class_without_labels_is_never_answered():
    features = np.random.default_rng(0).normal(size=(20, 4))
    for labels in (np.arange(20) % 2 + 1, np.arange(20) % 3 + 1):
        probe = fit_probe(features, labels, 5)
        assert set(probe.scores(features).argmax(axis=1)) <= set(labels)


def test_two_classes_get_the_odds_of_one_column():
    features = np.random.default_rng(0).normal(size=(20, 4))
    labels = (features[:, 0] > 0).astype(int)
    scores = fit_probe(features, labels, 2, penalty=1).scores(features)
    assert evaluation.accuracy(labels, scores.argmax(axis=1)) > 0.9


def test_labels_beyond_the_classes_are_refused():
    with pytest.raises(ValueError, match="must be in 0 … 1"):
        fit_probe(np.ones((3, 2)), np.arange(3), 2)


def test_a_classifier_starts_with_the_encoder_and_shares_nothing(images):
    found = encoder()
    model = classifier(found, 3)
    ours, theirs = model.get_layer("conv1"), found.get_layer("conv1")
    np.testing.assert_array_equal(ours.kernel, theirs.kernel)
    ours.kernel.assign(0 * ours.kernel)
    assert np.abs(theirs.kernel).max() > 0


def test_stage_two_starts_with_the_scores_of_stage_one(images):
    labels, found = np.arange(30) % 10, encoder()
    model = probed_classifier(found, images, labels)
    features = describe(found, images)
    assert features.shape == (30, 4 * 4 * 64)
    expected = fit_probe(features, labels, 10).scores(features)
    scores = evaluation.predict_scores(model, images)
    np.testing.assert_allclose(scores, expected, atol=1e-3)
