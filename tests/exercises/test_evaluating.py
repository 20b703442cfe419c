"""The checkers of *Evaluating*: right answers pass, wrong ones get a hint."""

import math

import numpy as np
import pytest
from sklearn import metrics

from cnnbook.exercises.training import evaluating as exercises


def assert_hint(feedback, hint):
    assert not feedback.correct
    assert hint in feedback.message


@pytest.mark.parametrize(
    "answer",
    [
        lambda p, n: math.sqrt(p * (1 - p) / n),
        lambda p, n: np.float64(p * (1 - p)) ** 0.5 / np.sqrt(n),
    ],
)
def test_the_standard_error_is_accepted(answer):
    assert exercises.check_standard_error(answer).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (0.05, "must be a function"),
        (lambda p, n: p * (1 - p) / n, "the square root"),
        (lambda p, n: math.sqrt(p * (1 - p)) / n, "the square root"),
        (lambda p, n: math.sqrt(p * (1 - p) / (n - 1)), "the square root"),
        (lambda p, n: p / math.sqrt(n), "the share of wrong predictions"),
        (lambda p, n: math.sqrt(max(p * (1 - p), 1e-3) / n), "perfect score"),
        (lambda p, n: math.nan, "the square root"),
        (lambda p, n: None, "by a number"),
        (lambda p: p, "raised TypeError"),
    ],
)
def test_other_errors_are_rejected(answer, hint):
    assert_hint(exercises.check_standard_error(answer), hint)


@pytest.mark.parametrize("answer", [13_104, 13_104.0, np.int64(13_105)])
def test_the_number_of_images_is_accepted(answer):
    assert exercises.check_images_needed(answer).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        ("many", "must be a number"),
        ([13_104, 13_105], "must be a number"),
        (819, "one standard error"),
        (3276, "squared"),
        (10_000, "Solve 4 * sqrt"),
        (13_000, "Solve 4 * sqrt"),
        (math.nan, "Solve 4 * sqrt"),
    ],
)
def test_other_numbers_of_images_are_rejected(answer, hint):
    assert_hint(exercises.check_images_needed(answer), hint)


def mean_recall(labels, predictions):
    hits = labels == predictions
    return np.mean([hits[labels == k].mean() for k in np.unique(labels)])


@pytest.mark.parametrize("answer", [mean_recall, metrics.balanced_accuracy_score])
def test_balanced_accuracy_is_accepted(answer):
    assert exercises.check_balanced_accuracy(answer).correct


def mean_over_possible_labels(labels, predictions):
    hits = labels == predictions
    return np.mean(
        [
            hits[labels == k].sum() / max((labels == k).sum(), 1)
            for k in range(labels.max() + 1)
        ]
    )


def first_two_classes(labels, predictions):
    hits = labels == predictions
    return np.mean([hits[labels == k].mean() for k in np.unique(labels)[:2]])


def mean_precision(labels, predictions):
    return metrics.precision_score(
        labels, predictions, average="macro", zero_division=0
    )


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (0.5, "must be a function"),
        (lambda t, p: np.mean(t == p), "the mean is one half"),
        (mean_precision, "the mean is one half"),
        (lambda t, p: 0.5, "each of weight one"),
        (first_two_classes, "each of weight one"),
        (mean_over_possible_labels, "need not start at 0"),
        (lambda t, p: t == p, "must be a number"),
    ],
)
def test_other_averages_are_rejected(answer, hint):
    assert_hint(exercises.check_balanced_accuracy(answer), hint)
