"""Attribution by gradients: where it is known, by tf-keras-vis, completeness."""

from functools import partial

import numpy as np
import pytest
import tensorflow as tf
from scipy.integrate import trapezoid
from tf_keras_vis.saliency import Saliency

from cnnbook import interpretation
from cnnbook.interpretation import Inspector
from tests.interpretation.learned import CLASSES, gradient_of, theirs


def linear(weights):
    """A gradient that is the same for all images: that of a linear score."""
    return lambda images: np.broadcast_to(weights, images.shape)


def test_of_a_linear_score_all_attributions_are_known():
    rng = np.random.default_rng(0)
    weights, images = rng.normal(size=(3, 3, 2)), rng.normal(size=(2, 3, 3, 2))
    found = interpretation.integrated_gradients(linear(weights), images, 0.5, steps=3)
    np.testing.assert_allclose(found, weights * (images - 0.5), rtol=1e-5)
    map_of = np.abs(weights).max(axis=2)
    for method in (interpretation.saliency, interpretation.smooth_grad):
        found = method(linear(weights), images)
        np.testing.assert_allclose(found, [map_of, map_of], rtol=1e-6)


def test_saliency_is_that_of_tf_keras_vis(network):
    gradient = gradient_of(Inspector(network[0]), np.array(CLASSES))
    found = interpretation.saliency(gradient, network[1])
    expected = theirs(Saliency, network, keepdims=False, normalize_map=False)
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_integrated_gradients_add_up_to_the_difference_of_the_scores(network):
    inspector = Inspector(network[0])
    classes = np.array(CLASSES)
    gradient = gradient_of(inspector, classes)
    gap = (
        inspector.scores(network[1]) - inspector.scores(np.full_like(network[1], 0.5))
    )[range(6), classes]
    errors = {}
    for steps in (2, 64):
        # without biases and from 0, one step would be exact: ReLU is homogeneous
        parts = interpretation.integrated_gradients(
            gradient, network[1], 0.5, steps=steps
        )
        errors[steps] = np.abs(parts.sum(axis=(1, 2, 3)) - gap).max()
    assert errors[64] < 0.01 * np.abs(gap).max()
    assert errors[64] < errors[2]


def test_integrated_gradients_are_the_integral_that_scipy_finds(network):
    model, images = network
    image = images[:1]

    shares = np.linspace(0, 1, 1_001)
    with tf.GradientTape() as tape:  # of one score along the way, without cnnbook
        way = tf.constant(shares[:, None, None, None] * image, tf.float32)
        tape.watch(way)
        scores = tf.reduce_sum(model(way)[:, CLASSES[0]])
    slopes = tape.gradient(scores, way).numpy()
    expected = trapezoid(slopes, shares, axis=0) * image
    gradient = gradient_of(Inspector(model), np.array(CLASSES[:1]))
    found = interpretation.integrated_gradients(gradient, image, 0.0, steps=200)
    np.testing.assert_allclose(found, expected, atol=0.01 * np.abs(expected).max())


def test_smooth_grad_without_noise_is_saliency_and_with_noise_the_mean(network):
    gradient = gradient_of(Inspector(network[0]), np.array(CLASSES))
    plain = interpretation.saliency(gradient, network[1])
    quiet = interpretation.smooth_grad(gradient, network[1], noise=0, samples=2)
    np.testing.assert_allclose(quiet, plain, rtol=1e-5)

    def cube(images):  # the gradient of x^4 / 4; E (x + e)^3 = x^3 + 3 x e^2
        return images**3

    images = np.full((1, 4, 4, 1), 1.0)
    images[0, 0, 0] = 0.0  # range 1
    found = interpretation.smooth_grad(cube, images, noise=0.1, samples=4_000)
    assert found[0, 1:].mean() == pytest.approx(1 + 3 * 0.01, abs=3e-3)


def test_smooth_grad_is_that_of_tf_keras_vis_up_to_its_noise(network):
    gradient = gradient_of(Inspector(network[0]), np.array(CLASSES))
    found = interpretation.smooth_grad(gradient, network[1], noise=0.2, samples=100)
    settings = {"keepdims": True, "normalize_map": False}
    settings |= {"smooth_samples": 100, "smooth_noise": 0.2}
    mean = theirs(Saliency, network, gradient_modifier=None, **settings)
    gap = np.abs(found - np.abs(mean).max(axis=-1)).mean()
    assert gap < 0.25 * found.mean()
    # by default it takes absolute values before the mean, so that noise adds up
    before = theirs(Saliency, network, **settings).max(axis=-1)
    assert before.mean() > found.mean() + 1.5 * gap


def test_tensors_of_tensorflow_are_taken_too(network):
    inspector = Inspector(network[0])
    gradient = gradient_of(inspector, np.array(CLASSES))
    as_tensor = interpretation.saliency(lambda x: tf.constant(gradient(x)), network[1])
    np.testing.assert_array_equal(
        as_tensor, interpretation.saliency(gradient, network[1])
    )


IMAGES = np.zeros((2, 4, 4, 1), np.float32)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            partial(interpretation.integrated_gradients, linear(1), IMAGES, np.ones(3)),
            "`baseline` must be a number",
        ),
        (
            partial(interpretation.saliency, lambda x: x[0], IMAGES),
            "`gradient.images.` must have shape",
        ),
    ],
)
def test_bad_input_is_refused_by_a_sentence(call, message):
    with pytest.raises(ValueError, match=message):
        call()
