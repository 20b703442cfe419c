"""Fitting a network to targets that are not labels: boxes, images.

Inputs and targets are arrays with as many entries; nothing else is asked of them.
"""

from collections.abc import Callable, Iterable

import keras
import numpy as np

from cnnbook.preprocessing.pipeline import Vary, shuffled_batches
from cnnbook.training.recipe import Recipe
from cnnbook.training.shared import SharedModel


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
    shared, trained = None, []
    for seed in seeds:
        keras.utils.set_random_seed(seed)
        own = build()
        if shared is None:
            model = keras.models.clone_model(own)
            model.compile(
                optimizer=recipe.build_optimizer(num_steps),
                loss=loss,
                steps_per_execution=recipe.steps_per_execution,
            )
            shared = SharedModel(model)
        batches = shuffled_batches(
            inputs, targets, batch_size=recipe.batch_size, seed=seed, vary=vary
        )
        with shared.in_place_of(own) as model:
            model.fit(batches, epochs=recipe.epochs, shuffle=False, verbose=0)
        trained.append(own)
    return trained
