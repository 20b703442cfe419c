"""Checkers of the exercises on *Fashion-MNIST properly*."""

import math
from collections.abc import Callable

import numpy as np

from cnnbook import models
from cnnbook.exercises.feedback import Feedback, check_function, check_number, wrong


def check_initial_loss(answer: Callable[[int], float]) -> Feedback:
    """Does `answer(num_classes)` give the cross-entropy of an even guess?"""
    hint = "An even guess gives each class 1/C; the loss is minus its logarithm."
    cases = [((c,), math.log(c), hint) for c in (2, 10, 1000)]
    return check_function(
        answer,
        cases,
        tolerance=1e-6,
        praise="A first loss far above it says that something is scaled badly.",
    )


def check_source_parameters(answer: int) -> Feedback:
    """Parameters of the source's network on 32 x 32 color images of 10 classes."""
    model = models.source_cnn((32, 32, 3), 10)
    if answer == models.source_cnn((28, 28, 1), 10).count_params():
        return wrong("That is the count for 28 x 28 grey images.")
    return check_number(
        answer,
        model.count_params(),
        tolerance=0,
        hint="Follow the sizes: 32, 30, 15, 13, 6. Each kernel has a bias, and the "
        "first layer reads three channels.",
        praise="Most of them still sit in the first dense layer.",
    )


def check_majority_baseline(
    answer: Callable[[np.ndarray, np.ndarray], float],
) -> Feedback:
    """Does `answer(train_labels, test_labels)` score the commonest training class?"""
    cases = [
        (
            (np.array([0, 0, 1]), np.array([0, 1, 1, 1])),
            0.25,
            "The class is chosen on the training labels, not on the test labels.",
        ),
        (
            (np.array([2, 2, 2, 0]), np.array([2, 2, 0, 1])),
            0.5,
            "The score is the share of test labels that equal the chosen class.",
        ),
        (
            (np.array([4, 4, 7]), np.array([7, 7])),
            0.0,
            "A class that is absent from the test set scores nothing.",
        ),
    ]
    return check_function(
        answer,
        cases,
        tolerance=1e-9,
        praise="It is the least that any accuracy must be compared with.",
    )
