"""The checkers of *Convolution*: right answers pass, known-wrong ones get a hint."""

import numpy as np
import pytest
from scipy.signal import convolve2d, correlate2d

from cnnbook.exercises.math import convolution


def test_two_kernels_are_one():
    assert convolution.check_two_in_one(convolve2d).correct
    assert convolution.check_two_in_one(lambda a, b: convolve2d(b, a)).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (np.eye(3), "must be a function"),
        (lambda a, b: None, "returned None"),
        (lambda a, b: "kernel", "an array of numbers"),
        (lambda a, b: a * b, "how many rows"),  # pixel by pixel
        (lambda a, b: convolve2d(a, b, mode="same"), "how many rows"),
        (correlate2d, "turned by half"),
        (lambda a, b: correlate2d(b, a), "turned by half"),
        (lambda a, b: convolve2d(a, b)[::-1, ::-1], "collect what"),
        (lambda a, b: a @ b[5], "raised IndexError"),
    ],
)
def test_kernels_that_do_not_do_the_work_of_both(answer, hint):
    feedback = convolution.check_two_in_one(answer)
    assert not feedback.correct
    assert hint in feedback.message


def counts(h, w, c, kh, kw, f):
    num_outputs = (h - kh + 1) * (w - kw + 1) * f
    return num_outputs * h * w * c, num_outputs * kh * kw * c, kh * kw * c * f


def test_weights_are_counted():
    assert convolution.check_weight_counts(counts).correct


def with_biases(*sizes):
    dense, local, shared = counts(*sizes)
    return dense, local, shared + sizes[-1]


def one_channel(h, w, c, kh, kw, f):
    return counts(h, w, 1, kh, kw, f)


def padded(h, w, c, kh, kw, f):
    return (h * w) ** 2 * c * f, h * w * kh * kw * c * f, kh * kw * c * f


def one_map_of_windows(h, w, c, kh, kw, f):
    dense, local, shared = counts(h, w, c, kh, kw, f)
    return dense, local // f, shared


def outputs_like_pixels(h, w, c, kh, kw, f):
    _, local, shared = counts(h, w, c, kh, kw, f)
    return (h * w) ** 2 * c * f, local, shared


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda *sizes: 288, "Return three numbers"),
        (lambda *sizes: counts(*sizes)[:2], "Return three numbers"),
        (with_biases, "leave them out"),
        (one_channel, "reads all c channels"),
        (padded, "fewer windows fit"),
        (one_map_of_windows, "a window of weights of its own"),
        (outputs_like_pixels, "fewer outputs than pixels"),
    ],
)
def test_wrong_counts_of_weights(answer, hint):
    feedback = convolution.check_weight_counts(answer)
    assert not feedback.correct
    assert hint in feedback.message


@pytest.mark.parametrize(
    "answer",
    [
        [[0, 1], [-1, 0]],
        np.array([[0, -2], [2, 0]]),
        [[0, 0, 1], [0, 0, 0], [-1, 0, 0]],
        [[0, 1, 0], [-1, 0, 1], [0, -1, 0]],
    ],
)
def test_a_kernel_for_the_diagonal(answer):
    assert convolution.check_diagonal_kernel(answer).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace"),
        ("kernel", "Give rows of numbers"),
        ([1, 0, -1], "2 x 2 or 3 x 3"),
        ([[1, 0], [0, 1]], "sum to 2"),
        ([[0, -1], [1, 0.5]], "sum to 0.5"),
        ([[1, 0], [0, -1]], "answers on the other diagonal"),
        ([[1, -1], [-1, 1]], "answers on the other diagonal"),
        ([[0, 0], [0, 0]], "silent on the diagonal, too"),
    ],
)
def test_kernels_that_miss_the_diagonal(answer, hint):
    feedback = convolution.check_diagonal_kernel(answer)
    assert not feedback.correct
    assert hint in feedback.message
