"""Fitting a network to targets that are not labels: boxes, images.

Inputs and targets are arrays with as many entries; nothing else is asked of them.
"""

from collections.abc import Callable, Iterable

import keras
import numpy as np
import tensorflow as tf

from cnnbook.training.recipe import Recipe

Vary = Callable[[tf.Tensor, tf.Tensor, tf.Tensor], tuple[tf.Tensor, tf.Tensor]]


def fit_targets(
    build: Callable[[], keras.Model],
    inputs: np.ndarray,
    targets: np.ndarray,
    *,
    loss: Callable,
    recipe: Recipe,
    seeds: Iterable[int],
    vary: Vary | None = None,
) -> list[keras.Model]:
    """One trained model for each of `seeds`, in float32; compiled for once.

    Parameters
    ----------
    build : called without arguments after the seeds are set.
    inputs, targets : (n, …) float32
    loss : called as `loss(targets, outputs)`, as Keras does.
    recipe : epochs, batch size, optimizer and its schedule; of precision and
        augmentation no use is made.
    vary : called as `vary(inputs, targets, seed)` on each batch, with a (2,) seed that
        no other batch gets; it returns what the network is trained with.
    """
    if len(inputs) != len(targets):
        raise ValueError(
            f"`targets` must be one for each of {len(inputs)} inputs, got "
            f"{len(targets)}."
        )
    if len(inputs) < recipe.batch_size:
        raise ValueError(
            f"`inputs` must be {recipe.batch_size} or more, one batch, got "
            f"{len(inputs)}. Lower the batch size of the recipe."
        )
    num_steps = len(inputs) // recipe.batch_size * recipe.epochs
    shared, fresh, trained = None, [], []
    for seed in seeds:
        keras.utils.set_random_seed(seed)
        own = build()
        if shared is None:
            shared = keras.models.clone_model(own)
            shared.compile(
                optimizer=recipe.build_optimizer(num_steps),
                loss=loss,
                steps_per_execution=recipe.steps_per_execution,
            )
            shared.optimizer.build(shared.trainable_variables)
            fresh = [np.array(value) for value in shared.optimizer.variables]
        shared.set_weights(own.get_weights())
        for variable, value in zip(shared.optimizer.variables, fresh, strict=True):
            variable.assign(value)
        batches = _batches(inputs, targets, recipe.batch_size, seed, vary)
        shared.fit(batches, epochs=recipe.epochs, shuffle=False, verbose=0)
        own.set_weights(shared.get_weights())
        trained.append(own)
    return trained


def _batches(
    inputs: np.ndarray, targets: np.ndarray, batch_size: int, seed: int, vary: Vary
) -> tf.data.Dataset:
    """Whole batches in an order that changes from epoch to epoch."""
    inputs, targets = tf.constant(inputs), tf.constant(targets)
    order = tf.data.Dataset.range(len(inputs)).shuffle(len(inputs), seed=seed)
    order = order.batch(batch_size, drop_remainder=True)
    draws = tf.data.Dataset.random(seed=seed, rerandomize_each_iteration=True).batch(2)

    def gather(index: tf.Tensor, draw: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        batch = tf.gather(inputs, index), tf.gather(targets, index)
        return batch if vary is None else vary(*batch, draw)

    return tf.data.Dataset.zip(order, draws).map(gather).prefetch(2)
