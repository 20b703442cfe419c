"""Checkers of the exercises on *Gradients*."""

from collections.abc import Callable

import numpy as np

from cnnbook.exercises.feedback import Feedback, as_numbers, call, right, wrong
from cnnbook.reference import (
    average_pool2d_gradient,
    conv2d_gradients,
    flip,
    max_pool2d_gradient,
)

STRIDED_IMAGE = np.array(
    [[1.0, 0.0, 2.0, 1.0], [3.0, 1.0, 0.0, 2.0], [0.0, 2.0, 1.0, 4.0], [1, 1, 3, 0]]
)
STRIDED_INCOMING = np.array([[1.0, -1.0], [2.0, 0.0]])


def check_strided_gradient(answer: list[list[float]]) -> Feedback:
    """Is `answer` the gradient of a 2 x 2 kernel with stride 2?"""
    if answer is None:
        return wrong("Replace `answer = None` by two lists of two numbers.")
    given = as_numbers(answer)
    if given is None or given.shape != (2, 2):
        return wrong(
            f"Give two lists of two numbers, one number for each weight, got "
            f"{answer!r}."
        )
    expected = _kernel_gradient(STRIDED_IMAGE, STRIDED_INCOMING, stride=2)
    slid = _kernel_gradient(STRIDED_IMAGE[:3, :3], STRIDED_INCOMING, stride=1)
    turned = flip(expected)
    if np.allclose(given, expected):
        return right("Weight (m, n) met every second pixel from (m, n) on.")
    if np.allclose(given, slid):
        return wrong(
            "You moved by one pixel from output to output. With a stride of 2 the "
            "second window begins two columns further."
        )
    if np.allclose(given, turned):
        return wrong(
            "Right numbers, turned by half: the gradient of the kernel has no flip. "
            "It is the image's gradient that has one."
        )
    if np.allclose(given, expected.T):
        return wrong("Rows and columns are exchanged.")
    unweighted = _kernel_gradient(
        STRIDED_IMAGE, np.ones_like(STRIDED_INCOMING), stride=2
    )
    if np.allclose(given, unweighted):
        return wrong(
            "You summed the pixels that each weight met. Each has to be multiplied by "
            "the gradient of its output."
        )
    m, n = np.argwhere(~np.isclose(given, expected))[0]
    return wrong(
        f"Weight ({m}, {n}) is not {given[m, n]:g}. It met the pixels at rows {m} and "
        f"{m + 2}, columns {n} and {n + 2}; multiply each by the gradient of its "
        "output, and add."
    )


def check_repaired_backward(
    answer: Callable[[np.ndarray, np.ndarray], np.ndarray],
) -> Feedback:
    """Does `answer(kernel, incoming)` give the gradient of the image?"""
    rng = np.random.default_rng(0)
    for shape in ((2, 2), (3, 3), (2, 3)):
        kernel, incoming = rng.normal(size=shape), rng.normal(size=(3, 4))
        value, failure = call(answer, kernel.copy(), incoming.copy())
        if failure:
            return failure
        given, size = as_numbers(value), (3 + shape[0] - 1, 4 + shape[1] - 1)
        if given is None or given.shape != size:
            return wrong(
                f"For a kernel {shape} and gradients (3, 4) the image is {size}; you "
                f"returned {_described(value)}."
            )
        if np.allclose(given, _image_gradient(kernel, incoming)):
            continue
        return wrong(_flaw(given, kernel, incoming))
    return right("A symmetric kernel cannot see a missing flip; these could.")


