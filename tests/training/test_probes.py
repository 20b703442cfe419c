"""Probes: right by hand, against finite differences, by law, and refusals."""

import keras
import numpy as np
import pytest
from keras import layers

from cnnbook import models
from cnnbook.training import activation_sizes, epochs_to, gradient_norms


def two_pixel_model(kernel):
    images = keras.Input((1, 2, 1))
    scores = layers.Dense(2, name="scores")(layers.Flatten()(images))
    model = keras.Model(images, scores)
    model.get_layer("scores").set_weights([np.array(kernel), np.zeros(2)])
    return model


def images_and_labels(n=12, shape=(12, 12, 1), classes=3):
    rng = np.random.default_rng(0)
    images = rng.random((n, *shape)).astype("float32")
    return images, rng.integers(classes, size=n)


def test_gradient_norms_by_hand():
    # scores 0 and 0: probabilities 1/2; the gradient is x (p - y)
    model = two_pixel_model([[0.0, 0.0], [0.0, 0.0]])
    images = np.array([3.0, 4.0], "float32").reshape(1, 1, 2, 1)
    loss, norms = gradient_norms(model, images, np.array([1]))
    assert loss == pytest.approx(np.log(2))
    # x of length 5 times (1/2, -1/2)
    assert norms == {"scores": pytest.approx(5 * np.sqrt(0.5))}


def test_gradient_norms_match_finite_differences():
    model = models.gap_cnn((12, 12, 1), 3)
    images, labels = images_and_labels()
    _, norms = gradient_norms(model, images, labels)
    kernel = model.get_layer("scores").kernel
    loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    rest, squares = np.array(kernel), 0.0
    for place in np.ndindex(rest.shape):
        losses = []
        for step in (1e-2, -1e-2):
            moved = rest.copy()
            moved[place] += step
            kernel.assign(moved)
            losses.append(float(loss_of(labels, model(images))))
        squares += ((losses[0] - losses[1]) / 2e-2) ** 2
    assert norms["scores"] == pytest.approx(np.sqrt(squares), rel=1e-2)


def test_gradient_norms_name_each_kernel_and_leave_the_weights_alone():
    model = models.plain_cnn((12, 12, 1), 3)
    before = model.get_weights()
    loss, norms = gradient_norms(model, *images_and_labels())
    assert list(norms)[:2] == ["conv1", "conv2"]
    assert list(norms)[-1] == "scores"
    assert min(norms.values()) > 0
    assert loss > 0
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_gradient_norms_see_the_batch_as_training_does():
    # behind batch normalization the scale of the images cannot be seen
    images = keras.Input((12, 12, 1))
    features = layers.BatchNormalization(epsilon=1e-9)(images)
    scores = layers.Dense(3, name="scores")(layers.Flatten()(features))
    model = keras.Model(images, scores)
    batch, labels = images_and_labels()
    small = gradient_norms(model, batch, labels)[1]["scores"]
    large = gradient_norms(model, 255 * batch, labels)[1]["scores"]
    assert large == pytest.approx(small, rel=1e-3)


def test_gradient_norms_refuse_images_without_a_batch_axis():
    with pytest.raises(ValueError, match="add the batch axis"):
        gradient_norms(two_pixel_model(np.eye(2)), np.zeros((1, 2, 1)), np.array([0]))


def test_gradient_norms_refuse_labels_beyond_the_classes():
    images = np.zeros((1, 1, 2, 1), "float32")
    with pytest.raises(ValueError, match="in 0 … 1"):
        gradient_norms(two_pixel_model(np.eye(2)), images, np.array([2]))


def test_activation_sizes_by_hand():
    model = two_pixel_model([[1.0, 0.0], [0.0, 1.0]])
    images = np.array([3.0, 4.0], "float32").reshape(1, 1, 2, 1)
    sizes = activation_sizes(model, images)
    assert sizes == {"scores": pytest.approx(np.sqrt((9 + 16) / 2))}


def test_activation_sizes_grow_with_the_images_in_a_relu_network():
    # no bias yet, so that every layer is positively homogeneous
    model = models.plain_cnn((12, 12, 1), 3)
    images, _ = images_and_labels()
    small, large = (activation_sizes(model, factor * images) for factor in (1, 255))
    assert list(small) == [layer.name for layer in model.layers if layer.weights]
    for name in small:
        assert large[name] == pytest.approx(255 * small[name], rel=1e-4)


def test_activation_sizes_refuse_a_single_image():
    with pytest.raises(ValueError, match="add the batch axis"):
        activation_sizes(two_pixel_model(np.eye(2)), np.zeros((1, 2, 1)))


@pytest.mark.parametrize(
    ("level", "values", "epoch"),
    [
        (0.7, [0.7], 1),  # reached exactly
        (0.7, [0.6, 0.71, 0.5], 2),  # the first time counts
        (0.7, [0.6, 0.69, 0.5], 4),  # never: one more than there are
    ],
)
def test_epochs_to(level, values, epoch):
    assert epochs_to(level, values) == epoch


def test_epochs_to_refuses_an_empty_history():
    with pytest.raises(ValueError, match="one value for each epoch, got none"):
        epochs_to(0.5, [])
