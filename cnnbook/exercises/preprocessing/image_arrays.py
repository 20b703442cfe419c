"""Checkers of the exercises on *What is an image to a program?*"""

from collections.abc import Callable, Mapping

import numpy as np

from cnnbook.exercises.feedback import Feedback, as_numbers, call, right, wrong


def check_place(
    answer: Callable[[int, int, int, tuple[int, int, int]], int],
) -> Feedback:
    """Is `answer(y, x, k, (h, w, c))` the place of that number among the bytes?"""
    for y, x, k, (h, w, c) in (
        (0, 0, 2, (4, 5, 3)),
        (0, 1, 0, (4, 5, 3)),
        (2, 1, 2, (4, 7, 3)),
        (200, 300, 1, (427, 640, 3)),
    ):
        value, failure = call(answer, y, x, k, (h, w, c))
        if failure:
            return failure
        number = as_numbers(value)
        if value is None or number is None or number.shape != ():
            return wrong(f"Return one number, got {value!r}.")
        hints = {
            (y * w + x) * c + k + 1: "The first byte has place 0.",
            (k * h + y) * w + x: "That is channels first: here the channels of a "
            "pixel stand together.",
            (x * h + y) * c + k: "That is column by column: images lie row by row.",
            (y * h + x) * c + k: "A row has w pixels, not h.",
            y * w + x + k: "Each pixel takes c bytes.",
            (y * w + x) * c: "Within the pixel, go on to channel k.",
        }
        expected = (y * w + x) * c + k
        if number != expected:
            hint = hints.get(int(number), f"It should be {expected}.")
            return wrong(f"For {(y, x, k)} in {(h, w, c)} you say {value}. {hint}")
    return right("Row by row, pixel by pixel, channel by channel.")


def check_eight_bits(answer: Callable[[np.ndarray], np.ndarray]) -> Feedback:
    """Does `answer(levels)` take 16-bit levels to the nearest of 0 … 255, as bytes?"""
    levels = np.array([[0, 128, 129, 257], [300, 36000, 65407, 65535]], np.uint16)
    expected = np.rint(levels / 257)
    value, failure = call(answer, levels.copy())
    if failure:
        return failure
    if np.shape(value) != levels.shape:
        return wrong(f"Keep the shape {levels.shape}, got {np.shape(value)}.")
    if value.dtype != np.uint8:
        return wrong(f"Return bytes (uint8), got {value.dtype}.")
    usual = {
        "You clip: every level above 255 becomes white.": np.minimum(levels, 255),
        "You keep the lower byte, as a bare astype does: 256 becomes 0. Divide "
        "first.": levels % 256,
        "You divide by 256, which is near: 65535 comes out right, but the steps are "
        "a little narrow. 65535 = 257 * 255.": np.rint(levels / 256).clip(0, 255),
        "You cut off: 300 / 257 is 1.17 and becomes 1, but 65407 / 257 is 254.5 and "
        "more. Round to the nearest.": levels // 257,
        "You keep the upper byte, which cuts off in place of rounding.": levels >> 8,
    }
    return _compared(
        value,
        expected,
        usual,
        right("And OpenCV and TensorFlow, which keep the upper byte, differ by 1."),
    )


def check_over(answer: Callable[[np.ndarray, int], np.ndarray]) -> Feedback:
    """Does `answer(rgba, background)` lay (h, w, 4) bytes over a gray level?"""
    color = np.array([[[200, 0, 90], [9, 8, 7], [77, 77, 77], [250, 130, 3]]])
    alpha = np.array([[51, 255, 0, 200]])[..., None]
    rgba = np.concatenate([color, alpha], axis=2).astype(np.uint8)
    for background in (0, 255, 100):
        value, failure = call(answer, rgba.copy(), background)
        if failure:
            return failure
        if np.shape(value) != color.shape:
            return wrong(
                f"For rgba {rgba.shape} return {color.shape}, three channels, got "
                f"{np.shape(value)}."
            )
        if value.dtype != np.uint8:
            return wrong(f"Return bytes (uint8), got {value.dtype}.")
        share = alpha / 255
        exact = color * share + background * (1 - share)
        inverse = background * share + color * (1 - share)
        usual = {
            "You drop alpha: what is transparent keeps its hidden color.": color,
            "You have alpha the wrong way round: 255 is opaque.": np.rint(inverse),
            "You leave out the background, which shows through with the share "
            "1 - alpha / 255.": np.rint(color * share),
            "You cut off in place of rounding.": np.floor(exact),
            "You treat alpha as all or nothing; 51 means a fifth.": np.where(
                alpha > 127, color, background
            ),
            "Products of bytes wrap around at 256: turn to floats before you "
            "multiply.": _wrapped(rgba, background),
        }
        feedback = _compared(
            value, np.rint(exact), usual, right("As Pillow's paste does.")
        )
        if not feedback.correct:
            return wrong(f"Background {background}: {feedback.message}")
    return feedback


def _wrapped(rgba: np.ndarray, background: int) -> np.ndarray:
    """What comes out if bytes are multiplied as bytes."""
    color, alpha = rgba[..., :3], rgba[..., 3:]
    return (color * alpha + np.uint8(background) * (np.uint8(255) - alpha)) // 255


def _compared(
    value: np.ndarray,
    expected: np.ndarray,
    usual: Mapping[str, np.ndarray],
    praise: Feedback,
) -> Feedback:
    """Right if `value` is `expected`; else the hint whose array it is, or a sample."""
    if np.array_equal(value, expected):
        return praise
    for hint, mistaken in usual.items():
        if np.array_equal(value, mistaken.astype(np.uint8)):
            return wrong(hint)
    place = tuple(int(i) for i in np.argwhere(value != expected)[0])
    return wrong(
        f"At {place} you have {value[place]}, and it should be {expected[place]:.0f}."
    )