def _flaw(given: np.ndarray, kernel: np.ndarray, incoming: np.ndarray) -> str:
    """The likely mistake behind a wrong gradient of the image."""
    known = [
        (flip(kernel), "This is still the broken function: right for kernels that look "
         "the same after half a turn, and for no others."),
        (kernel[::-1], "You flipped the rows of the kernel only. Half a turn flips the "
         "columns too."),
        (kernel[:, ::-1], "You flipped the columns of the kernel only. Half a turn "
         "flips the rows too."),
    ]  # fmt: skip
    if kernel.shape[0] == kernel.shape[1]:
        known.append(
            (kernel.T, "You mirrored the kernel at a diagonal; it needs half a turn.")
        )
        known.append(
            (flip(kernel.T), "You mirrored the kernel at a diagonal; it needs half a "
             "turn.")
        )  # fmt: skip
    for mistaken, hint in known:
        if np.allclose(given, _image_gradient(mistaken, incoming)):
            return hint
    return (
        "The numbers differ from the judge's. A pixel collects from each output that "
        "read it: the gradient there times the weight through which it was read."
    )


def check_average_gradient(
    answer: Callable[[np.ndarray, np.ndarray, int], np.ndarray],
) -> Feedback:
    """Does `answer(images, incoming, window)` pass a gradient back to the pixels?"""
    rng = np.random.default_rng(0)
    for (n, h, w, c), window in (((1, 4, 4, 1), 2), ((2, 6, 9, 3), 3)):
        images = rng.normal(size=(n, h, w, c))
        incoming = rng.normal(size=(n, h // window, w // window, c))
        failure = _compare_average(answer, images, incoming, window)
        if failure:
            return failure
    images, incoming = rng.normal(size=(1, 5, 7, 2)), rng.normal(size=(1, 2, 3, 2))
    failure = _compare_average(answer, images, incoming, 2)
    if failure:
        return failure
    return right("Equal shares, whoever is largest: an average plays no favorites.")


def _compare_average(
    answer: Callable, images: np.ndarray, incoming: np.ndarray, window: int
) -> Feedback | None:
    """What is wrong in one case, None if nothing is."""
    value, failure = call(answer, images.copy(), incoming.copy(), window)
    if failure:
        return failure
    given = as_numbers(value)
    if given is None or given.shape != images.shape:
        return wrong(
            f"The gradient must have the shape of the images, {images.shape}, also "
            f"where pixels lie in no window; you returned {_described(value)}."
        )
    expected = average_pool2d_gradient(images, incoming, window=window)
    if np.allclose(given, expected):
        return None
    if np.allclose(given, expected * window**2):
        return wrong(
            "Every pixel got the whole gradient. It moves the mean by one share only."
        )
    if np.allclose(given, expected * window):
        return wrong(
            f"A window of length {window} has {window**2} pixels, not {window}."
        )
    largest = max_pool2d_gradient(images, incoming, window=window)
    if np.allclose(given, largest):
        return wrong("That is max pooling: you paid the largest pixel alone.")
    outside = expected == 0
    if np.allclose(given[~outside], expected[~outside]):
        return wrong("Pixels that no window read have a gradient of 0.")
    return wrong(
        "Look at one window: its output is the mean of its pixels, so each gets the "
        "same share of the gradient of that output, and of no other."
    )


def _kernel_gradient(
    image: np.ndarray, incoming: np.ndarray, *, stride: int
) -> np.ndarray:
    """Gradient (2, 2) of a kernel of one channel."""
    return conv2d_gradients(
        image[None, :, :, None],
        np.zeros((2, 2, 1, 1)),
        incoming[None, :, :, None],
        stride=stride,
    ).kernel[:, :, 0, 0]


def _image_gradient(kernel: np.ndarray, incoming: np.ndarray) -> np.ndarray:
    """Gradient of an image of one channel, stride 1."""
    size = [a + b - 1 for a, b in zip(kernel.shape, incoming.shape, strict=True)]
    return conv2d_gradients(
        np.zeros((1, *size, 1)), kernel[:, :, None, None], incoming[None, :, :, None]
    ).images[0, :, :, 0]


def _described(value: object) -> str:
    array = as_numbers(value)
    return repr(value) if array is None else f"shape {array.shape}"
