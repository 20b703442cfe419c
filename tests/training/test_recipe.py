"""Recipe: the optimizer, the loss and the augmentation that it stands for."""

import dataclasses

import keras
import numpy as np
import pytest
import tensorflow as tf

from cnnbook.preprocessing import Variation
from cnnbook.training import OneCycle, Recipe

LABELS = np.array([0, 2])
SCORES = np.array([[1.0, 2.0, 3.0], [0.5, 0.0, -0.5]], dtype="float32")


def cross_entropy(scores, targets):
    log_probabilities = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    return -(targets * log_probabilities).sum(axis=1).mean()


def test_a_recipe_is_a_value():
    recipe = Recipe(epochs=3)
    assert recipe == Recipe(epochs=3)
    assert dataclasses.replace(recipe, epochs=4) != recipe
    with pytest.raises(dataclasses.FrozenInstanceError):
        recipe.epochs = 5


def test_the_loss_is_the_cross_entropy_of_scores():
    expected = cross_entropy(SCORES, np.eye(3)[LABELS])
    loss = Recipe(epochs=1).build_loss()
    assert float(loss(LABELS, SCORES)) == pytest.approx(expected, rel=1e-6)


def test_smoothing_moves_a_share_of_each_label_to_all_classes():
    one_hot = np.eye(3, dtype="float32")[LABELS]
    expected = cross_entropy(SCORES, 0.9 * one_hot + 0.1 / 3)
    loss = Recipe(epochs=1, label_smoothing=0.1).build_loss()
    assert float(loss(one_hot, SCORES)) == pytest.approx(expected, rel=1e-6)


def test_a_constant_rate_is_the_peak():
    optimizer = Recipe(epochs=1, peak=0.25).build_optimizer(10)
    assert isinstance(optimizer, keras.optimizers.Adam)
    assert float(optimizer.learning_rate) == 0.25


def test_one_cycle_lasts_for_all_steps_of_the_run():
    optimizer = Recipe(epochs=1, peak=0.5, one_cycle=True).build_optimizer(20)
    schedule = optimizer._learning_rate
    assert isinstance(schedule, OneCycle)
    assert (schedule.peak, schedule.num_steps) == (0.5, 20)


def test_sgd_has_the_momentum_of_nesterov():
    optimizer = Recipe(epochs=1, optimizer="sgd").build_optimizer(1)
    assert isinstance(optimizer, keras.optimizers.SGD)
    assert (optimizer.momentum, optimizer.nesterov) == (0.9, True)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("adamw", keras.optimizers.AdamW), ("rmsprop", keras.optimizers.RMSprop)],
)
def test_other_optimizers_go_by_their_names(name, kind):
    optimizer = Recipe(epochs=1, optimizer=name, peak=0.25).build_optimizer(1)
    assert type(optimizer) is kind
    assert float(optimizer.learning_rate) == 0.25


def test_adamw_without_weight_decay_has_none():
    """The default of Keras is 0.004; a recipe says what it wants."""
    assert Recipe(epochs=1, optimizer="adamw").build_optimizer(1).weight_decay == 0


def two_steps_of_sgd(momentum):
    """Where a weight at 0 goes under a gradient of 1, twice, at a rate of 0.1."""
    weight = keras.Variable(np.zeros(1), name="kernel")
    recipe = Recipe(epochs=1, optimizer="sgd", peak=0.1, momentum=momentum)
    optimizer = recipe.build_optimizer(2)
    found = []
    for _ in range(2):
        optimizer.apply([tf.ones(1)], [weight])
        found.append(float(weight[0]))
    return found


def test_sgd_without_momentum_moves_by_rate_times_gradient():
    np.testing.assert_allclose(two_steps_of_sgd(0.0), [-0.1, -0.2], rtol=1e-6)


def test_nesterov_looks_ahead_by_the_momentum_given():
    # velocity -0.1, then 0.5 * -0.1 - 0.1; each step goes 0.5 * velocity - 0.1
    np.testing.assert_allclose(two_steps_of_sgd(0.5), [-0.15, -0.325], rtol=1e-6)


def test_whole_numbers_will_do():
    recipe = Recipe(epochs=1, optimizer="sgd", peak=1, momentum=0)
    optimizer = recipe.build_optimizer(1)
    assert (float(optimizer.learning_rate), optimizer.momentum) == (1, 0)


def test_a_decay_lasts_for_all_steps_of_the_run():
    optimizer = Recipe(epochs=1, peak=0.5, decay="cosine").build_optimizer(20)
    schedule = optimizer._learning_rate
    assert float(schedule(0)) == pytest.approx(0.5)
    assert float(schedule(10)) == pytest.approx(0.25)
    assert float(schedule(20)) == pytest.approx(0, abs=1e-7)


