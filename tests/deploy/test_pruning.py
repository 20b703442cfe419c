"""Masks by hand and by NumPy, kept at 0 while a network is trained."""

import keras
import numpy as np
import pytest
from keras import layers

from cnnbook.deploy.pruning import (
    KeepPruned,
    magnitude_mask,
    prune,
    pruning_masks,
    sparsity_of,
)
from cnnbook.training import Recipe, train


def two_layers():
    """Kernels of 6 and 4 weights, of which those of the second are ten times larger."""
    image = keras.Input((3,))
    model = keras.Model(image, layers.Dense(2)(layers.Dense(2)(image)))
    first = np.array([[0.1, -0.2], [0.3, -0.4], [0.5, -0.6]])
    second = np.array([[1.0, -2.0], [3.0, -4.0]])
    model.set_weights([first, np.ones(2), second, np.ones(2)])
    return model


def kernels(model):
    return [np.asarray(v) for v in model.trainable_variables if v.name == "kernel"]


def test_globally_the_smallest_of_all_weights_go():
    model = two_layers()
    prune(model, pruning_masks(model, 0.5))
    first, second = kernels(model)
    np.testing.assert_allclose(first, [[0, 0], [0, 0], [0, -0.6]])
    np.testing.assert_allclose(second, [[1, -2], [3, -4]])
    assert sparsity_of(model) == 0.5


def test_by_layer_each_kernel_loses_its_share():
    model = two_layers()
    prune(model, pruning_masks(model, 0.5, scope="layer"))
    first, second = kernels(model)
    np.testing.assert_allclose(first, [[0, 0], [0, -0.4], [0.5, -0.6]])
    np.testing.assert_allclose(second, [[0, 0], [3, -4]])


def test_biases_stay():
    model = two_layers()
    prune(model, pruning_masks(model, 1.0))
    assert sparsity_of(model) == 1
    assert model.get_weights()[1].tolist() == [1, 1]


@pytest.mark.parametrize("sparsity", [0, 0.3, 0.5, 0.9, 1])
def test_the_weights_that_stay_are_the_largest(sparsity):
    weights = np.random.default_rng(0).normal(size=(3, 3, 5, 8))
    mask = magnitude_mask(weights, sparsity)
    assert (~mask).sum() == int(round(sparsity * weights.size, 6))
    if 0 < sparsity < 1:
        assert np.abs(weights[mask]).min() >= np.abs(weights[~mask]).max()


def test_equal_weights_do_not_all_go_together():
    assert magnitude_mask(np.ones(4), 0.5).tolist() == [True, True, False, False]


@pytest.mark.parametrize("steps_per_execution", [1, 8])
def test_pruned_weights_stay_at_zero_while_the_others_learn(steps_per_execution):
    images = np.random.default_rng(0).random((40, 6, 6, 1)).astype(np.float32)
    labels = (images.mean(axis=(1, 2, 3)) > 0.5).astype(int)
    keras.utils.set_random_seed(0)
    pixels = keras.Input((6, 6, 1))
    features = layers.Flatten()(layers.Conv2D(4, 3)(pixels))
    model = keras.Model(pixels, layers.Dense(2)(features))
    masks = pruning_masks(model, 0.75)
    prune(model, masks)
    before = kernels(model)
    recipe = Recipe(
        epochs=2,
        batch_size=4,
        precision="float32",
        steps_per_execution=steps_per_execution,
    )
    train(
        lambda: model,
        (images, labels),
        recipe=recipe,
        seed=0,
        callbacks=[KeepPruned(masks)],
    )
    assert sparsity_of(model) == pytest.approx(0.75, abs=0.005)
    for old, new, mask in zip(before, kernels(model), masks.values(), strict=True):
        assert (new[~mask] == 0).all()
        assert (new[mask] != old[mask]).any()


def test_what_cannot_be_pruned_is_refused():
    model = two_layers()
    with pytest.raises(ValueError, match="`sparsity` must be between 0 and 1, got 80"):
        pruning_masks(model, 80)
    with pytest.raises(ValueError, match="`scope` must be one of 'global', 'layer'"):
        pruning_masks(model, 0.5, scope="channel")
    with pytest.raises(ValueError, match="`masks` must be one of"):
        prune(model, {"conv/kernel": np.ones(3, bool)})
    path = next(iter(pruning_masks(model, 0.5)))
    with pytest.raises(ValueError, match=r"`masks` must have shape \(3, 2\), that of"):
        prune(model, {path: np.ones(3, bool)})
    image = keras.Input((3,))
    empty = keras.Model(image, layers.ReLU()(image))
    with pytest.raises(ValueError, match="must have trainable kernels"):
        sparsity_of(empty)
