"""The checkers of *Augmentation*: right answers pass, wrong ones get a hint."""

import numpy as np
import pytest

from cnnbook.exercises.preprocessing import augmentation
from cnnbook.reference import warp


def rejected(feedback, hint):
    assert not feedback.correct
    assert hint in feedback.message


def test_keras_factors():
    assert augmentation.check_keras_factors(lambda d, p, w: (d / 360, p / w)).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda d, p, w: d / 360, "Return two numbers"),
        (lambda d, p, w: (d, p / w), "36 whole turns"),
        (lambda d, p, w: (d / 180, p / w), "twice as far"),
        (lambda d, p, w: (np.radians(d), p / w), "Those are radians"),
        (lambda d, p, w: (0.5, p / w), "not the share 0.5 of a turn"),
        (lambda d, p, w: (d / 360, p), "4 image widths"),
        (lambda d, p, w: (d / 360, p / 28), "4 of 20 pixels are not the share"),
    ],
)
def test_wrong_factors(answer, hint):
    rejected(augmentation.check_keras_factors(answer), hint)


def mirror(w):
    return [[-1, 0, w - 1], [0, 1, 0]]


def test_the_mirror_matrix_mirrors():
    assert augmentation.check_mirror_matrix(mirror).correct
    images = np.random.default_rng(0).random((2, 4, 6, 1))
    np.testing.assert_allclose(warp(images, np.array(mirror(6))), images[:, :, ::-1])


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda w: np.eye(3), "two rows of three numbers"),
        (lambda w: [[-1, 0, w], [0, 1, 0]], "counting starts at 0"),
        (lambda w: [[-1, 0, 0], [0, 1, 0]], "Mirror about the middle"),
        (lambda w: [[1, 0, 0], [0, -1, w - 1]], "turns rows around"),
        (lambda w: [[1, 0, 0], [0, 1, 0]], "it should read [27, 0]"),
        (lambda w: [[-1, 0, 27], [0, 1, 0]], "it should read [4, 0]"),
    ],
)
def test_wrong_mirrors(answer, hint):
    rejected(augmentation.check_mirror_matrix(answer), hint)


def by_pixels(pasted, own, other):
    share = pasted.mean()
    return (1 - share) * own + share * other


def test_cutmix_labels():
    assert augmentation.check_cutmix_label(by_pixels).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda m, a, b: 0.3, "one number for each of 3 classes"),
        (lambda m, a, b: a + m.mean() * b, "sums to 1.3"),
        (lambda m, a, b: m.mean() * a + (1 - m.mean()) * b, "to the image that was"),
        (lambda m, a, b: (a + b) / 2, "the halves are not equal"),
        (lambda m, a, b: a, "should be [0.7, 0.0, 0.3]"),
        (lambda m, a, b: 0.7 * a + 0.3 * b, "pasted share to the image"),
    ],
)
def test_wrong_cutmix_labels(answer, hint):
    rejected(augmentation.check_cutmix_label(answer), hint)