def step_without_gradient(recipe):
    """Kernel and bias, both 1 at first, after a step whose gradients are zero."""
    kernel = keras.Variable(np.ones(1), name="kernel")
    bias = keras.Variable(np.ones(1), name="bias")
    optimizer = recipe.build_optimizer(1)
    optimizer.apply([tf.zeros(1), tf.zeros(1)], [kernel, bias])
    return float(kernel[0]), float(bias[0])


@pytest.mark.parametrize("optimizer", ["adam", "adamw", "rmsprop", "sgd"])
def test_weight_decay_shrinks_kernels_and_leaves_biases(optimizer):
    recipe = Recipe(epochs=1, optimizer=optimizer, peak=0.1, weight_decay=0.5)
    kernel, bias = step_without_gradient(recipe)
    assert kernel == pytest.approx(1 - 0.1 * 0.5)
    assert bias == 1


@pytest.mark.parametrize("optimizer", ["adam", "adamw", "rmsprop", "sgd"])
def test_without_decay_or_gradient_nothing_moves(optimizer):
    recipe = Recipe(epochs=1, optimizer=optimizer, peak=0.1)
    assert step_without_gradient(recipe) == (1, 1)


def test_no_augmentation_unless_asked_for():
    assert Recipe(epochs=1).augmentation() is None


def shown(shift):
    """All variants of one image that 64 draws of the augmentation give."""
    image = np.arange(25, dtype="float32").reshape(1, 5, 5, 1)
    augment = Recipe(epochs=1, shift=shift).augmentation()
    variants = augment(tf.repeat(image, 64, axis=0), tf.constant([1, 2], tf.int64))
    return image[0], variants.numpy()


def test_shift_zero_gives_mirror_images_and_nothing_else():
    image, variants = shown(shift=0)
    kinds = {variant.tobytes() for variant in variants}
    assert kinds == {image.tobytes(), image[:, ::-1].tobytes()}


def test_shift_one_moves_by_one_pixel_at_most():
    image, variants = shown(shift=1)
    kinds = {variant.tobytes() for variant in variants}
    assert 2 < len(kinds) <= 2 * 9
    centers = {float(variant[2, 2, 0]) for variant in variants}
    assert centers <= set(image[1:4, 1:4, 0].ravel().tolist())


def test_a_variation_takes_the_place_of_the_shift():
    recipe = Recipe(epochs=1, variation=Variation(flip="vertical"))
    images = tf.constant(np.arange(8, dtype="float32").reshape(2, 2, 2, 1))
    varied = recipe.augmentation(2, 2)(tf.repeat(images, 32, axis=0), [1, 2]).numpy()
    kinds = {variant.tobytes() for variant in varied}
    upside_down = images[:, ::-1].numpy()
    assert kinds == {image.tobytes() for image in [*images.numpy(), *upside_down]}


def test_the_repr_of_a_recipe_without_variation_is_what_it_was():
    assert "variation" not in repr(Recipe(epochs=1))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"shift": 0, "variation": Variation()}, "`shift` must be -1 beside a `vari"),
        ({"epochs": 0}, "`epochs` must be 1 or more, got 0"),
        ({"batch_size": 0}, "`batch_size` must be 1 or more, got 0"),
        ({"optimizer": "lion"}, "`optimizer` must be one of 'adam', 'adamw', 'rmsp"),
        ({"momentum": 1}, "`momentum` must be between 0 and 0.999, got 1"),
        ({"momentum": -0.1}, "`momentum` must be between 0 and 0.999, got -0.1"),
        ({"decay": "linear"}, "`decay` must be one of 'none', 'step', 'exponential'"),
        (
            {"decay": "cosine", "one_cycle": True},
            "`decay` must be \"none\" beside `one_cycle`, got 'cosine'",
        ),
        ({"peak": -1}, "`peak` must be 0 or more, got -1"),
        ({"weight_decay": -0.1}, "`weight_decay` must be 0 or more"),
        ({"label_smoothing": 1}, "`label_smoothing` must be between 0 and 0.99"),
        ({"shift": -2}, "`shift` must be -1 or more, got -2"),
        ({"precision": "float16"}, "`precision` must be one of 'auto', 'float32'"),
        ({"steps_per_execution": 0}, "`steps_per_execution` must be 1 or more"),
    ],
)
def test_impossible_recipes_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Recipe(**{"epochs": 1} | arguments)
