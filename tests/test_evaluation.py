"""Accuracy, its uncertainty and comparisons: by hand, by others' code, by law."""

import math
import statistics

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, norm
from sklearn import metrics

from cnnbook import evaluation

classes = st.integers(0, 4)
pairs = st.lists(st.tuples(classes, classes), min_size=1, max_size=60)
triples = st.lists(st.tuples(classes, classes, classes), min_size=1, max_size=60)


def columns(rows):
    """The columns of a list of tuples, as arrays (n,)."""
    return tuple(np.array(column) for column in zip(*rows, strict=True))


@pytest.fixture(scope="module")
def model():
    """Scores (n, 2) of images (n, 1, 2, 1): the left pixel twice, the right pixel."""
    images = keras.Input((1, 2, 1))
    dense = keras.layers.Dense(2, use_bias=False)
    built = keras.Model(images, dense(keras.layers.Flatten()(images)))
    dense.set_weights([np.array([[2.0, 0.0], [0.0, 1.0]])])
    return built


IMAGES = np.array([[1.0, 1.5], [0.0, 3.0], [3.0, 0.0]]).reshape(3, 1, 2, 1)


def test_scores_by_hand(model):
    scores = evaluation.predict_scores(model, IMAGES, batch_size=2)
    assert scores.tolist() == [[2.0, 1.5], [0.0, 3.0], [6.0, 0.0]]


def test_a_prediction_is_the_class_of_the_highest_score(model):
    assert evaluation.predict(model, IMAGES).tolist() == [0, 1, 0]


def test_mirror_images_are_averaged_as_probabilities(model):
    # first image: 0.62 for class 0; mirrored, scores (3, 1): 0.88, so class 0 stays.
    # second: 0.05; mirrored, scores (6, 0): 0.998, and class 0 wins.
    # third: 0.998; mirrored, scores (0, 3): 0.05, and class 0 wins.
    assert evaluation.predict(model, IMAGES, mirror=True).tolist() == [0, 0, 0]


def test_with_mirror_an_image_and_its_mirror_image_get_one_class(model):
    images = np.random.default_rng(0).normal(size=(20, 1, 2, 1))
    there = evaluation.predict(model, images, mirror=True)
    back = evaluation.predict(model, images[:, :, ::-1], mirror=True)
    np.testing.assert_array_equal(there, back)
    assert set(there.tolist()) == {0, 1}


def test_probabilities_are_averaged_and_not_scores():
    images = keras.Input((1, 2, 1))
    dense = keras.layers.Dense(3, use_bias=False)
    model = keras.Model(images, dense(keras.layers.Flatten()(images)))
    # scores of an image with only its left pixel, and of its mirror image; they sum
    # to (4, 6, 5), their probabilities to (0.73, 0.38, 0.89)
    dense.set_weights([np.array([[4.0, 3.0, 0.0], [0.0, 3.0, 5.0]])])
    image = np.array([1.0, 0.0]).reshape(1, 1, 2, 1)
    assert evaluation.predict(model, image, mirror=True).tolist() == [2]


def test_a_single_image_is_refused_with_the_remedy(model):
    with pytest.raises(ValueError, match=r"add the batch axis: images\[None\]"):
        evaluation.predict(model, IMAGES[0])


def test_accuracy_by_hand():
    labels = np.array([0, 1, 1, 2])
    assert evaluation.accuracy(labels, np.array([0, 1, 2, 2])) == 0.75
    assert evaluation.accuracy(labels, labels) == 1.0
    assert evaluation.accuracy(labels, labels + 1) == 0.0


def test_recall_by_hand():
    labels, predictions = np.array([5, 3, 5, 5]), np.array([5, 5, 3, 5])
    recalls = evaluation.recall_per_class(labels, predictions)  # of 3, of 5
    np.testing.assert_allclose(recalls, [0, 2 / 3])
    assert evaluation.balanced_accuracy(labels, predictions) == pytest.approx(1 / 3)


