"""The checkers of *What is an image to a program?*: right passes, wrong gets a hint."""

import numpy as np
import pytest

from cnnbook.exercises.preprocessing import image_arrays as exercises


def test_the_place_of_a_byte():
    def answer(y, x, k, shape):
        return np.ravel_multi_index((y, x, k), shape)

    assert exercises.check_place(answer).correct
    assert exercises.check_place(lambda y, x, k, s: (y * s[1] + x) * s[2] + k).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (7, "must be a function"),
        (lambda y, x, k, s: None, "Return one number, got None"),
        (lambda y, x, k, s: (y, x), "Return one number, got"),
        (lambda y, x, k, s: (k * s[0] + y) * s[1] + x, "channels first"),
        (lambda y, x, k, s: (x * s[0] + y) * s[2] + k, "column by column"),
        (lambda y, x, k, s: (y * s[0] + x) * s[2] + k, "A row has w pixels"),
        (lambda y, x, k, s: y * s[1] + x + k, "Each pixel takes c bytes"),
        (lambda y, x, k, s: (y * s[1] + x) * s[2], "go on to channel k"),
        (lambda y, x, k, s: (y * s[1] + x) * s[2] + k + 1, "has place 0"),
        (lambda y, x, k, s: 1000, "It should be 2"),
        (lambda y, x, k: 0, "raised TypeError"),
    ],
)
def test_wrong_places(answer, hint):
    feedback = exercises.check_place(answer)
    assert not feedback.correct
    assert hint in feedback.message


@pytest.mark.parametrize(
    "answer",
    [
        lambda levels: np.rint(levels / 257).astype(np.uint8),
        lambda levels: ((levels.astype(int) + 128) // 257).astype(np.uint8),
        lambda levels: np.round(levels / 65535 * 255).astype(np.uint8),
    ],
)
def test_eight_bits(answer):
    assert exercises.check_eight_bits(answer).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda a: np.minimum(a, 255).astype(np.uint8), "You clip"),
        (lambda a: a.astype(np.uint8), "You keep the lower byte"),
        (lambda a: (a >> 8).astype(np.uint8), "You keep the upper byte"),
        (lambda a: (a // 257).astype(np.uint8), "Round to the nearest"),
        (
            lambda a: np.rint(a / 256).clip(0, 255).astype(np.uint8),
            "You divide by 256",
        ),
        (lambda a: np.rint(a / 257), "Return bytes"),
        (lambda a: a[0].astype(np.uint8), "Keep the shape"),
        (lambda a: np.zeros(a.shape, np.uint8), "At (0, 2) you have 0"),
        (lambda a: 255, "Keep the shape"),
    ],
)
def test_wrong_eight_bits(answer, hint):
    feedback = exercises.check_eight_bits(answer)
    assert not feedback.correct
    assert hint in feedback.message


def over(rgba, background):
    share = rgba[..., 3:] / 255
    mixed = rgba[..., :3] * share + background * (1 - share)
    return np.rint(mixed).astype(np.uint8)


def test_over():
    assert exercises.check_over(over).correct


def in_bytes(rgba, background):
    color, alpha = rgba[..., :3], rgba[..., 3:]
    return (color * alpha + np.uint8(background) * (np.uint8(255) - alpha)) // 255


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda rgba, b: rgba[..., :3], "You drop alpha"),
        (lambda rgba, b: rgba, "three channels, got (1, 4, 4)"),
        (lambda rgba, b: over(rgba, 0), "Background 255: You leave out the background"),
        (lambda rgba, b: over(rgba, 255), "Background 0: At"),
        (
            lambda rgba, b: over(
                np.dstack([rgba[..., :3], 255 - rgba[..., 3]]).astype(np.uint8), b
            ),
            "the wrong way round",
        ),
        (
            lambda rgba, b: np.where(rgba[..., 3:] > 127, rgba[..., :3], np.uint8(b)),
            "51 means a fifth",
        ),
        (in_bytes, "wrap around at 256"),
        (
            lambda rgba, b: (
                rgba[..., :3] * (rgba[..., 3:] / 255) + b * (1 - rgba[..., 3:] / 255)
            ).astype(np.uint8),
            "You cut off in place of rounding",
        ),
        (lambda rgba, b: over(rgba, b).astype(float), "Return bytes"),
    ],
)
def test_wrong_over(answer, hint):
    feedback = exercises.check_over(answer)
    assert not feedback.correct
    assert hint in feedback.message
