"""Checkers of the exercises on *Convolution*."""

from collections.abc import Callable, Sequence

import numpy as np

from cnnbook.exercises.feedback import Feedback, as_numbers, call, right, wrong
from cnnbook.reference import conv2d, flip

Counts = tuple[int, int, int]


def check_two_in_one(
    answer: Callable[[np.ndarray, np.ndarray], np.ndarray],
) -> Feedback:
    """Does `answer(first, second)` give the one kernel that does the work of both?"""
    rng = np.random.default_rng(0)
    for sizes in (((2, 2), (2, 2)), ((3, 3), (3, 3)), ((1, 3), (4, 2))):
        first, second = (rng.normal(size=size) for size in sizes)
        value, failure = call(answer, first, second)
        if failure:
            return failure
        if value is None:
            return wrong("Your function returned None; let it return a kernel.")
        kernel = as_numbers(value)
        if kernel is None:
            return wrong(f"Return an array of numbers, got {value!r}.")
        feedback = _compare_kernels(kernel, _two_in_one(first, second), first, second)
        if feedback:
            return feedback
    return right(
        "Two layers without anything between them are one layer with a larger kernel."
    )


def _two_in_one(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """The kernel of `first` and then `second`, term by term."""
    rows, columns = np.add(first.shape, second.shape) - 1
    kernel = np.zeros((rows, columns))
    for (i, j), weight in np.ndenumerate(second):
        kernel[i : i + first.shape[0], j : j + first.shape[1]] += weight * first
    return kernel


def _compare_kernels(
    kernel: np.ndarray, expected: np.ndarray, first: np.ndarray, second: np.ndarray
) -> Feedback | None:
    if kernel.shape != expected.shape:
        return wrong(
            f"For kernels {first.shape} and {second.shape} your kernel is "
            f"{kernel.shape}, and {expected.shape} is needed: how many rows of the "
            "image does one output read through both?"
        )
    if np.allclose(kernel, expected):
        return None
    turned = [_two_in_one(flip(first), second), _two_in_one(first, flip(second))]
    if any(np.allclose(kernel, other) for other in turned):
        return wrong(
            "One of your kernels is turned by half. Collect the terms with equal "
            "m + m': is that the sum with plus or with minus signs?"
        )
    return wrong(
        "The size is right and the weights are not. Write O(i, j) out with both sums "
        "and collect what I(i + r, j + s) is multiplied with."
    )


def check_weight_counts(
    answer: Callable[[int, int, int, int, int, int], Counts],
) -> Feedback:
    """Does `answer(h, w, c, kh, kw, f)` count dense, local and shared weights?"""
    for sizes in ((5, 5, 1, 1, 1, 1), (28, 28, 1, 3, 3, 32), (9, 12, 3, 2, 5, 4)):
        value, failure = call(answer, *sizes)
        if failure:
            return failure
        try:
            dense, local, shared = (int(count) for count in value)
        except (TypeError, ValueError):
            return wrong(f"Return three numbers (dense, local, shared), got {value!r}.")
        hint = _hint_on_counts((dense, local, shared), sizes)
        if hint:
            h, w, c, kh, kw, f = sizes
            case = f"(h, w, c) = {(h, w, c)}, (kh, kw) = {(kh, kw)}, f = {f}"
            return wrong(f"For {case}: {hint}")
    return right("Only the last count does not depend on the size of the image.")


def _hint_on_counts(counts: Counts, sizes: tuple[int, ...]) -> str:
    """What is wrong with `counts`, empty if nothing is."""
    h, w, c, kh, kw, f = sizes
    dense, local, shared = counts
    places = (h - kh + 1) * (w - kw + 1)
    if shared == kh * kw * c * f + f:
        return "the shared count holds the f biases; leave them out."
    if shared != kh * kw * c * f:
        return (
            f"{shared} shared weights. Each of the f kernels reads all c channels of "
            "its window."
        )
    if local == h * w * kh * kw * c * f != places * kh * kw * c * f:
        return (
            "the local count has a window for each pixel. Without padding, fewer "
            "windows fit."
        )
    if local != places * kh * kw * c * f:
        return (
            f"{local} local weights. Every output, of each of the f maps, has a "
            "window of weights of its own."
        )
    if dense != places * f * h * w * c:
        return (
            f"{dense} dense weights. Each of the outputs reads all h * w * c numbers "
            "of the image, and without padding there are fewer outputs than pixels."
        )
    return ""


def check_diagonal_kernel(answer: Sequence[Sequence[float]]) -> Feedback:
    """Does a kernel answer on the main diagonal line alone?"""
    if answer is None:
        return wrong("Replace `answer = None` by a list of rows, or an array.")
    kernel = as_numbers(answer)
    if kernel is None:
        return wrong(f"Give rows of numbers such as [[1, 0], [0, -1]], got {answer!r}.")
    if kernel.shape not in ((2, 2), (3, 3)):
        return wrong(f"A kernel of 2 x 2 or 3 x 3 is asked for, got {kernel.shape}.")
    if abs(kernel.sum()) > 1e-9:
        return wrong(
            f"Your weights sum to {kernel.sum():g}, so flat surface answers with that "
            "times its brightness."
        )
    line = np.eye(28)
    if np.abs(_slide(kernel, line[:, ::-1])).max() > 1e-9:
        return wrong(
            "It answers on the other diagonal. Weights along a line that runs from "
            "the lower left to the upper right must cancel one another."
        )
    strongest = np.abs(_slide(kernel, line)).max()
    if strongest <= 1e-9:
        return wrong(
            "It is silent on the diagonal, too. Let it compare neighbors along the "
            "other diagonal, of which a window on the line has one lit and one dark."
        )
    return right(f"Silent on one line, and up to {strongest:g} on the other.")


def _slide(kernel: np.ndarray, image: np.ndarray) -> np.ndarray:
    return conv2d(image[None, :, :, None], kernel[:, :, None, None])[0, :, :, 0]
