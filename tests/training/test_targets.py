"""Fitting to targets that are not labels."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from cnnbook.training import Recipe
from cnnbook.training.targets import fit_targets

RECIPE = Recipe(epochs=20, batch_size=8, peak=0.05, steps_per_execution=2)
INPUTS = np.random.default_rng(0).normal(size=(64, 3)).astype(np.float32)
TARGETS = INPUTS @ np.array([[1.0], [-2.0], [0.5]], dtype=np.float32) + 3


def build():
    inputs = keras.Input((3,))
    return keras.Model(inputs, keras.layers.Dense(1)(inputs))


def loss(target, guess):
    return keras.ops.mean(keras.ops.square(target - guess), axis=-1)


def fit(seeds, **options):
    options = {"loss": loss, "recipe": RECIPE} | options
    return fit_targets(build, INPUTS, TARGETS, seeds=seeds, **options)


def weights(model):
    return np.concatenate([w.ravel() for w in model.get_weights()])


def test_it_finds_the_line_that_made_the_targets():
    (model,) = fit([0])
    np.testing.assert_allclose(weights(model), [1, -2, 0.5, 3], atol=0.05)


def test_a_seed_gives_the_same_model_alone_and_after_others():
    short = Recipe(epochs=2, batch_size=8, steps_per_execution=2)
    (alone,) = fit([7], recipe=short)
    other, after = fit([3, 7], recipe=short)
    assert np.array_equal(weights(alone), weights(after))
    assert not np.array_equal(weights(other), weights(after))


def test_the_models_do_not_share_weights():
    first, second = fit([0, 1])
    before = weights(first)
    second.set_weights([w * 0 for w in second.get_weights()])
    assert np.array_equal(weights(first), before)


def test_each_batch_is_varied_with_a_seed_of_its_own():
    seen = []

    def keep_seed(seed):
        seen.append(tuple(seed.tolist()))
        return np.float32(0)

    def vary(inputs, targets, seed):
        zero = tf.numpy_function(keep_seed, [seed], tf.float32)
        zero.set_shape(())
        return inputs + zero, targets

    short = Recipe(epochs=3, batch_size=8, steps_per_execution=1)
    fit([0], recipe=short, vary=vary)
    assert len(seen) >= 3 * 8
    assert len(set(seen)) == len(seen)


def test_what_vary_returns_is_what_is_learned():
    (model,) = fit([0], vary=lambda inputs, targets, seed: (inputs, targets * 0 + 2))
    np.testing.assert_allclose(weights(model), [0, 0, 0, 2], atol=0.1)


def test_arrays_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="one for each of 64 inputs, got 63"):
        fit_targets(build, INPUTS, TARGETS[1:], loss=loss, recipe=RECIPE, seeds=[0])
    with pytest.raises(ValueError, match="must be 8 or more, one batch, got 4"):
        fit_targets(build, INPUTS[:4], TARGETS[:4], loss=loss, recipe=RECIPE, seeds=[0])
