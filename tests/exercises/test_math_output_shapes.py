"""The checkers of *Output shapes and channels*: wrong answers get their hint."""

import keras
import pytest

from cnnbook import reference
from cnnbook.exercises.math import output_shapes as exercises

LAYERS = [
    keras.layers.Conv2D(16, 5, strides=2, padding="same"),
    keras.layers.MaxPooling2D(2),
    keras.layers.Conv2D(32, 3, dilation_rate=2),
    keras.layers.DepthwiseConv2D(3, padding="same"),
    keras.layers.Conv2D(8, 1),
]


def unread(size, window, stride, dilation):
    read = set()
    reach = dilation * (window - 1) + 1
    for start in range(0, size - reach + 1, stride):
        read |= {start + dilation * k for k in range(window)}
    return sorted(set(range(size)) - read)


def test_unread_pixels():
    assert exercises.check_unread(unread).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        ([10], "must be a function"),
        (lambda *s: None, "Return a list of pixel numbers"),
        (lambda *s: [], "The last window that fits starts at pixel 8"),
        (lambda size, *s: [size - 1], "read every pixel"),
        (  # the remainder at the end, nothing else
            lambda n, k, s, d: range(n - (n - k) % s, n),
            "holes between windows",
        ),
        (  # solid windows
            lambda n, k, s, d: unread(n, d * (k - 1) + 1, s, 1),
            "does not read what lies between",
        ),
        (  # correct but for windows that do not fit
            lambda n, k, s, d: unread(n, k, s, d) if n >= d * (k - 1) + 1 else [],
            "Where no window fits",
        ),
        (lambda *s: 1 / 0, "raised ZeroDivisionError"),
    ],
)
def test_wrong_unread_pixels(answer, hint):
    feedback = exercises.check_unread(answer)
    assert not feedback.correct
    assert hint in feedback.message


def traced():
    x, rows = keras.Input((97, 60, 3)), []
    for layer in LAYERS:
        x = layer(x)
        rows.append((*x.shape[1:], layer.count_params()))
    return rows


def test_the_trace_is_that_of_keras():
    assert exercises.check_trace(traced()).correct
    assert sum(row[3] for row in traced()) == 6440


@pytest.mark.parametrize(
    ("layer", "row", "hint"),
    [
        (0, (48, 30, 16, 1216), "rounded up"),
        (0, (47, 28, 16, 1216), "rounded up"),
        (0, (49, 30, 3, 1216), "one map for each kernel"),
        (0, (49, 30, 16, 1200), "and a bias"),
        (0, (49, 30, 16, 416), "for each of 3 channels"),
        (1, (25, 15, 16, 0), "rounds down"),
        (1, (24, 15, 16, 64), "nothing to learn"),
        (2, (22, 13, 32, 4640), "reaches over 5"),
        (2, (20, 11, 32, 12832), "adds none"),
        (3, (20, 11, 32, 9248), "reads one channel"),
        (4, (20, 11, 32, 264), "one map for each kernel"),
        (4, (20, 11, 8), "give (h, w, c, parameters)"),
    ],
)
def test_wrong_traces(layer, row, hint):
    answer = traced()
    answer[layer] = row
    feedback = exercises.check_trace(answer)
    assert not feedback.correct
    assert hint in feedback.message


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace"),
        ([(49, 30, 16, 1216)], "five layers; you gave 1"),
        ([("x",)] * 5, "whole numbers"),
        (7, "whole numbers"),
    ],
)
def test_a_trace_must_be_five_rows_of_numbers(answer, hint):
    feedback = exercises.check_trace(answer)
    assert not feedback.correct
    assert hint in feedback.message


def ported(images, kernels, stride, padding, *, order=(2, 3, 1, 0), flip=False):
    kernels = kernels.transpose(order)
    maps = reference.conv2d(
        images.transpose(0, 2, 3, 1),
        reference.flip(kernels) if flip else kernels,
        stride=stride,
        padding=padding,
    )
    return maps.transpose(0, 3, 1, 2)


def test_a_ported_convolution():
    assert exercises.check_ported(ported).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (  # handed over as they are
            lambda i, k, s, p: reference.conv2d(i, k, stride=s, padding=p),
            "raised ValueError",
        ),
        (
            lambda i, k, s, p: ported(i, k, s, p).transpose(0, 2, 3, 1),
            "Move f to the second axis",
        ),
        (lambda i, k, s, p: ported(i, k, s, p, order=(3, 2, 1, 0)), "3 rows by 2"),
        (lambda i, k, s, p: ported(i, k, s, 0), "on all four sides"),
        (lambda i, k, s, p: ported(i, k, s, p, flip=True), "do not flip"),
        (
            lambda i, k, s, p: ported(i, k, s, ((0, 2 * p), (0, 2 * p))),
            "as many on all four sides",
        ),
        (  # reshaped kernels: the right shape, the wrong numbers
            lambda i, k, s, p: ported(
                i, k.transpose(2, 3, 1, 0).reshape(k.shape), s, p
            ),
            "never with `reshape`",
        ),
        (lambda i, k, s, p: None, "the shape must be (n, f, oh, ow)"),
    ],
)
def test_wrong_ports(answer, hint):
    feedback = exercises.check_ported(answer)
    assert not feedback.correct
    assert hint in feedback.message
