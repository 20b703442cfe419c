"""Checkers of the exercises on *Can the map be trusted?*."""

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
from cnnbook.interpretation import integrated_gradients


def check_mass(answer: Callable[[np.ndarray, np.ndarray], float]) -> Feedback:
    """Does `answer(heat, mask)` give the share of positive heat in the mask?"""
    heat = np.array([[1.0, 3.0], [-2.0, 0.0]])
    upper = np.array([[True, True], [False, False]])
    left = np.array([[True, False], [True, False]])
    return check_function(
        answer,
        [
            ((heat, left), 0.25, "Of 1 + 3 positive heat, 1 lies in the left column."),
            ((heat, upper), 1.0, "Negative heat is no heat: only 1 and 3 count."),
            ((-heat, left), 1.0, "With the signs turned, 2 is all the positive heat."),
            (
                (np.zeros((2, 2)), np.array([[True, False], [False, False]])),
                0.25,
                "A map without positive heat says nothing; it gets what a constant map "
                "would, the share of pixels in the mask.",
            ),
        ],
        tolerance=1e-9,
        praise="And a constant map scores what its mask covers, no more.",
    )


def check_integral(answer: Callable[..., np.ndarray]) -> Feedback:
    """Does `answer(gradient, image, baseline, steps)` integrate along the line?"""
    rng = np.random.default_rng(0)
    image, baseline = rng.random((2, 3, 3))

    def gradient(point: np.ndarray) -> np.ndarray:  # of the sum of x^3
        return 3 * np.asarray(point) ** 2

    value, failure = call(answer, gradient, image, baseline, 50)
    if failure:
        return failure
    found = as_numbers(value)
    if found is None or found.shape != image.shape:
        return wrong("The answer must be an array of the image's shape, (3, 3).")
    exact = image**3 - baseline**3
    ours = integrated_gradients(
        gradient, image[None, ..., None], baseline[..., None], steps=50
    )[0, ..., 0]
    if np.allclose(found, ours, atol=2e-4):
        gap = abs(found.sum() - exact.sum())
        return right(f"It adds up to the gain of the score within {gap:.4f}.")
    if np.allclose(found, 3 * image**2 * (image - baseline), atol=1e-3):
        return wrong("Average the gradient along the way, not at its end alone.")
    if np.allclose(found * (image - baseline), ours, atol=2e-4):
        return wrong("The mean gradient still has to be multiplied by the difference.")
    if np.allclose(found, ours * 50, atol=2e-2):
        return wrong("Divide the sum of the gradients by the number of steps.")
    if np.allclose(found, exact, atol=0.05):
        return wrong(
            "Nearly. The line is cut into equal parts; take the gradient at their "
            "middles, (k + 0.5) / steps."
        )
    return wrong("The values should add up to score(image) - score(baseline).")


def check_tells(
    answer: Callable[[list[float], list[float], bool], bool],
) -> Feedback:
    """Does `answer(methods, rivals, larger)` say whether a score separates the two?"""
    return check_function(
        answer,
        [
            (([0.6, 0.9], [0.1, 0.3], True), True, "The worst method, 0.6, beats 0.3."),
            (
                ([0.2, 0.9], [0.1, 0.3], True),
                False,
                "One method, 0.2, is below a rival; the best is not the question.",
            ),
            (
                ([0.2, 0.3], [0.4, 0.5], False),
                True,
                "Where small is good, the largest of the methods counts.",
            ),
            (
                ([0.3, 0.3], [0.3, 0.1], True),
                False,
                "Equal is not better.",
            ),
        ],
        tolerance=0,
        praise="Now you can read any leaderboard that forgot its rivals.",
    )
