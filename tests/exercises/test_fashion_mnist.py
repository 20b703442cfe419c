"""The checkers of *Fashion-MNIST properly*: right answers pass, others get a hint."""

import math

import numpy as np
import pytest

from cnnbook.exercises.training import fashion_mnist


def test_the_initial_loss_is_the_logarithm():
    assert fashion_mnist.check_initial_loss(math.log).correct


@pytest.mark.parametrize(
    "answer", [None, math.log2, math.log10, lambda c: 1 / c, lambda c: 2.303]
)
def test_wrong_initial_losses(answer):
    assert not fashion_mnist.check_initial_loss(answer).correct


def test_source_parameters_on_color_images():
    by_hand = 28 * 32 + 289 * 64 + (6 * 6 * 64 + 1) * 128 + 129 * 10
    assert fashion_mnist.check_source_parameters(by_hand).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace"),
        (225_034, "28 x 28 grey"),
        (315_722 - 32, "Each kernel has a bias"),  # the first bias forgotten
        ("many", "must be a number"),
    ],
)
def test_wrong_parameter_counts(answer, hint):
    feedback = fashion_mnist.check_source_parameters(answer)
    assert not feedback.correct
    assert hint in feedback.message


def majority(train_labels, test_labels):
    return np.mean(test_labels == np.bincount(train_labels).argmax())


def test_majority_baseline():
    assert fashion_mnist.check_majority_baseline(majority).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda train, test: majority(test, test), "chosen on the training labels"),
        (lambda train, test: majority(train, train), "chosen on the training"),
        (lambda train, test: 0.1, "chosen on the training"),
        (
            lambda train, test: 0.25 if len(train) == 3 else 0.75,
            "share of test labels",
        ),
    ],
)
def test_wrong_baselines(answer, hint):
    feedback = fashion_mnist.check_majority_baseline(answer)
    assert not feedback.correct
    assert hint in feedback.message
