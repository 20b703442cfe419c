"""A Keras network in NumPy: the same numbers, whatever the network; and refusals."""

from functools import partial

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keras import layers

from cnnbook import models
from cnnbook.reference import count_network, forward
from tests.reference.agreement import agree, examples, normal, seeds


def settle(model, seed):
    """Weights of all sorts, also where Keras begins with zeros and ones."""
    rng = np.random.default_rng(seed)
    model.set_weights(
        [
            rng.uniform(0.2, 1.0, w.shape)
            if "variance" in v.path
            else 0.3 * rng.normal(size=w.shape)
            for v, w in zip(model.weights, model.get_weights(), strict=True)
        ]
    )


@pytest.mark.parametrize(
    "build",
    [
        models.source_cnn,
        models.gap_cnn,
        models.residual_cnn,
        models.mlp,
        partial(models.plain_cnn, pooling="blur"),
        partial(models.plain_cnn, pooling="average", activation="tanh"),
    ],
)
def test_networks_of_the_book(build):
    model = build()
    settle(model, 0)
    images = normal(1, 4, 28, 28, 1)
    outputs = forward(model, images)
    assert next(iter(outputs)) == "image"
    *_, scores = outputs.values()
    np.testing.assert_allclose(scores, model(images), rtol=1e-4, atol=1e-4)


def test_every_layer_on_the_way_is_there():
    model = models.source_cnn()
    images = normal(0, 2, 28, 28, 1)
    outputs = forward(model, images)
    assert list(outputs) == [layer.name for layer in model.layers]
    inner = keras.Model(model.inputs[0], model.get_layer("conv2").output)
    np.testing.assert_allclose(outputs["conv2"], inner(images), atol=1e-5)


PIECES = st.sampled_from(
    [
        lambda: layers.Conv2D(3, 3, padding="same", activation="relu"),
        lambda: layers.Conv2D(4, (1, 2), strides=2, padding="same", activation="tanh"),
        lambda: layers.Conv2D(2, 2, dilation_rate=2, padding="same", use_bias=False),
        lambda: layers.DepthwiseConv2D(3, padding="same", activation="gelu"),
        lambda: layers.Dense(3, activation="sigmoid"),
        lambda: layers.BatchNormalization(),
        lambda: layers.BatchNormalization(scale=False),
        lambda: layers.BatchNormalization(center=False),
        lambda: models.FusedBatchNormalization(),
        lambda: layers.MaxPooling2D(2, padding="same"),
        lambda: layers.MaxPooling2D(3, strides=1, padding="same"),
        lambda: layers.AveragePooling2D(2, padding="same"),
        lambda: layers.Activation("silu"),
        lambda: layers.Activation("elu"),
        lambda: layers.ReLU(),
        lambda: layers.LeakyReLU(negative_slope=0.1),
        lambda: layers.Dropout(0.5),
        lambda: layers.Rescaling(0.5, offset=-1.0),
        lambda: layers.ZeroPadding2D(((1, 0), (2, 1))),
    ]
)
HEADS = st.sampled_from(
    [
        lambda: layers.Flatten(),
        lambda: layers.GlobalAveragePooling2D(),
        lambda: layers.GlobalMaxPooling2D(),
    ]
)


def compose(pieces, head, branch):
    """A network of random pieces, with a branch that is added or put alongside."""
    x = images = keras.Input((7, 6, 2))
    for piece in pieces:
        x = piece()(x)
    if branch:
        side = layers.Conv2D(x.shape[-1], 1)(x)
        x = {"add": layers.Add, "concatenate": layers.Concatenate}[branch]()([x, side])
    return keras.Model(images, layers.Softmax()(layers.Dense(4)(head()(x))))


@pytest.mark.slow
@examples(15)
@given(
    st.lists(PIECES, min_size=1, max_size=5),
    HEADS,
    st.sampled_from(["", "add", "concatenate"]),
    seeds,
)
def test_networks_of_random_pieces(pieces, head, branch, seed):
    model = compose(pieces, head, branch)
    settle(model, seed)
    images = normal(seed + 1, 2, 7, 6, 2)
    *_, ours = forward(model, images).values()
    agree("whole networks", [(ours, model(images))])
    assert count_network(model).parameters == model.count_params()
    keras.backend.clear_session()


@pytest.mark.parametrize(
    "layer",
    [
        layers.ReLU(max_value=0.5),
        layers.ReLU(negative_slope=0.1),
        layers.ReLU(threshold=0.3),
        layers.ReLU(max_value=1.0, negative_slope=0.2, threshold=0.1),
        layers.GlobalAveragePooling2D(keepdims=True),
        layers.GlobalMaxPooling2D(keepdims=True),
    ],
    ids=lambda layer: layer.name,
)
def test_what_a_layer_is_told_is_heard(layer):
    images = keras.Input((5, 4, 3))
    model = keras.Model(images, layer(images))
    values = normal(0, 2, 5, 4, 3)
    *_, ours = forward(model, values).values()
    np.testing.assert_allclose(ours, model(values), rtol=1e-6, atol=1e-6)


def test_a_layer_that_is_not_written_out_is_refused():
    images = keras.Input((5, 5, 2))
    model = keras.Model(images, layers.UpSampling2D()(images))
    with pytest.raises(
        ValueError, match=r"\(UpSampling2D\) is not written out in NumPy"
    ):
        forward(model, normal(0, 1, 5, 5, 2))


def test_an_activation_that_is_not_written_out_is_refused():
    images = keras.Input((5, 5, 2))
    model = keras.Model(images, layers.Activation("mish")(images))
    with pytest.raises(ValueError, match=r"Activation 'mish' .* is not written out"):
        forward(model, normal(0, 1, 5, 5, 2))


def test_a_single_image_is_told_how_to_become_a_batch():
    with pytest.raises(ValueError, match="add the batch axis"):
        forward(models.source_cnn(), np.zeros((28, 28, 1)))
