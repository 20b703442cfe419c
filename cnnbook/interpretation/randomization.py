"""Does a map depend on what the network has learned? Destroy the weights and see.

Source: Adebayo et al. (2018), section 3.
"""

from collections.abc import Iterator

import keras
import numpy as np

from cnnbook.reference.graph import walk


def cascade(model: keras.Model, *, seed: int) -> Iterator[tuple[str, keras.Model]]:
    """Yield (layer, model) while layers are randomized from the scores down.

    Each model is the one before with one more layer shuffled: the values of each of its
    weights are permuted, so that their distribution stays. It is one model that is
    changed on; use it before you ask for the next. The given model stays as it is.
    """
    copy = _copy(model)
    rng = np.random.default_rng(seed)
    for name, layer in reversed(_weighted(copy)):
        _shuffle(layer, rng)
        yield name, copy


def independent(model: keras.Model, *, seed: int) -> Iterator[tuple[str, keras.Model]]:
    """Yield (layer, model) with this layer alone shuffled, the others as trained."""
    copy = _copy(model)
    rng = np.random.default_rng(seed)
    for name, layer in reversed(_weighted(copy)):
        kept = layer.get_weights()
        _shuffle(layer, rng)
        yield name, copy
        layer.set_weights(kept)


def _copy(model: keras.Model) -> keras.Model:
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    return copy


def _weighted(model: keras.Model) -> list[tuple[str, keras.layers.Layer]]:
    return [
        (step.name, step.layer)
        for step in walk(model)
        if step.first and getattr(step.layer, "weights", [])
    ]


def _shuffle(layer: keras.layers.Layer, rng: np.random.Generator) -> None:
    layer.set_weights(
        [rng.permutation(w.ravel()).reshape(w.shape) for w in layer.get_weights()]
    )
