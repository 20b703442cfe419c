"""Checkers of the exercises on *Filters and feature maps*."""

from collections.abc import Callable

import numpy as np

from cnnbook.exercises.feedback import Feedback, as_numbers, call, right, wrong

LEFT_RIGHT = np.array([[-1.0, 0, 1], [-1, 0, 1], [-1, 0, 1]])
DIAGONAL = np.array([[-1.0, -1, 0], [-1, 0, 1], [0, 1, 1]])
FLAT = np.ones((3, 3))


def check_share(answer: Callable[[np.ndarray, np.ndarray], float]) -> Feedback:
    """Does `answer(filter, bank)` give the share of energy in the span of the bank?"""
    bank = np.stack([LEFT_RIGHT, DIAGONAL])  # not at right angles
    cases = [
        (LEFT_RIGHT + FLAT, bank[:1], 6 / 15),
        (3 * LEFT_RIGHT + 3 * FLAT, bank[:1], 6 / 15),
        (LEFT_RIGHT, bank, 1.0),
        (LEFT_RIGHT + DIAGONAL + FLAT, bank, 20 / 29),
        (FLAT, bank, 0.0),
    ]
    for filter_, some, expected in cases:
        value, failure = call(answer, filter_, some)
        if failure:
            return failure
        found = as_numbers(value)
        if found is None or found.ndim:
            return wrong(f"A share is one number, got {value!r}.")
        if not np.isclose(found, expected, atol=1e-6):
            return wrong(_share_hint(filter_, some, float(found), expected))
    return right("And with two kernels at right angles you need no `lstsq`: just add.")


def _share_hint(
    filter_: np.ndarray, bank: np.ndarray, found: float, expected: float
) -> str:
    energy = np.square(filter_).sum()
    cosines = np.tensordot(bank, filter_) / np.sqrt(
        np.square(bank).sum(axis=(1, 2)) * energy
    )
    if np.isclose(found, np.sqrt(expected)):
        return "Energy is the square: you divided lengths."
    if np.isclose(found, expected * energy):
        return "Divide by the filter's energy; three times a filter has the same share."
    if len(bank) > 1 and np.isclose(found, np.square(cosines).sum()):
        return (
            "The kernels of the bank are not at right angles, so what they have in "
            "common is counted twice. Make them orthonormal first (np.linalg.qr), or "
            "fit the filter by them (np.linalg.lstsq)."
        )
    if len(bank) > 1 and np.isclose(found, np.square(cosines).max()):
        return "That is the best single kernel. Mixtures of them lie in the span too."
    return f"A filter with a share of {expected:.3f} got {found:.3f} from you."


def check_box(answer: Callable[[int, int], tuple[int, int, int, int]]) -> Feedback:
    """Does `answer(row, column)` give the pixels that a unit of `conv2` sees?"""
    hints = {
        (2, 5, 12, 15): "Two neighbors of the second layer stand 2 pixels apart: "
        "there is a pooling of 2 between them and the image.",
        (4, 10, 13, 19): "Half-open: the last pixel seen is 13, so the box ends at 14.",
        (4, 10, 7, 13): "Three places of the pooled map, and each of these sees more "
        "than a pixel.",
        (4, 10, 10, 16): "Three pooled places of 2 pixels are 6; the first convolution "
        "adds 4 to that.",
        (10, 4, 20, 14): "Rows come first: (top, left, bottom, right).",
    }
    for row, column in ((2, 5), (0, 0), (9, 3)):
        value, failure = call(answer, row, column)
        if failure:
            return failure
        found = as_numbers(value)
        if found is None or found.shape != (4,):
            return wrong("Return four numbers, (top, left, bottom, right).")
        expected = (2 * row, 2 * column, 2 * row + 10, 2 * column + 10)
        if tuple(found) != expected:
            hint = f"The unit ({row}, {column}) sees a square of 10 by 10 pixels."
            return wrong(hints.get(tuple(int(edge) for edge in found), hint))
    return right("The last unit, (9, 9), ends at pixel 27, the last of the image.")


def check_climb(answer: Callable[..., np.ndarray]) -> Feedback:
    """Does `answer(gradient, image, rate, steps, low, high)` climb within the range?"""

    def gradient(image: np.ndarray) -> np.ndarray:  # of x - (x + y - 2)^2
        x, y = np.asarray(image, float)
        pull = 2 * (x + y - 2)
        return np.array([1 - pull, -pull])

    start = np.array([0.5, 0.5])
    value, failure = call(answer, gradient, start.copy(), 0.1, 200, 0.0, 1.0)
    if failure:
        return failure
    found = as_numbers(value)
    if found is None or found.shape != start.shape:
        return wrong("The answer must be an array of the image's shape, (2,).")
    if np.allclose(found, [1, 1], atol=1e-3):
        return _one_step(answer)
    if np.allclose(found, [1, 0], atol=1e-3):
        return wrong(
            "You cut at the range after the last step only. The climb went on outside, "
            "where no image lives, and came back to the wrong place."
        )
    if np.allclose(found, 0, atol=1e-3):
        return wrong("That went downhill. Add the gradient.")
    if (found > 1).any() or (found < 0).any():
        return wrong(f"Pixels of {found.round(1).tolist()} are out of the range 0 … 1.")
    return wrong(f"You end at {found.round(2).tolist()}; the best image is [1, 1].")


def _one_step(answer: Callable[..., np.ndarray]) -> Feedback:
    def gradient(image: np.ndarray) -> np.ndarray:
        return np.array([1.0, -4.0])

    value, failure = call(answer, gradient, np.array([0.5, 0.5]), 0.1, 1, 0.0, 1.0)
    if failure:
        return failure
    found = as_numbers(value)
    if found is None or not np.allclose(found, [0.6, 0.1]):
        return wrong(
            "One step of 0.1 along (1, -4) from (0.5, 0.5) ends at (0.6, 0.1)."
        )
    return right("The best image in the range, by way of images in the range.")