@given(pairs)
def test_accuracy_and_recall_agree_with_scikit_learn(rows):
    labels, predictions = columns(rows)
    present = np.unique(labels)
    assert evaluation.accuracy(labels, predictions) == pytest.approx(
        metrics.accuracy_score(labels, predictions)
    )
    theirs = metrics.recall_score(
        labels, predictions, labels=present, average=None, zero_division=0
    )
    np.testing.assert_allclose(evaluation.recall_per_class(labels, predictions), theirs)
    assert evaluation.balanced_accuracy(labels, predictions) == pytest.approx(
        theirs.mean()
    )


@given(pairs, st.permutations(range(5)))
def test_renaming_classes_changes_no_measure(rows, names):
    labels, predictions = columns(rows)
    renamed = np.array(names)[labels], np.array(names)[predictions]
    for measure in (evaluation.accuracy, evaluation.balanced_accuracy):
        assert measure(*renamed) == pytest.approx(measure(labels, predictions))


@given(st.lists(st.integers(1, 20), min_size=2, max_size=5))
def test_a_constant_answer_has_a_balanced_accuracy_of_one_over_c(counts):
    labels = np.repeat(np.arange(len(counts)), counts)
    constant = np.zeros_like(labels)
    expected = 1 / len(counts)
    assert evaluation.balanced_accuracy(labels, constant) == pytest.approx(expected)


def test_equal_classes_make_balanced_accuracy_the_accuracy():
    labels = np.repeat(np.arange(4), 25)
    predictions = np.random.default_rng(0).permutation(labels)
    assert evaluation.balanced_accuracy(labels, predictions) == pytest.approx(
        evaluation.accuracy(labels, predictions)
    )


MEASURES = (
    evaluation.accuracy,
    evaluation.recall_per_class,
    evaluation.balanced_accuracy,
)


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize(
    ("labels", "predictions", "sentence"),
    [
        (np.eye(3), np.arange(3), r"shape \(3, 3\)\. For one-hot labels, take"),
        (np.array([[0], [1]]), np.arange(2), r"must be integers of shape \(n,\)"),
        (np.array([0.0, 1.0]), np.arange(2), r"Convert them: labels.astype\(int\)"),
        (np.array([0, -1]), np.arange(2), "must be 0 or more, got values from -1"),
        (
            np.arange(2),
            np.eye(2),
            r"one class for each of 2 labels, got shape \(2, 2\). From scores, take "
            r"argmax\(axis=1\)",
        ),
        (np.arange(3), np.arange(2), r"each of 3 labels, got shape \(2,\)"),
    ],
)
def test_what_is_no_pair_of_labels_and_predictions_is_refused(
    measure, labels, predictions, sentence
):
    with pytest.raises(ValueError, match=sentence):
        measure(labels, predictions)


def test_standard_error_by_hand():
    assert evaluation.standard_error(0.5, 100) == 0.05
    assert evaluation.standard_error(0.9, 900) == pytest.approx(0.01)
    assert evaluation.standard_error(1.0, 50) == 0.0
    assert evaluation.standard_error(0.0, 50) == 0.0


def test_standard_error_is_the_deviation_of_draws():
    draws = np.random.default_rng(0).binomial(500, 0.9, size=20_000) / 500
    assert evaluation.standard_error(0.9, 500) == pytest.approx(draws.std(), rel=0.02)


@given(st.floats(0, 1), st.integers(1, 10**6))
def test_standard_error_halves_with_four_times_the_images(accuracy, num_images):
    once = evaluation.standard_error(accuracy, num_images)
    assert evaluation.standard_error(accuracy, 4 * num_images) == pytest.approx(
        once / 2
    )
    assert evaluation.standard_error(1 - accuracy, num_images) == pytest.approx(
        once, abs=1e-7
    )


