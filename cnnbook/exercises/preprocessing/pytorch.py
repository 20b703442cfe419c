"""Checkers of the exercises on *The same network in PyTorch*; PyTorch is not needed."""

from collections.abc import Callable

import numpy as np

from cnnbook.exercises.feedback import Feedback, as_numbers, call, right, wrong


def check_kernel(answer: Callable[[np.ndarray], np.ndarray]) -> Feedback:
    """Does `answer` turn kernels (kh, kw, c, f) into (f, c, kh, kw)?"""
    kernel = np.arange(2.0 * 3 * 4 * 5).reshape(2, 3, 4, 5)
    expected = kernel.transpose(3, 2, 0, 1)
    hints = {
        "reshape": (
            kernel.reshape(5, 4, 2, 3),
            "The shape is right and the numbers lie elsewhere: `reshape` does not move "
            "axes, `transpose` does.",
        ),
        "reversed": (
            kernel.transpose(3, 2, 1, 0),
            "Rows and columns of each kernel are exchanged: height comes first in "
            "both frameworks.",
        ),
    }
    return _same_array(
        answer, (kernel,), expected, hints, "PyTorch would load exactly these kernels."
    )


def check_dense_after_flatten(answer: Callable[..., np.ndarray]) -> Feedback:
    """Does `answer(matrix, h, w, c)` give the matrix behind PyTorch's `flatten`?"""
    h, w, c, units = 2, 3, 4, 5
    matrix = np.arange(float(h * w * c * units)).reshape(h * w * c, units)
    expected = matrix.reshape(h, w, c, units).transpose(2, 0, 1, 3).reshape(-1, units).T
    swapped = matrix.reshape(h, w, c, units).transpose(2, 1, 0, 3)
    hints = {
        "transposed only": (
            matrix.T,
            "Outputs come first now, but the inputs are still in the order row, "
            "column, channel.",
        ),
        "not transposed": (
            expected.T,
            "The rows are in the right order; nn.Linear stores outputs first.",
        ),
        "columns first": (
            swapped.reshape(-1, units).T,
            "Channels come first, then rows, then columns; yours has columns before "
            "rows.",
        ),
    }
    return _same_array(
        answer, (matrix, h, w, c), expected, hints, "This is the line that cost most."
    )


def check_same_padding(
    answer: Callable[[int, int, int], tuple[int, int]],
) -> Feedback:
    """Does `answer(size, kernel, stride)` give zeros (before, after) of "same"?"""
    cases = [
        ((6, 3, 2), (0, 1), "An odd number of zeros: the last one goes to the end."),
        ((7, 3, 2), (1, 1), "An odd size is padded alike on both sides here."),
        ((28, 5, 1), (2, 2), "With a stride of 1 the output is as long as the input."),
        ((28, 2, 1), (0, 1), "A kernel of 2 needs one zero, at the end."),
        ((8, 1, 2), (0, 0), "A kernel of 1 never reaches over the border."),
        ((8, 2, 3), (0, 0), "Zeros cannot be negative in number."),
    ]
    for arguments, expected, hint in cases:
        value, failure = call(answer, *arguments)
        if failure:
            return failure
        given = as_numbers(value)
        if given is None or given.shape != (2,):
            return wrong(f"Return a pair (before, after), got {value!r}.")
        if tuple(given) != expected:
            called = "size {}, kernel {}, stride {}".format(*arguments)
            return wrong(f"For {called} you gave {value}. {hint}")
    return right("And PyTorch's padding=1 would have given (1, 1) for the first case.")


def _same_array(
    answer: Callable,
    arguments: tuple,
    expected: np.ndarray,
    hints: dict[str, tuple[np.ndarray, str]],
    praise: str,
) -> Feedback:
    """Compare an array with `expected`, and with mistakes that have their own hint."""
    value, failure = call(answer, *arguments)
    if failure:
        return failure
    given = as_numbers(value)
    if given is None:
        return wrong(f"Return an array, got {type(value).__name__}.")
    for mistake, hint in hints.values():
        if given.shape == mistake.shape and np.array_equal(given, mistake):
            return wrong(hint)
    if given.shape != expected.shape:
        return wrong(f"The shape must be {expected.shape}, yours is {given.shape}.")
    if not np.array_equal(given, expected):
        return wrong("The shape is right, the order of the numbers is not.")
    return right(praise)
