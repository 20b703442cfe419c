"""The checkers of *The same network in PyTorch* accept what is right, and only that."""

import numpy as np
import pytest
import tensorflow as tf

from cnnbook.exercises.preprocessing import pytorch as exercises


def test_the_right_kernel_order_is_accepted():
    assert exercises.check_kernel(lambda k: np.moveaxis(k, (3, 2), (0, 1))).correct


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (None, "Replace"),
        (lambda k: k.reshape(5, 4, 2, 3), "`reshape` does not move"),
        (lambda k: k.T, "Rows and columns"),
        (lambda k: k, "must be"),
        (lambda k: np.flip(k.transpose(3, 2, 0, 1)), "order of the numbers"),
        (lambda k: "kernel", "Return an array"),
    ],
)
def test_wrong_kernel_orders_are_explained(answer, says):
    feedback = exercises.check_kernel(answer)
    assert not feedback.correct
    assert says in feedback.message


def dense_for_torch(matrix, h, w, c):
    order = np.arange(h * w * c).reshape(h, w, c).transpose(2, 0, 1).ravel()
    return matrix[order].T


def test_the_right_dense_matrix_is_accepted():
    assert exercises.check_dense_after_flatten(dense_for_torch).correct


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda m, h, w, c: m.T, "still in the order row"),
        (lambda m, h, w, c: dense_for_torch(m, h, w, c).T, "stores outputs first"),
        (
            lambda m, h, w, c: (
                m.reshape(h, w, c, -1).transpose(2, 1, 0, 3).reshape(h * w * c, -1).T
            ),
            "columns before",
        ),
        (lambda m, h, w, c: m[: h * w], "must be"),
    ],
)
def test_wrong_dense_matrices_are_explained(answer, says):
    feedback = exercises.check_dense_after_flatten(answer)
    assert not feedback.correct
    assert says in feedback.message


def read_off_tensorflow(size, kernel, stride):
    """Zeros before and after, from where a kernel's first weight reads."""
    numbers = np.arange(1.0, size + 1, dtype=np.float32).reshape(1, size, 1)
    first = np.eye(kernel, dtype=np.float32)[0].reshape(kernel, 1, 1)
    seen = np.asarray(tf.nn.conv1d(numbers, first, stride, "SAME")).ravel()
    inside = int(np.flatnonzero(seen)[0])
    before = inside * stride - (int(seen[inside]) - 1)
    total = max((len(seen) - 1) * stride + kernel - size, 0)
    return before, total - before


def test_what_tensorflow_does_is_accepted():
    assert exercises.check_same_padding(read_off_tensorflow).correct


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda size, kernel, stride: (1, 1), "goes to the end"),
        (lambda size, kernel, stride: (0, 1), "alike on both sides"),
        (lambda size, kernel, stride: 1, "Return a pair"),
        (
            lambda size, kernel, stride: (
                lambda zeros: (zeros // 2, zeros - zeros // 2)
            )((-(-size // stride) - 1) * stride + kernel - size),
            "never reaches over",
        ),
    ],
)
def test_wrong_paddings_are_explained(answer, says):
    feedback = exercises.check_same_padding(answer)
    assert not feedback.correct
    assert says in feedback.message
