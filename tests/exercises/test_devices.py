"""The checkers of *CPU, GPU, several GPUs*: right answers pass, wrong ones get help."""

import numpy as np
import pytest

from cnnbook.exercises.training import devices as exercises


def images_per_second(num_images, num_epochs, seconds):
    return num_images * num_epochs / seconds


def weighted_mean(gradients, sizes):
    return sum(n * g for n, g in zip(sizes, gradients, strict=True)) / sum(sizes)


def whole_steps(num_images, batch_per_replica, replicas):
    return num_images // (batch_per_replica * replicas)


def test_images_per_second_is_accepted():
    assert exercises.check_throughput(images_per_second).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (1000.0, "must be a function"),
        (lambda n, epochs, seconds: n / seconds, "Each epoch shows every image"),
        (lambda n, epochs, seconds: seconds / (n * epochs), "1,000 a second"),
        (lambda n, epochs, seconds: n * epochs, "1,000 a second"),
        (lambda n, epochs: n * epochs, "raised TypeError"),
        (lambda n, epochs, seconds: None, "by a number"),
    ],
)
def test_a_wrong_throughput_is_told_why(answer, hint):
    feedback = exercises.check_throughput(answer)
    assert not feedback.correct
    assert hint in feedback.message


def test_the_weighted_mean_of_gradients_is_accepted():
    assert exercises.check_combine_gradients(weighted_mean).correct


def test_numpy_average_is_accepted_too():
    def answer(gradients, sizes):
        return np.average(gradients, axis=0, weights=sizes)

    assert exercises.check_combine_gradients(answer).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda g, sizes: sum(g), "it is the plain mean"),
        (lambda g, sizes: np.mean(g, axis=0), "weight each by its number"),
        (lambda g, sizes: g[0] / 2 + g[1] / 2, "weight each by its number"),
        (
            lambda g, sizes: weighted_mean(g, [max(n, 1) for n in sizes]),
            "without images has nothing to say",
        ),
        (lambda g, sizes: np.mean(weighted_mean(g, sizes)), "it is the plain mean"),
        (lambda g, sizes: weighted_mean(g, sizes)[None], "it is the plain mean"),
        (lambda g, sizes: g[2], "raised IndexError"),
        (lambda g, sizes: "mean", "it is the plain mean"),
    ],
)
def test_a_wrong_combination_is_told_why(answer, hint):
    feedback = exercises.check_combine_gradients(answer)
    assert not feedback.correct
    assert hint in feedback.message


def test_whole_global_batches_are_accepted():
    assert exercises.check_steps(whole_steps).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda n, batch, replicas: -(-n // (batch * replicas)), "round down"),
        (lambda n, batch, replicas: n / (batch * replicas), "round down"),
        (lambda n, batch, replicas: n // batch, "one global batch in one step"),
        (lambda n, batch, replicas: n // batch * replicas, "one global batch"),
        (lambda n, batch, replicas: n // 128 // replicas, "one global batch"),
    ],
)
def test_a_wrong_number_of_steps_is_told_why(answer, hint):
    feedback = exercises.check_steps(answer)
    assert not feedback.correct
    assert hint in feedback.message
