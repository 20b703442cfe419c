"""The checkers of *Optimization* accept what is right, and only that."""

import math

import keras
import numpy as np
import pytest
import tensorflow as tf

from cnnbook.exercises.tuning import optimization as exercises


def test_the_path_of_adam_is_that_of_keras():
    weight = keras.Variable(np.zeros(1))
    optimizer = keras.optimizers.Adam(0.01)
    gradients = [4.0, 4.0, -1.0, 0.5]
    for gradient in gradients:
        optimizer.apply([tf.constant([gradient])], [weight])
    ours = exercises.adam_path(gradients, 0.01)
    assert ours == pytest.approx(float(weight[0]), rel=1e-4)


def test_a_right_path_is_accepted():
    assert exercises.check_adam(exercises.adam_path).correct


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (None, "Replace"),
        (lambda g, r: exercises.adam_path(g, r, correct=False), "too small at first"),
        (lambda g, r: exercises.adam_path(g, r, root=False), "the square root"),
        (lambda g, r: exercises.adam_path(g, r, first=0.0), "average the gradients"),
        (lambda g, r: -exercises.adam_path(g, r), "against the gradient"),
        (lambda g, r: -r * sum(g), "should go to"),
        (lambda g, r: [0.0, 0.0], "one number"),
    ],
)
def test_wrong_paths_are_explained(answer, says):
    feedback = exercises.check_adam(answer)
    assert not feedback.correct
    assert says in feedback.message


def test_a_right_pair_is_accepted_and_is_what_keras_does():
    assert exercises.check_two_decays((1.9, 1.84)).correct
    weight = keras.Variable(np.full(1, 2.0))
    keras.optimizers.Adam(0.1).apply([tf.constant([0.5 + 0.3 * 2])], [weight])
    assert float(weight[0]) == pytest.approx(1.9, abs=1e-4)
    weight.assign([2.0])
    keras.optimizers.AdamW(0.1, weight_decay=0.3).apply([tf.constant([0.5])], [weight])
    assert float(weight[0]) == pytest.approx(1.84, abs=1e-4)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (None, "Replace"),
        (1.9, "Give a pair"),
        ((1.84, 1.9), "wrong way round"),
        ((1.89, 1.84), "a step of SGD"),
        ((1.5, 1.84), "divided by its own size"),
        ((1.9, 1.9), "besides the step"),
        ((1.9, 1.3), "multiplied by the rate too"),
        ((1.9, 1.0), "less a step of the rate"),
    ],
)
def test_wrong_pairs_are_explained(answer, says):
    feedback = exercises.check_two_decays(answer)
    assert not feedback.correct
    assert says in feedback.message


def warm_cosine(step, num_steps, num_warm, peak):
    if step < num_warm:
        return peak * step / num_warm
    share = (step - num_warm) / (num_steps - num_warm)
    return peak * (1 + math.cos(math.pi * share)) / 2


def test_a_right_schedule_is_accepted():
    assert exercises.check_warm_cosine(warm_cosine).correct


def line(step, num_steps, num_warm, peak):
    if step < num_warm:
        return peak * step / num_warm
    return peak * (num_steps - step) / (num_steps - num_warm)


def early_wave(step, num_steps, num_warm, peak):
    wave = peak * (1 + math.cos(math.pi * step / num_steps)) / 2
    return min(peak * step / num_warm if num_warm else peak, wave)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (None, "Replace"),
        (lambda s, n, w, p: p, "starts at zero"),
        (early_wave, "at the peak"),
        (line, "not a line"),
        (lambda s, n, w, p: warm_cosine(s, n, max(w, 1), p), "Without a warm-up"),
        (lambda s, n, w, p: p * s / w, "The wave begins"),
    ],
)
def test_wrong_schedules_are_explained(answer, says):
    feedback = exercises.check_warm_cosine(answer)
    assert not feedback.correct
    assert says in feedback.message