@pytest.mark.parametrize("accuracy", [-0.01, 1.01, 91, math.nan])
def test_an_accuracy_outside_of_0_to_1_is_refused(accuracy):
    with pytest.raises(ValueError, match="`accuracy` must be between 0 and 1, got"):
        evaluation.standard_error(accuracy, 100)


@pytest.mark.parametrize("num_images", [0, -5])
def test_no_images_have_neither_error_nor_interval(num_images):
    sentence = f"`num_images` must be 1 or more, got {num_images}"
    with pytest.raises(ValueError, match=sentence):
        evaluation.standard_error(0.5, num_images)
    with pytest.raises(ValueError, match=sentence):
        evaluation.wilson_interval(0, num_images)


def test_wilson_by_hand():
    # z = 2, 4 of 8: center 0.5, half width 2 sqrt(0.25/8 + 4/(4*64)) / 1.5
    half = 2 * math.sqrt(0.25 / 8 + 1 / 64) / 1.5
    assert evaluation.wilson_interval(4, 8, z=2) == pytest.approx(
        (0.5 - half, 0.5 + half)
    )
    # a perfect score: from n / (n + z^2) to 1
    assert evaluation.wilson_interval(12, 12, z=2) == pytest.approx((0.75, 1.0))


@given(st.integers(1, 5000), st.floats(0, 1), st.floats(0.5, 0.999))
def test_wilson_agrees_with_scipy(num_images, share, level):
    num_correct = round(share * num_images)
    theirs = binomtest(num_correct, num_images).proportion_ci(level, method="wilson")
    ours = evaluation.wilson_interval(
        num_correct, num_images, z=norm.ppf((1 + level) / 2)
    )
    assert ours == pytest.approx((theirs.low, theirs.high), abs=1e-9)


@given(st.integers(1, 5000), st.floats(0, 1))
def test_wilson_holds_the_share_and_mirrors(num_images, share):
    num_correct = round(share * num_images)
    low, high = evaluation.wilson_interval(num_correct, num_images)
    slack = 1e-12
    assert 0 <= low <= num_correct / num_images + slack
    assert num_correct / num_images - slack <= high <= 1
    mirrored = evaluation.wilson_interval(num_images - num_correct, num_images)
    assert mirrored == pytest.approx((1 - high, 1 - low), abs=1e-9)


@pytest.mark.parametrize("num_correct", [-1, 11])
def test_more_correct_images_than_images_are_refused(num_correct):
    with pytest.raises(
        ValueError, match=f"`num_correct` must be between 0 and 10, got {num_correct}"
    ):
        evaluation.wilson_interval(num_correct, 10)


def test_a_summary_by_hand():
    summary = evaluation.summarize([1.0, 2.0, 3.0, 6.0])
    assert summary.mean == 3.0
    assert summary.spread == pytest.approx(math.sqrt((4 + 1 + 0 + 9) / 3))
    assert summary.n == 4
    assert str(evaluation.summarize([0.5, 0.7])) == "0.6000 ± 0.1414 (n = 2)"


@given(st.lists(st.floats(0, 1), min_size=2, max_size=20))
def test_a_summary_agrees_with_the_standard_library(values):
    summary = evaluation.summarize(values)
    assert summary.mean == pytest.approx(statistics.mean(values))
    assert summary.spread == pytest.approx(statistics.stdev(values), abs=1e-9)


@pytest.mark.parametrize("values", [[], [0.9]])
def test_one_run_is_refused(values):
    with pytest.raises(
        ValueError, match=f"at least two runs, got {len(values)}.*other seeds"
    ):
        evaluation.summarize(values)


def test_mcnemar_by_hand():
    labels = np.zeros(10, dtype=int)
    first = np.array([0] * 5 + [1] + [0] * 2 + [1] * 2)  # wrong on 3
    second = np.array([1] * 5 + [0] + [0] * 2 + [1] * 2)  # wrong on 7
    found = evaluation.compare_predictions(labels, first, second)
    assert (found.only_first, found.only_second) == (5, 1)
    # six coins, five or more on one side: 2 * (6 + 1) / 64
    assert found.p_value == pytest.approx(14 / 64)


