"""Networks described by choices: counted by hand, choice by choice, and refusals."""

import json
from dataclasses import asdict

import keras
import numpy as np
import pytest

from cnnbook.architecture import ACTIVATIONS, Architecture

SHAPE = (14, 14, 1)
# one filter that reads a single pixel and, by its weight of 1, hands it on
COPY = {"widths": (1,), "kernel": 1, "initializer": "ones"}


@pytest.fixture
def images():
    return np.random.default_rng(0).normal(size=(4, *SHAPE)).astype("float32")


def built(shape=SHAPE, **choices):
    keras.utils.set_random_seed(0)
    return Architecture(**choices).build(shape)


def part(model, name, images, *, training=False):
    """What the layer `name` gives for `images`."""
    inner = keras.Model(model.input, model.get_layer(name).output)
    return np.asarray(inner(images, training=training))


def before_scores(model, images):
    inner = keras.Model(model.input, model.get_layer("scores").input)
    return np.asarray(inner(images))


@pytest.mark.parametrize(
    ("choices", "parameters"),
    [
        ({}, 9 * 3 + 3 + 3 * 10 + 10),
        ({"widths": (3, 4)}, 9 * 3 + 3 + 9 * 3 * 4 + 4 + 4 * 10 + 10),
        ({"convs": 2}, 9 * 3 + 3 + 9 * 3 * 3 + 3 + 3 * 10 + 10),
        ({"kernel": 5}, 25 * 3 + 3 + 3 * 10 + 10),
        (
            {"widths": (3, 4), "first_kernel": 5},
            25 * 3 + 3 + 9 * 3 * 4 + 4 + 4 * 10 + 10,
        ),
        (
            {"widths": (3, 4), "depthwise": True},
            9 * 3 + 3 + 9 * 3 + 3 * 4 + 4 + 4 * 10 + 10,
        ),
        ({"norm": True}, 9 * 3 + 4 * 3 + 3 * 10 + 10),
        (
            {"residual": True, "convs": 3},
            9 * 3 + 3 + 2 * (9 * 3 * 3 + 3) + 3 * 10 + 10,
        ),
        ({"head": "maximum"}, 9 * 3 + 3 + 3 * 10 + 10),
        (
            {"head": "dense", "hidden": 5},
            9 * 3 + 3 + 7 * 7 * 3 * 5 + 5 + 5 * 10 + 10,
        ),
        (
            {"head": "dense", "hidden": 5, "pooling": "none"},
            9 * 3 + 3 + 14 * 14 * 3 * 5 + 5 + 5 * 10 + 10,
        ),
        ({"dropout": 0.5, "conv_dropout": 0.5, "spatial_dropout": 0.5}, 30 + 40),
    ],
)
def test_parameters_by_hand(choices, parameters):
    assert built(**({"widths": (3,)} | choices)).count_params() == parameters


def test_depth_counts_convolutions():
    assert Architecture(widths=(4, 4), convs=3).depth == 6
    assert Architecture(widths=(4, 4), convs=3, depthwise=True).depth == 6


@pytest.mark.parametrize(
    ("choices", "side"),
    [
        ({}, 7),
        ({"pool_size": 3}, 4),
        ({"pool_size": 3, "pool_stride": 2}, 6),
        ({"pooling": "average", "pool_size": 4}, 3),
    ],
)
def test_poolings_take_windows_in_steps(choices, side):
    model = built(widths=(2,), **choices)
    assert model.get_layer("pool1").output.shape == (None, side, side, 2)


def test_max_and_average_pooling_by_hand(images):
    windows = np.maximum(images, 0).reshape(4, 7, 2, 7, 2, 1)
    for pooling, expected in (
        ("max", windows.max(axis=(2, 4))),
        ("average", windows.mean(axis=(2, 4))),
    ):
        found = part(built(**COPY, pooling=pooling), "pool1", images)
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def test_strides_are_taken_by_the_last_convolution_of_a_stage(images):
    model = built(**COPY, convs=2, pooling="stride")
    expected = np.maximum(images, 0)
    np.testing.assert_array_equal(part(model, "conv1_active", images), expected)
    steps = part(model, "conv2_active", images)
    np.testing.assert_array_equal(steps, expected[:, ::2, ::2])


