"""Checkers of the exercises on *Why do networks want small numbers?*"""

from collections.abc import Callable

import numpy as np

from cnnbook.exercises.feedback import (
    Feedback,
    as_numbers,
    call,
    check_function,
    right,
    wrong,
)
from cnnbook.preprocessing import condition_number

LEVELS = np.array([0, 51, 204, 255], np.uint8)
IN_UNIT = np.array([0.0, 0.2, 0.8, 1.0])


def check_any_to_unit(answer: Callable[[np.ndarray], np.ndarray]) -> Feedback:
    """Does `answer(images)` bring each way of storing pixels to [0, 1], or refuse?"""
    cases = [
        (LEVELS, IN_UNIT, "Bytes run to 255: 51 is 0.2."),
        (
            LEVELS[:2],
            IN_UNIT[:2],
            "A dark image has no pixel of 255, and stays dark: divide by the largest "
            "value of the type, not by that of the image.",
        ),
        (
            LEVELS.astype(np.uint16) * 257,
            IN_UNIT,
            "Images of 16 bits run to 65535: ask the type, np.iinfo(images.dtype).max.",
        ),
        (np.array([False, True]), np.array([0.0, 1.0]), "A mask is 0 and 1 already."),
        (
            IN_UNIT.astype(np.float32),
            IN_UNIT,
            "Floats in [0, 1] are ready: leave them as they are.",
        ),
    ]
    for images, expected, hint in cases:
        value, failure = call(answer, images.copy())
        if failure:
            return failure
        found = as_numbers(value)
        if found is None or found.shape != expected.shape:
            return wrong(f"Return an array of shape {expected.shape}, got {value!r}.")
        if not np.issubdtype(np.asarray(value).dtype, np.floating):
            return wrong("Return floats: whole numbers have nothing between 0 and 1.")
        if not np.allclose(found, expected, atol=1e-6):
            return wrong(f"{images.dtype} {images.tolist()} became {value!r}. {hint}")
    for images in (LEVELS.astype(np.float32), np.array([-1.0, 1.0])):
        try:
            value = answer(images)
        except ValueError:
            continue
        except Exception as error:  # noqa: BLE001  whatever the reader's code raises
            return wrong(
                f"Your function raised {type(error).__name__}; raise a ValueError."
            )
        return wrong(
            f"Floats {images.tolist()} are not in [0, 1], and became {value!r}. Nobody "
            "can know what they are: raise a ValueError."
        )
    return right("Four types in, one range out, and no guessing.")


def check_condition(answer: Callable[[float, float], float]) -> Feedback:
    """Is `answer(mean, deviation)` the condition number of one pixel and a bias?"""
    cases = [
        ((0.0, 1.0), 1.0, "Mean 0 and deviation 1 give the unit matrix."),
        (
            (0.0, 0.5),
            4.0,
            "With mean 0 the matrix is diagonal: deviation squared, and 1 for the "
            "bias. A condition number is the larger over the smaller.",
        ),
        (
            (0.0, 2.0),
            4.0,
            "A condition number is never below 1: the larger over the smaller.",
        ),
    ]
    for mean, deviation in ((1.0, 1.0), (0.3, 0.4), (73.0, 90.0)):
        two = np.array([[mean - deviation], [mean + deviation]])
        hint = (
            "The corner of the matrix is the mean of x squared, which is mean squared "
            "plus deviation squared, and beside it stands the mean."
        )
        cases.append(((mean, deviation), condition_number(two), hint))
    for arguments, expected, hint in cases:
        feedback = check_function(
            answer,
            [(arguments, expected, hint)],
            tolerance=1e-6 * expected,
            praise="The mean alone can spoil it: that is why one subtracts it.",
        )
        if not feedback.correct:
            return feedback
    return feedback


def check_equivalent_rates(
    answer: Callable[[float, float], tuple[float, float]],
) -> Feedback:
    """Are `answer(rate, factor)` the rates of kernel and bias for larger pixels?"""
    for rate, factor in ((0.1, 1.0), (0.1, 255.0), (0.02, 4.0)):
        value, failure = call(answer, rate, factor)
        if failure:
            return failure
        found = as_numbers(value)
        if found is None or found.shape != (2,):
            return wrong(f"Return two rates, of kernel and bias, got {value!r}.")
        kernel, bias = found
        if not np.isclose(bias, rate):
            return wrong(
                "The bias does not see the pixels: neither it nor its gradient "
                f"changes, so its rate stays {rate:g}, not {bias:g}."
            )
        if np.isclose(kernel, rate / factor**2):
            continue
        if np.isclose(kernel, rate * factor**2):
            return wrong("The other way: larger pixels need a smaller rate.")
        if np.isclose(kernel, rate / factor):
            return wrong(
                "One factor is not enough: the gradient is `factor` times as large, "
                "and the weight that it has to move is `factor` times as small."
            )
        return wrong(
            f"For rate {rate:g} and factor {factor:g} the kernel got {kernel:g}. Write "
            "w = v / factor, and ask which step of w is a step of v by the old rate."
        )
    return right("For 255 that is 65,025: hence the rates that raw pixels asked for.")
