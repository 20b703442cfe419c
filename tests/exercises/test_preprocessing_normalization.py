"""The checkers of *normalization*: right answers pass, known-wrong ones get a hint."""

import numpy as np
import pytest

from cnnbook.exercises.preprocessing import normalization


def any_to_unit(images):
    if images.dtype == bool:
        return images.astype(np.float32)
    if np.issubdtype(images.dtype, np.integer):
        return images / np.float32(np.iinfo(images.dtype).max)
    if images.min() < 0 or images.max() > 1:
        raise ValueError("floats beyond [0, 1]")
    return images


def raises_type_error(images):
    if images.min() < 0 or (images.max() > 1 and images.dtype.kind == "f"):
        raise TypeError("no")
    return any_to_unit(images)


def test_any_to_unit():
    assert normalization.check_any_to_unit(any_to_unit).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda images: images / 255, "Images of 16 bits run to 65535"),
        (lambda images: images // 255, "Return floats"),
        (lambda images: images / images.max(), "A dark image"),
        (lambda images: images.astype(float), "Bytes run to 255"),
        (lambda images: 0.5, "Return an array of shape (4,)"),
        (
            lambda images: images / (255 if images.max() > 1 else 1),
            "16 bits",
        ),
        (
            lambda images: (
                images / np.iinfo(images.dtype).max
                if images.dtype.kind == "u"
                else images.astype(float)
            ),
            "raise a ValueError",
        ),
        (
            lambda images: (
                images / np.iinfo(images.dtype).max
                if images.dtype.kind == "u"
                else images / 255
            ),
            "A mask is 0 and 1 already",
        ),
        (
            lambda images: (
                images / 255
                if images.dtype.kind == "f"
                else images
                / (np.iinfo(images.dtype).max if images.dtype != bool else 1)
            ),
            "leave them as they are",
        ),
        (raises_type_error, "raised TypeError; raise a ValueError"),
    ],
)
def test_wrong_ways_to_unit(answer, hint):
    feedback = normalization.check_any_to_unit(answer)
    assert not feedback.correct
    assert hint in feedback.message


def condition(mean, deviation):
    trace, determinant = mean**2 + deviation**2 + 1, deviation**2
    root = np.sqrt(trace**2 - 4 * determinant)
    return (trace + root) ** 2 / (4 * determinant)


def test_condition():
    assert normalization.check_condition(condition).correct
    assert normalization.check_condition(
        lambda m, s: np.linalg.cond([[m * m + s * s, m], [m, 1]])
    ).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda m, s: 0.0, "unit matrix"),
        (lambda m, s: 1.0, "the matrix is diagonal"),  # forgets the bias
        (lambda m, s: s**2 if s > 1 else 1 / s, "the matrix is diagonal"),
        (lambda m, s: 1 / s**2, "never below 1"),
        (lambda m, s: max(s, 1 / s) ** 2, "the mean of x squared"),  # no mean
        (
            lambda m, s: (
                np.linalg.cond([[s * s, m], [m, 1]])  # variance in the corner
                if s * s != m * m
                else 7.0
            ),
            "mean squared plus deviation squared",
        ),
    ],
)
def test_wrong_conditions(answer, hint):
    feedback = normalization.check_condition(answer)
    assert not feedback.correct
    assert hint in feedback.message


def test_equivalent_rates():
    assert normalization.check_equivalent_rates(lambda r, k: (r / k**2, r)).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda r, k: r / k**2, "Return two rates"),
        (lambda r, k: (r / k, r), "One factor is not enough"),
        (lambda r, k: (r * k**2, r), "The other way"),
        (lambda r, k: (r / k**2, r / k**2), "The bias does not see the pixels"),
        (lambda r, k: (r, r), "Write w = v / factor"),
        (lambda r, k: (r / 0, r), "raised ZeroDivisionError"),
    ],
)
def test_wrong_rates(answer, hint):
    feedback = normalization.check_equivalent_rates(answer)
    assert not feedback.correct
    assert hint in feedback.message