@given(triples)
def test_mcnemar_is_the_tail_of_fair_coins(rows):
    labels, first, second = columns(rows)
    found = evaluation.compare_predictions(labels, first, second)
    n = found.only_first + found.only_second
    smaller = min(found.only_first, found.only_second)
    tail = sum(math.comb(n, i) for i in range(smaller + 1)) / 2**n
    assert found.p_value == pytest.approx(min(1.0, 2 * tail))


@given(triples)
def test_mcnemar_counts_the_difference_and_does_not_mind_the_order(rows):
    labels, first, second = columns(rows)
    found = evaluation.compare_predictions(labels, first, second)
    swapped = evaluation.compare_predictions(labels, second, first)
    counts = found.only_first, found.only_second
    assert counts == (swapped.only_second, swapped.only_first)
    assert found.p_value == pytest.approx(swapped.p_value)
    lead = np.sum(first == labels) - np.sum(second == labels)
    assert found.only_first - found.only_second == lead


def test_equal_predictions_are_no_evidence():
    labels = np.array([0, 1, 2])
    found = evaluation.compare_predictions(labels, labels, labels)
    assert found == evaluation.Disagreement(0, 0, 1.0)


@pytest.mark.parametrize("broken", [0, 1])
def test_predictions_of_another_length_are_not_compared(broken):
    labels = np.array([0, 1, 2])
    predictions = [labels, labels]
    predictions[broken] = labels[:2]
    with pytest.raises(ValueError, match="one class for each of 3 labels"):
        evaluation.compare_predictions(labels, *predictions)


def test_reliability_by_hand():
    probabilities = np.array([[0.9, 0.1], [0.2, 0.8], [0.45, 0.55], [0.95, 0.05]])
    found = evaluation.reliability(np.array([0, 0, 1, 0]), probabilities, bins=2)
    assert found.count.tolist() == [0, 4]
    assert found.confidence[1] == pytest.approx(0.8)
    assert found.accuracy[1] == 0.75
    assert found.calibration_error == pytest.approx(0.05)
    assert np.isnan(found.confidence[0])


def test_the_upper_edge_belongs_to_a_bin():
    probabilities = np.array([[0.5, 0.5], [1.0, 0.0]])
    found = evaluation.reliability(np.array([0, 1]), probabilities, bins=2)
    assert found.count.tolist() == [1, 1]
    assert found.accuracy.tolist() == [1.0, 0.0]


def test_calibrated_predictions_have_a_small_error():
    rng = np.random.default_rng(0)
    chance = rng.uniform(0.5, 1.0, 20_000)
    labels = (rng.uniform(size=20_000) > chance).astype(int)  # 0 with that chance
    probabilities = np.stack([chance, 1 - chance], axis=1)
    assert evaluation.reliability(labels, probabilities).calibration_error < 0.02
    boasting = np.stack([0.5 + chance / 2, 0.5 - chance / 2], axis=1)
    assert evaluation.reliability(labels, boasting).calibration_error > 0.1


@pytest.mark.parametrize(
    ("labels", "probabilities", "bins", "message"),
    [
        ([0], [[2.0, 3.0]], 5, "For scores, take their softmax"),
        ([0], [[-0.5, 1.5]], 5, "must be 0 or more and sum to 1"),
        ([2], [[0.5, 0.5]], 5, r"`labels` must be in 0 … 1"),
        ([0], [[0.5, 0.5]], 0, "`bins` must be 1 or more, got 0"),
        ([0], [0.5, 0.5], 5, r"`probabilities` must be \(n, C\)"),
    ],
)
def test_reliability_refuses(labels, probabilities, bins, message):
    with pytest.raises(ValueError, match=message):
        evaluation.reliability(np.array(labels), np.array(probabilities), bins=bins)