def test_strides_of_a_depthwise_stage_are_taken_once(images):
    model = built(widths=(2,), convs=2, depthwise=True, pooling="stride")
    assert model.get_layer("conv2").output.shape == (None, 7, 7, 2)


def test_without_pooling_the_maps_keep_their_size(images):
    model = built(**COPY, convs=2, pooling="none")
    assert model.get_layer("conv2_active").output.shape == (None, 14, 14, 1)


def test_heads_by_hand(images):
    maps = np.maximum(images, 0)
    for head, expected in (
        ("average", maps.mean(axis=(1, 2))),
        ("maximum", maps.max(axis=(1, 2))),
    ):
        found = before_scores(built(**COPY, pooling="none", head=head), images)
        np.testing.assert_allclose(found, expected, rtol=1e-5)
    dense = built(**COPY, pooling="none", head="dense", hidden=2)
    total = maps.sum(axis=(1, 2))  # all weights are 1
    np.testing.assert_allclose(
        before_scores(dense, images), np.repeat(total, 2, axis=1), rtol=1e-5
    )


@pytest.mark.parametrize(
    ("activation", "of_minus_one"),
    [
        ("relu", 0),
        ("leaky_relu", -0.2),
        ("elu", np.exp(-1) - 1),
        ("gelu", -0.158655),
        ("silu", -1 / (1 + np.e)),
        ("tanh", np.tanh(-1)),
        ("sigmoid", 1 / (1 + np.e)),
    ],
)
def test_activations_by_hand(activation, of_minus_one):
    model = built(**COPY, activation=activation)
    found = part(model, "conv1_active", -np.ones((1, *SHAPE), "float32"))
    np.testing.assert_allclose(found, of_minus_one, atol=1e-5)


def test_the_dense_head_has_the_same_activation(images):
    model = built(**COPY, activation="tanh", pooling="none", head="dense")
    total = np.tanh(images).sum(axis=(1, 2))
    found = before_scores(model, images)
    np.testing.assert_allclose(found, np.tanh(total).repeat(64, axis=1), atol=1e-5)


def test_every_activation_is_tried_above():
    tried = test_activations_by_hand.pytestmark[0].args[1]
    assert {name for name, _ in tried} == set(ACTIVATIONS)


def test_residual_pairs_add_to_what_came_in(images):
    model = built(widths=(2,), convs=3, residual=True)
    plain = built(widths=(2,))
    identity = np.zeros((3, 3, 2, 2))
    identity[1, 1] = np.eye(2)
    for factor in (0, 1):  # the branch gives nothing, or what came in once more
        for name in ("conv2", "conv3"):
            model.get_layer(name).kernel.assign(factor * identity)
        plain.get_layer("conv1").set_weights(model.get_layer("conv1").get_weights())
        np.testing.assert_allclose(
            part(model, "pool1", images),
            (1 + factor) * part(plain, "pool1", images),
            rtol=1e-5,
        )


def test_a_depthwise_convolution_is_a_full_one_of_a_product(images):
    thin = built(widths=(2, 3), depthwise=True)
    full = built(widths=(2, 3))
    for name in ("conv1", "scores"):
        full.get_layer(name).set_weights(thin.get_layer(name).get_weights())
    by_channel = np.asarray(thin.get_layer("conv2_depthwise").kernel)  # (3, 3, c, 1)
    across = np.asarray(thin.get_layer("conv2").kernel)  # (1, 1, c, f)
    full.get_layer("conv2").kernel.assign(by_channel * across)
    np.testing.assert_allclose(full(images), thin(images), atol=1e-5)


def test_the_normalization_keeps_a_tenth_of_each_batch(images):
    model = built(**COPY, norm=True)
    model(images, training=True)
    found = model.get_layer("conv1_norm").moving_mean
    np.testing.assert_allclose(found, 0.1 * images.mean(), atol=1e-6)


DROPS = ({"dropout": 0.5}, {"conv_dropout": 0.5}, {"spatial_dropout": 0.5})


@pytest.mark.parametrize("choices", DROPS)
def test_dropout_acts_in_training_alone(images, choices):
    model, plain = built(widths=(8,), **choices), built(widths=(8,))
    plain.set_weights(model.get_weights())
    np.testing.assert_array_equal(model(images, training=False), plain(images))
    assert not np.allclose(model(images, training=True), plain(images), atol=1e-3)


