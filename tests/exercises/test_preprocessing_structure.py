"""The checkers of *What does a CNN take for granted?*: right passes, wrong is told."""

import math

import numpy as np
import pytest

from cnnbook.exercises.preprocessing import structure
from cnnbook.reference import conv1d, shift


def num_layers(gap, kernel):
    return math.ceil((gap + 1) / (kernel - 1))


def test_layers_are_counted():
    assert structure.check_num_layers(num_layers).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (3, "must be a function"),
        (lambda gap, kernel: math.ceil(gap / (kernel - 1)), "it takes gap + 2"),
        (lambda gap, kernel: math.ceil((gap + 2) / kernel), "adds kernel - 1"),
        (lambda gap, kernel: math.ceil((gap + 2) / (kernel - 1)), "window of 3 pixels"),
        (lambda gap, kernel: (gap + 2) // 2, "already sees a whole kernel"),
        (lambda gap, kernel: max(gap, 1) if gap < 3 else 2, "3, 5, 7"),
    ],
)
def test_wrong_numbers_of_layers(answer, hint):
    feedback = structure.check_num_layers(answer)
    assert not feedback.correct
    assert hint in feedback.message


def steady(features, images, stride):
    return np.mean([features(shift(images, s)) for s in range(stride)], axis=0)


def test_steady_features():
    assert structure.check_steady(steady).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda features, images, stride: features(images), "the plain features"),
        (
            lambda features, images, stride: steady(features, images, stride + 1),
            "each once",
        ),
        (
            lambda features, images, stride: steady(features, images, 2),
            "With stride 3 your features change",
        ),
        (
            lambda features, images, stride: np.zeros((2, 1)),
            "A constant would be steady too",
        ),
        (
            lambda features, images, stride: [
                features(shift(images, s)) for s in range(stride)
            ],
            "Return features of the shape (2, 1)",
        ),
    ],
)
def test_unsteady_features(answer, hint):
    feedback = structure.check_steady(answer)
    assert not feedback.correct
    assert hint in feedback.message


def causal(series, kernel):
    return conv1d(np.pad(series, ((0, 0), (len(kernel) - 1, 0), (0, 0))), kernel)


def late(series, kernel):
    return np.pad(causal(series, kernel), ((0, 0), (1, 0), (0, 0)))[:, :-1]


def test_causal_convolution():
    assert structure.check_causal(causal).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (conv1d, "Put zeros in front"),
        (
            lambda series, kernel: conv1d(series, kernel, padding="same"),
            "this looks ahead",
        ),
        (lambda series, kernel: causal(series, kernel[::-1]), "kernel is flipped"),
        (late, "kernel - 1 zeros in front"),
        (lambda series, kernel: "series", "no numbers"),
    ],
)
def test_wrong_causal_convolutions(answer, hint):
    feedback = structure.check_causal(answer)
    assert not feedback.correct
    assert hint in feedback.message
