"""Scores, maps and gradients of any model with a graph, which stays as it was."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from cnnbook.interpretation import Inspector


@pytest.fixture(autouse=True)
def seed():
    keras.utils.set_random_seed(0)


@pytest.fixture
def images():
    return np.random.default_rng(0).normal(size=(5, 12, 12, 1)).astype("float32")


CLASSES = np.array([0, 1, 2, 0, 1])


def body(image):
    features = layers.Conv2D(4, 3, activation="relu", name="conv1")(image)
    features = layers.BatchNormalization(name="norm")(features)
    features = layers.Dropout(0.5)(features)
    return layers.Conv2D(5, 3, activation="relu", name="conv2")(features)


def flat(head=()):
    image = keras.Input((12, 12, 1))
    answer = layers.GlobalAveragePooling2D()(body(image))
    for layer in head or [layers.Dense(3, name="scores")]:
        answer = layer(answer)
    return keras.Model(image, answer)


def sequential():
    return keras.Sequential(
        [
            keras.Input((12, 12, 1)),
            layers.Conv2D(4, 3, activation="relu", name="conv2"),
            layers.Flatten(),
            layers.Dense(3, name="scores"),
        ]
    )


def nested():
    inside = keras.Input((12, 12, 1))
    base = keras.Model(inside, body(inside), name="base")
    image = keras.Input((12, 12, 1))
    features = base(layers.Rescaling(0.5)(image))
    head = keras.Sequential(
        [layers.Dense(7, activation="relu"), layers.Dense(3)], name="head"
    )
    return keras.Model(image, head(layers.GlobalAveragePooling2D()(features)))


def branched():
    image = keras.Input((12, 12, 1))
    one = layers.Conv2D(4, 3, padding="same", name="conv1")(image)
    other = layers.Conv2D(4, 1, name="other")(image)
    joined = layers.Concatenate()([layers.Add()([one, other]), one])
    features = layers.Conv2D(5, 3, activation="relu", name="conv2")(joined)
    return keras.Model(image, layers.Dense(3)(layers.Flatten()(features)))


@pytest.mark.parametrize("build", [flat, sequential, nested, branched])
def test_scores_are_the_answers_of_the_model(build, images):
    model = build()
    expected = np.asarray(model(images, training=False))
    np.testing.assert_allclose(Inspector(model).scores(images), expected, atol=1e-5)


HEADS = {
    "softmax in the dense layer": lambda: [layers.Dense(3, activation="softmax")],
    "a softmax layer": lambda: [layers.Dense(3), layers.Softmax()],
    "an activation layer": lambda: [layers.Dense(3), layers.Activation("softmax")],
    "a sigmoid": lambda: [layers.Dense(3, activation="sigmoid", use_bias=False)],
}


@pytest.mark.parametrize("name", HEADS)
def test_scores_are_what_comes_before_the_last_activation(name, images):
    model = flat(HEADS[name]())
    scores = Inspector(model).scores(images)
    after = keras.ops.sigmoid if "sigmoid" in name else keras.ops.softmax
    np.testing.assert_allclose(after(scores), model(images), atol=1e-5)
    assert scores.min() < 0  # no probabilities


@pytest.mark.parametrize("build", [flat, sequential, branched])
def test_maps_and_gradients_are_those_of_a_cut_model(build, images):
    model = build()
    cut = keras.Model(
        model.inputs[0], [model.get_layer("conv2").output, model.outputs[0]]
    )
    with tf.GradientTape() as tape:
        maps, scores = cut(images)
        chosen = tf.reduce_sum(scores * tf.one_hot(CLASSES, 3))
    expected = tape.gradient(chosen, maps)
    inspector = Inspector(model)
    found = inspector.gradients(images, CLASSES, "conv2", batch_size=2)
    np.testing.assert_allclose(found.maps, maps, atol=1e-5)
    np.testing.assert_allclose(found.gradients, expected, atol=1e-6)
    assert np.abs(found.gradients).max() > 1e-3
    only = inspector.maps(images, ["conv2"], batch_size=2)["conv2"]
    np.testing.assert_allclose(only, maps, atol=1e-5)


def test_layers_of_a_nested_model_have_gradients_too(images):
    model = nested()
    found = Inspector(model).gradients(images, CLASSES, "base/conv2")
    base, head = model.get_layer("base"), model.get_layer("head")
    with tf.GradientTape() as tape:
        maps = base(images * 0.5)
        tape.watch(maps)
        scores = head(tf.reduce_mean(maps, axis=(1, 2)))
        chosen = tf.reduce_sum(scores * tf.one_hot(CLASSES, 3))
    np.testing.assert_allclose(found.maps, maps, atol=1e-5)
    np.testing.assert_allclose(found.gradients, tape.gradient(chosen, maps), atol=1e-6)


def test_the_gradient_of_pixels_is_the_slope_of_the_score(images):
    image = keras.Input((12, 12, 1))
    features = layers.Conv2D(4, 3, activation="tanh")(image)  # smooth, for differences
    scores = layers.Dense(3, activation="softmax")(layers.Flatten()(features))
    inspector = Inspector(keras.Model(image, scores))
    for of, answer in {
        "score": inspector.scores,
        "probability": lambda x: np.asarray(keras.ops.softmax(inspector.scores(x))),
    }.items():
        gradient = inspector.gradients(images, CLASSES, of=of).gradients
        step = np.random.default_rng(1).normal(size=images.shape).astype("float32")
        rows = np.arange(5)
        ahead, behind = (
            answer(images + sign * 1e-2 * step)[rows, CLASSES] for sign in (1, -1)
        )
        expected = (gradient * step).sum(axis=(1, 2, 3))
        np.testing.assert_allclose((ahead - behind) / 2e-2, expected, atol=2e-3)


def test_mixed_precision_answers_in_float32(images):
    keras.config.set_dtype_policy("mixed_float16")
    try:
        model = flat([layers.Dense(3, activation="softmax", dtype="float32")])
        sixteen = flat([layers.Dense(3, activation="softmax")])
    finally:
        keras.config.set_dtype_policy("float32")
    for one in (model, sixteen):
        inspector = Inspector(one)
        found = inspector.gradients(images, CLASSES, "conv2")
        assert found.gradients.dtype == found.maps.dtype == np.float32
        assert np.abs(found.gradients).max() > 1e-3
        probabilities = keras.ops.softmax(inspector.scores(images))
        np.testing.assert_allclose(probabilities, one(images), atol=3e-3)


def test_the_model_is_left_as_it_was(images):
    model = flat([layers.Dense(3, activation="softmax")])
    weights, before = model.get_weights(), np.asarray(model(images))
    nodes = [len(layer._inbound_nodes) for layer in model.layers]
    Inspector(model).gradients(images, CLASSES, "conv1")
    np.testing.assert_array_equal(before, model(images))
    for kept, now in zip(weights, model.get_weights(), strict=True):
        np.testing.assert_array_equal(kept, now)
    assert nodes == [len(layer._inbound_nodes) for layer in model.layers]
    assert model.layers[-1].activation is keras.activations.softmax


def test_the_objective_is_a_score_or_the_mean_of_a_map(images):
    inspector = Inspector(flat())
    value, gradient = inspector.objective(images, CLASSES)
    np.testing.assert_allclose(value, inspector.scores(images)[range(5), CLASSES])
    expected = inspector.gradients(images, CLASSES).gradients
    np.testing.assert_allclose(gradient, expected, atol=1e-6)
    value, gradient = inspector.objective(images, np.arange(5), "conv2")
    maps = inspector.maps(images, ["conv2"])["conv2"]
    means = maps.mean(axis=(1, 2))[range(5), range(5)]
    np.testing.assert_allclose(value, means, atol=1e-6)
    assert gradient.shape == images.shape


def test_names_of_layers():
    inspector = Inspector(nested())
    assert inspector.last_convolution == "base/conv2"
    assert inspector.map_layers[-1].startswith("base/")
    assert (inspector.image_shape, inspector.num_classes) == ((12, 12, 1), 3)


class Subclassed(keras.Model):
    def call(self, x):
        return x


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda i, x: i.gradients(x, CLASSES, "conv9"), "`layer` must be one of"),
        (lambda i, x: i.gradients(x, CLASSES, "scores"), "has no places"),
        (lambda i, x: i.gradients(x, CLASSES + 1), "`classes` must be in 0 … 2"),
        (lambda i, x: i.gradients(x, CLASSES[:2]), "for each of 5 images"),
        (lambda i, x: i.gradients(x, CLASSES, of="logit"), "`of` must be one of"),
        (lambda i, x: i.scores(x[0]), "add the batch axis"),
        (lambda i, x: i.scores(x[:, :8]), "Prepare them as for training"),
        (lambda i, x: i.maps(x, ["nowhere"]), "`layer` must be one of"),
        (lambda i, x: Inspector(Subclassed()), "must be a functional Keras model"),
    ],
)
def test_bad_questions_are_answered_by_a_sentence(change, message, images):
    inspector = Inspector(flat())
    with pytest.raises(ValueError, match=message):
        change(inspector, images)


def test_models_that_cannot_be_read_say_why(images):
    image = keras.Input((12, 12, 1))
    dense = keras.Model(image, layers.Dense(3)(layers.Flatten()(image)))
    with pytest.raises(ValueError, match="has no convolution"):
        Inspector(dense).last_convolution  # noqa: B018
    with pytest.raises(ValueError, match="must answer with scores"):
        Inspector(keras.Model(image, body(image))).scores(images)
    other = keras.Input((12, 12, 1))
    features = layers.Flatten()(layers.Add()([image, other]))
    both = keras.Model([image, other], layers.Dense(3)(features))
    with pytest.raises(ValueError, match="must have one input"):
        Inspector(both)
    shifted = keras.Model(image, layers.Dense(3)(layers.Flatten()(image + 1.0)))
    with pytest.raises(ValueError, match="is an operation and not a layer"):
        Inspector(shifted).scores(images)
