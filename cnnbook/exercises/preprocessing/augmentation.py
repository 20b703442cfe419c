"""Checkers of the exercises on *Augmentation*."""

from collections.abc import Callable

import numpy as np

from cnnbook.exercises.feedback import Feedback, as_numbers, call, right, wrong


def check_keras_factors(
    answer: Callable[[float, float, int], tuple[float, float]],
) -> Feedback:
    """Does `answer(degrees, pixels, width)` give the factors that Keras wants?

    They are those of RandomRotation and of RandomTranslation along the width.
    """
    for degrees, pixels, width in ((36, 4, 20), (10, 2, 28), (90, 3, 640)):
        value, failure = call(answer, degrees, pixels, width)
        if failure:
            return failure
        numbers = as_numbers(value)
        if numbers is None or numbers.shape != (2,):
            return wrong(
                f"Return two numbers, rotation and translation, got {value!r}."
            )
        rotation, translation = numbers
        if not np.isclose(rotation, degrees / 360, rtol=1e-3):
            return wrong(_rotation_hint(rotation, degrees))
        if not np.isclose(translation, pixels / width, rtol=1e-3):
            return wrong(_translation_hint(translation, pixels, width))
    return right("RandomRotation counts whole turns, RandomTranslation whole images.")


def _rotation_hint(given: float, degrees: float) -> str:
    if np.isclose(given, degrees):
        return f"{degrees} would be {degrees} whole turns; Keras refuses more than one."
    if np.isclose(given, degrees / 180):
        return (
            "That is a share of half a turn: images would turn twice as far as asked."
        )
    if np.isclose(given, np.radians(degrees), rtol=1e-3):
        return "Those are radians. The factor is a share of a whole turn, 2 pi."
    return f"A rotation by {degrees} degrees is not the share {given:g} of a turn."


def _translation_hint(given: float, pixels: float, width: int) -> str:
    if np.isclose(given, pixels):
        return f"{pixels:g} would be {pixels:g} image widths, not pixels."
    return f"{pixels:g} of {width} pixels are not the share {given:g} of the width."


def check_mirror_matrix(answer: Callable[[int], np.ndarray]) -> Feedback:
    """Does `answer(w)` give the (2, 3) matrix whose warp mirrors left and right?"""
    for w in (28, 5):
        value, failure = call(answer, w)
        if failure:
            return failure
        matrix = as_numbers(value)
        if matrix is None or matrix.shape != (2, 3):
            return wrong(
                "Return two rows of three numbers, such as [[1, 0, 0], [0, 1, 0]]."
            )
        hint = _mirror_hint(matrix, w)
        if hint:
            return wrong(hint)
    return right(
        "Each pixel reads the one as far from the right as it is from the left."
    )


def _mirror_hint(matrix: np.ndarray, w: int) -> str:
    """What is wrong with a matrix that should mirror `w` columns; empty if nothing."""
    first, last = matrix @ [0, 0, 1], matrix @ [w - 1, 3, 1]
    if np.allclose(first, [w - 1, 0]) and np.allclose(last, [0, 3]):
        between = matrix @ [1, 2, 1]
        return "" if np.allclose(between, [w - 2, 2]) else "Rows must not move."
    if np.allclose(first, [w, 0]):
        return (
            f"Column 0 would read column {w}, and the last is {w - 1}: counting starts "
            "at 0."
        )
    if np.allclose(matrix, [[-1, 0, 0], [0, 1, 0]]):
        return "Column 1 would read column -1. Mirror about the middle, not about 0."
    if matrix[0, 0] > 0 and matrix[1, 1] < 0:
        return "That turns rows around. The first row of the matrix is about columns."
    return (
        f"The pixel (0, 0) reads the place {np.round(first, 2).tolist()} (column, "
        f"row); it should read [{w - 1}, 0]."
    )


def check_cutmix_label(
    answer: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray],
) -> Feedback:
    """Does `answer(pasted, own, other)` mix two one-hot labels as the pixels are?

    `pasted` is (h, w) bool, True where the pixels come from the other image.
    """
    own, other = np.array([1.0, 0.0, 0.0]), np.array([0.0, 0.0, 1.0])
    pasted = np.zeros((4, 5), bool)
    pasted[1:3, 2:5] = True  # 6 of 20 pixels
    cases = (
        (pasted, own, other, [0.7, 0, 0.3]),
        (~pasted, own, other, [0.3, 0, 0.7]),
        (pasted, own, own, [1, 0, 0]),
        (np.zeros((4, 5), bool), own, other, [1, 0, 0]),
    )
    for mask, first, second, expected in cases:
        value, failure = call(answer, mask, first, second)
        if failure:
            return failure
        label = as_numbers(value)
        if label is None or label.shape != (3,):
            return wrong(f"Return one number for each of 3 classes, got {value!r}.")
        if not np.allclose(label, expected, atol=1e-6):
            return wrong(_label_hint(label, np.array(expected), int(mask.sum())))
    return right("The label says what the picture is made of, pixel by pixel.")


def _label_hint(label: np.ndarray, expected: np.ndarray, num_pasted: int) -> str:
    where = f"With {num_pasted} of 20 pixels pasted"
    if not np.isclose(label.sum(), expected.sum()):
        return f"{where} the label sums to {label.sum():g}; shares of a whole sum to 1."
    if np.allclose(label, expected[::-1]):
        return f"{where} you gave the pasted share to the image that was covered."
    if np.allclose(label, 0.5 * (expected > 0)):
        return f"{where} the halves are not equal: count the pixels."
    return f"{where} the label should be {expected.tolist()}, got {label.tolist()}."