@pytest.mark.parametrize(("name", "whole"), [("conv_", False), ("spatial_", True)])
def test_spatial_dropout_drops_whole_maps_and_the_other_values(name, whole):
    ones = np.ones((20, *SHAPE), "float32")
    model = built(**(COPY | {"widths": (6,)}), **{f"{name}dropout": 0.5})
    kept = part(model, "pool1", ones, training=True) > 0
    share = kept.mean(axis=(1, 2))  # of each map of each image
    assert np.isin(share, (0, 1)).all() == whole
    if whole:
        assert 0.3 < share.mean() < 0.7


def test_dropout_before_the_scores_is_of_the_given_rate():
    ones = np.ones((200, *SHAPE), "float32")
    model = built(**(COPY | {"widths": (50,)}), dropout=0.2)
    inner = keras.Model(model.input, model.get_layer("scores").input)
    dropped = np.asarray(inner(ones, training=True)) == 0
    assert dropped.mean() == pytest.approx(0.2, abs=0.02)


def test_the_penalty_is_the_sum_of_squares_of_all_kernels():
    model = built(
        widths=(2, 3), convs=2, depthwise=True, norm=True, head="dense", l2=0.1
    )
    kernels = [w for w in model.weights if w.name == "kernel"]
    assert len(kernels) == 9  # 1 + 3 * 2 and both dense layers
    expected = 0.1 * sum(float(np.square(k).sum()) for k in kernels)
    found = float(sum(np.asarray(loss) for loss in model.losses))
    assert found == pytest.approx(expected, rel=1e-5)
    assert built().losses == []


def test_the_initializer_is_that_of_every_kernel():
    zeros = built(widths=(2, 3), depthwise=True, head="dense", initializer="zeros")
    for layer in zeros.layers:
        if hasattr(layer, "kernel") and layer.name != "scores":
            assert not np.asarray(layer.kernel).any()


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"widths": ()}, r"`len\(widths\)` must be 1 or more, got 0"),
        ({"widths": (4, 0)}, r"`widths\[1\]` must be 1 or more, got 0"),
        ({"convs": 0}, "`convs` must be 1 or more"),
        ({"kernel": 0}, "`kernel` must be 1 or more"),
        ({"pool_size": 0}, "`pool_size` must be 1 or more"),
        ({"hidden": 0}, "`hidden` must be 1 or more"),
        ({"first_kernel": -1}, "`first_kernel` must be 0 or more"),
        ({"pool_stride": -1}, "`pool_stride` must be 0 or more"),
        ({"l2": -0.1}, "`l2` must be 0 or more"),
        ({"dropout": 1.0}, "`dropout` must be between 0 and 0.99"),
        ({"conv_dropout": -0.1}, "`conv_dropout` must be between 0 and 0.99"),
        ({"spatial_dropout": 2}, "`spatial_dropout` must be between 0 and 0.99"),
        ({"pooling": "median"}, "`pooling` must be one of 'max', 'average'"),
        ({"activation": "step"}, "`activation` must be one of 'relu'"),
        ({"head": "flat"}, "`head` must be one of 'average', 'maximum', 'dense'"),
        ({"residual": True, "convs": 1}, "`convs` must be 3, 5, 7, … .* got 1"),
        ({"residual": True, "convs": 4}, "`convs` must be 3, 5, 7, … .* got 4"),
    ],
)
def test_impossible_choices_are_refused(choices, message):
    with pytest.raises(ValueError, match=message):
        Architecture(**choices)


def test_one_class_is_refused():
    with pytest.raises(ValueError, match="`num_classes` must be 2 or more, got 1"):
        Architecture().build(SHAPE, 1)


def test_choices_go_through_json_and_back():
    chosen = Architecture(widths=(3, 5), convs=3, residual=True, l2=0.01, norm=True)
    assert Architecture(**json.loads(json.dumps(asdict(chosen)))) == chosen


def test_a_saved_network_gives_the_same_scores(images, tmp_path):
    model = built(
        widths=(2, 3), convs=3, depthwise=True, residual=True, norm=True,
        head="dense", dropout=0.5, conv_dropout=0.1, spatial_dropout=0.1, l2=0.01,
    )  # fmt: skip
    model(images, training=True)  # moves the averages of the normalization
    model.save(tmp_path / "network.keras")
    loaded = keras.saving.load_model(tmp_path / "network.keras")
    np.testing.assert_array_equal(loaded(images), model(images))
