"""The checkers of *Gradients*: right answers pass, known-wrong ones get a hint."""

import numpy as np
import pytest

from cnnbook.exercises.math import gradients
from cnnbook.reference import (
    average_pool2d_gradient,
    conv2d,
    max_pool2d_gradient,
    numerical_gradient,
)


def test_the_strided_gradient_is_that_of_the_judge():
    image = gradients.STRIDED_IMAGE[None, :, :, None]
    incoming = gradients.STRIDED_INCOMING[None, :, :, None]

    def loss(kernel):
        return float(np.sum(incoming * conv2d(image, kernel, stride=2)))

    found = numerical_gradient(loss, np.zeros((2, 2, 1, 1)))[:, :, 0, 0].round(6)
    assert found.tolist() == [[-1, 3], [5, 1]]
    assert gradients.check_strided_gradient(found.tolist()).correct
    assert gradients.check_strided_gradient(found).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        ([-1, 3, 5, 1], "two lists of two numbers"),
        ("gradient", "two lists of two numbers"),
        ([[7, 0], [2, 5]], "second window begins two columns further"),
        ([[1, 5], [3, -1]], "turned by half"),
        ([[-1, 5], [3, 1]], "Rows and columns are exchanged"),
        ([[4, 7], [7, 4]], "multiplied by the gradient of its output"),
        ([[-1, 3], [4, 1]], "Weight (1, 0) is not 4"),
    ],
)
def test_wrong_strided_gradients(answer, hint):
    feedback = gradients.check_strided_gradient(answer)
    assert not feedback.correct
    assert hint in feedback.message


def full(kernel, incoming):
    """Every overlap of `incoming` with `kernel`, as it stands."""
    kh, kw = kernel.shape
    padded = np.pad(incoming, ((kh - 1,) * 2, (kw - 1,) * 2))
    return np.array(
        [
            [
                (padded[i : i + kh, j : j + kw] * kernel).sum()
                for j in range(padded.shape[1] - kw + 1)
            ]
            for i in range(padded.shape[0] - kh + 1)
        ]
    )


def test_the_repaired_backward_pass():
    def by_loops(kernel, incoming):
        size = np.add(kernel.shape, incoming.shape) - 1
        image = np.zeros(size)
        for i, j in np.ndindex(incoming.shape):
            image[i : i + kernel.shape[0], j : j + kernel.shape[1]] += (
                incoming[i, j] * kernel
            )
        return image

    assert gradients.check_repaired_backward(by_loops).correct
    assert gradients.check_repaired_backward(
        lambda kernel, incoming: full(kernel[::-1, ::-1], incoming)
    ).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (np.ones((4, 4)), "must be a function"),
        (full, "still the broken function"),
        (lambda k, g: full(k[::-1], g), "flipped the columns of the kernel only"),
        (lambda k, g: full(k[:, ::-1], g), "flipped the rows of the kernel only"),
        (lambda k, g: full(k.T, g), "mirrored the kernel at a diagonal"),
        (lambda k, g: full(k[::-1, ::-1].T, g), "mirrored the kernel at a diagonal"),
        (lambda k, g: g, "the image is (4, 5)"),
        (lambda k, g: "image", "you returned 'image'"),
        (lambda k, g: 2 * full(k[::-1, ::-1], g), "differ from the judge's"),
        (lambda k, g: k @ g, "raised ValueError"),
    ],
)
def test_backward_passes_that_are_still_wrong(answer, hint):
    feedback = gradients.check_repaired_backward(answer)
    assert not feedback.correct
    assert hint in feedback.message


def average(images, incoming, window):
    return average_pool2d_gradient(images, incoming, window=window)


def whole(images, incoming, window):
    return average(images, incoming, window) * window**2


def filled(images, incoming, window):
    """Shares, and something for the pixels that nobody read."""
    shares = average(images, incoming, window)
    return np.where(shares == 0, 1.0, shares)


def test_the_average_gradient():
    assert gradients.check_average_gradient(average).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (whole, "Every pixel got the whole gradient"),
        (lambda i, g, w: average(i, g, w) * w, "2 has 4 pixels, not 2"),
        (lambda i, g, w: max_pool2d_gradient(i, g, window=w), "That is max pooling"),
        (filled, "no window read have a gradient of 0"),
        (lambda i, g, w: g, "must have the shape of the images"),
        (
            lambda i, g, w: g.repeat(w, axis=1).repeat(w, axis=2) / w**2,
            "also where pixels lie in no window",
        ),
        (lambda i, g, w: i, "Look at one window"),
        (lambda i, g, w: "none", "you returned 'none'"),
        (lambda i, g, w: i[9], "raised IndexError"),
    ],
)
def test_wrong_average_gradients(answer, hint):
    feedback = gradients.check_average_gradient(answer)
    assert not feedback.correct
    assert hint in feedback.message
