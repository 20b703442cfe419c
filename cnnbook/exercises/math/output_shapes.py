"""Checkers of the exercises on *Output shapes and channels*."""

from collections.abc import Callable, Iterable

import numpy as np

from cnnbook.exercises.feedback import Feedback, call, right, wrong
from cnnbook.reference import conv2d

# (size, window, stride, dilation), the pixels that no window reads, and a hint
UNREAD = [
    (
        (11, 2, 2, 1),
        {10},
        "The last window that fits starts at pixel 8 and ends at 9.",
    ),
    ((7, 3, 1, 1), set(), "Windows side by side and overlapping read every pixel."),
    (
        (12, 2, 3, 1),
        {2, 5, 8, 11},
        "A stride larger than the window leaves holes between windows, not only behind "
        "the last.",
    ),
    (
        (11, 3, 2, 2),
        {1, 3, 5, 7, 9},
        "A dilated window does not read what lies between its pixels.",
    ),
    (
        (5, 2, 1, 3),
        {2},
        "A window of 2 with dilation 3 reaches over 4 pixels: it starts at 0 or at 1.",
    ),
    ((3, 5, 1, 1), {0, 1, 2}, "Where no window fits, every pixel is unread."),
]


def check_unread(answer: Callable[[int, int, int, int], Iterable[int]]) -> Feedback:
    """Does `answer(size, window, stride, dilation)` list the pixels never read?"""
    for arguments, expected, hint in UNREAD:
        value, failure = call(answer, *arguments)
        if failure:
            return failure
        try:
            given = {int(pixel) for pixel in value}
        except (TypeError, ValueError):
            return wrong(f"Return a list of pixel numbers, got {value!r}.")
        if given != expected:
            size, window, stride, dilation = arguments
            return wrong(
                f"For {size} pixels, window {window}, stride {stride} and dilation "
                f"{dilation} you listed {sorted(given)}. {hint}"
            )
    return right("Six settings, with holes at the end, in the middle and everywhere.")


# Layers on images (97, 60, 3): what comes out, (h, w, c, parameters), and hints for
# the size, the channels and the parameters.
TRACE = [
    (
        "Conv2D(16, 5, strides=2, padding='same')",
        (49, 30, 16, 1216),
        "`same` gives the size divided by the stride, rounded up.",
        "A convolution gives one map for each kernel.",
        "A kernel has 5 x 5 weights for each of 3 channels, and a bias.",
    ),
    (
        "MaxPooling2D(2)",
        (24, 15, 16, 0),
        "Pooling is `valid` by default and rounds down: the last row of 49 is lost.",
        "Pooling treats each map by itself and keeps their number.",
        "Pooling has nothing to learn.",
    ),
    (
        "Conv2D(32, 3, dilation_rate=2)",
        (20, 11, 32, 4640),
        "With dilation 2, a window of 3 reaches over 5 pixels, so 4 places are lost.",
        "A convolution gives one map for each kernel.",
        "Dilation moves the 3 x 3 weights apart and adds none; each of 16 channels has "
        "its own, and there is one bias for each kernel.",
    ),
    (
        "DepthwiseConv2D(3, padding='same')",
        (20, 11, 32, 320),
        "`same` with stride 1 keeps the size.",
        "One kernel for each channel gives one map for each channel.",
        "A depthwise kernel reads one channel: 9 weights and a bias, for each of 32.",
    ),
    (
        "Conv2D(8, 1)",
        (20, 11, 8, 264),
        "A window of one pixel fits everywhere.",
        "A convolution gives one map for each kernel.",
        "A 1 x 1 kernel has one weight for each of 32 channels, and a bias.",
    ),
]


def check_trace(answer: list[tuple[int, int, int, int]]) -> Feedback:
    """Are these (h, w, c, parameters) behind each of the five layers of `TRACE`?"""
    if answer is None:
        return wrong("Replace `answer = None` by five tuples (h, w, c, parameters).")
    try:
        given = [tuple(int(number) for number in row) for row in answer]
    except (TypeError, ValueError):
        return wrong(f"Give tuples of four whole numbers, got {answer!r}.")
    if len(given) != len(TRACE):
        return wrong(f"There are five layers; you gave {len(given)} rows.")
    for row, (layer, expected, of_size, of_channels, of_weights) in zip(
        given, TRACE, strict=True
    ):
        if len(row) != 4:
            return wrong(f"For {layer} give (h, w, c, parameters), got {row}.")
        for what, part, hint in (
            ("height and width", slice(0, 2), of_size),
            ("channels", slice(2, 3), of_channels),
            ("parameters", slice(3, 4), of_weights),
        ):
            if row[part] != expected[part]:
                told = ", ".join(str(number) for number in row[part])
                return wrong(f"{layer}, {what}: you gave {told}. {hint}")
    return right("Five layers without running one: 6,440 parameters in all.")


def check_ported(answer: Callable) -> Feedback:
    """Does `answer(images, kernels, stride, padding)` convolve in PyTorch's layout?"""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 10, (2, 3, 8, 10)).astype(float)
    kernels = rng.integers(-4, 5, (5, 3, 3, 2)).astype(float)
    for stride, padding in ((1, 0), (1, 1), (2, 1)):
        value, failure = call(answer, images, kernels, stride, padding)
        if failure:
            return failure
        expected = _channels_first(images, kernels, stride, padding)
        feedback = _compare_ported(np.asarray(value), expected, stride, padding)
        if not feedback.correct:
            return feedback
    return right("Layout, order of axes and padding are PyTorch's.")


def _compare_ported(
    given: np.ndarray, expected: np.ndarray, stride: int, padding: int
) -> Feedback:
    setting = f"With stride {stride} and padding {padding}"
    n, f, oh, ow = expected.shape
    if given.shape == (n, oh, ow, f):
        return wrong(f"{setting} you return (n, oh, ow, f). Move f to the second axis.")
    if given.shape != expected.shape:
        return wrong(
            f"{setting} the shape must be (n, f, oh, ow) = {expected.shape}, got "
            f"{given.shape}. Windows are 3 rows by 2 columns, and `padding` counts "
            "pixels on all four sides."
        )
    if np.allclose(given, expected):
        return right("")
    return wrong(
        f"{setting} the shape is right and the numbers are not. Move axes with "
        "`transpose`, never with `reshape`, do not flip the kernels, and pad zeros as "
        "many on all four sides."
    )


def _channels_first(
    images: np.ndarray, kernels: np.ndarray, stride: int, padding: int
) -> np.ndarray:
    """Convolution of (n, c, h, w) with (f, c, kh, kw): (n, f, oh, ow)."""
    maps = conv2d(
        images.transpose(0, 2, 3, 1),
        kernels.transpose(2, 3, 1, 0),
        stride=stride,
        padding=padding,
    )
    return maps.transpose(0, 3, 1, 2)
