"""Checkers of the exercises on *CPU, GPU, several GPUs*."""

from collections.abc import Callable

import numpy as np

from cnnbook.exercises.feedback import Feedback, call, check_function, right, wrong


def check_throughput(answer: Callable[[int, int, float], float]) -> Feedback:
    """Does `answer(num_images, num_epochs, seconds)` give images per second?"""
    cases = [
        ((60_000, 1, 60.0), 1000.0, "60,000 images in a minute are 1,000 a second."),
        ((60_000, 3, 60.0), 3000.0, "Each epoch shows every image once more."),
    ]
    return check_function(
        answer,
        cases,
        tolerance=1e-6,
        praise="Quote it with the processor, the precision and the batch size.",
    )


def check_combine_gradients(
    answer: Callable[[list[np.ndarray], list[int]], np.ndarray],
) -> Feedback:
    """Does `answer(gradients, sizes)` give the mean gradient over all images?"""
    gradients = [np.array([1.0, 2.0]), np.array([3.0, -2.0])]
    for sizes, hint in (
        ([4, 4], "With equal parts it is the plain mean."),
        ([6, 2], "The larger part counts more: weight each by its number of images."),
        ([0, 8], "A replica without images has nothing to say."),
    ):
        value, failure = call(answer, gradients, sizes)
        if failure:
            return failure
        expected = np.average(gradients, axis=0, weights=sizes)
        if np.shape(value) != (2,) or not np.allclose(value, expected):
            return wrong(f"For parts of {sizes} images you gave {value!r}. {hint}")
    return right("That is the gradient of the whole batch, whoever computed its parts.")


def check_steps(answer: Callable[[int, int, int], int]) -> Feedback:
    """Does `answer(num_images, batch_per_replica, replicas)` count whole steps?"""
    hint = "All replicas take their share of one global batch in one step."
    cases = [
        ((60_000, 128, 1), 468, "Only whole batches count: round down."),
        ((60_000, 128, 4), 117, hint),
        ((1_000, 250, 2), 2, hint),
    ]
    return check_function(
        answer,
        cases,
        tolerance=0,
        praise="Fewer steps with the same learning rate learn less; that is the "
        "price of a larger batch.",
    )
