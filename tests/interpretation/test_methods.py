"""Maps by every method: by hand, against tf-keras-vis, their laws, their refusals."""

from functools import partial

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy.special import softmax
from tf_keras_vis.gradcam import Gradcam
from tf_keras_vis.gradcam_plus_plus import GradcamPlusPlus
from tf_keras_vis.layercam import Layercam
from tf_keras_vis.saliency import Saliency
from tf_keras_vis.scorecam import Scorecam
from tf_keras_vis.utils.scores import CategoricalScore

from cnnbook import interpretation, models
from cnnbook.interpretation import Inspector
from cnnbook.training import Recipe, train

CLASSES = [0, 1, 2, 0, 2, 1]

# one image, two maps of 2 x 2
MAPS = np.array([[[[1, 0], [2, 0]], [[0, 4], [0, 0]]]], float)
GRADIENTS = np.array([[[[1, -2], [1, 0]], [[0, -2], [2, 0]]]], float)


def test_grad_cam_by_hand():
    # means of the gradients: 1 and -1
    expected = [[[1, 2], [0, 0]]]
    np.testing.assert_allclose(interpretation.grad_cam(MAPS, GRADIENTS), expected)
    signed = interpretation.grad_cam(MAPS, GRADIENTS, relu=False)
    np.testing.assert_allclose(signed, [[[1, 2], [-4, 0]]])


def test_cam_by_hand():
    expected = [[[3, 6], [2, 0]]]
    np.testing.assert_allclose(interpretation.cam(MAPS, np.array([3, 0.5])), expected)


def test_layer_cam_by_hand():
    np.testing.assert_allclose(
        interpretation.layer_cam(MAPS, GRADIENTS), [[[1, 2], [0, 0]]]
    )


def test_grad_cam_plus_plus_by_hand():
    # first map: sum 3; g = 1, 1, 0, 2 -> alpha = g^2 / (2 g^2 + 3 g^3)
    alpha = np.array([1 / 5, 1 / 5, 0, 4 / (8 + 24)])
    weight = (alpha / alpha.sum() * [1, 1, 0, 2]).sum()
    expected = [[[weight, 2 * weight], [0, 0]]]  # the second map has no positive one
    found = interpretation.grad_cam_plus_plus(MAPS, GRADIENTS)
    np.testing.assert_allclose(found, expected)


def test_where_nothing_speaks_for_the_class_a_map_is_zero_and_never_nan():
    zero = np.zeros_like(MAPS)
    for method in (
        interpretation.grad_cam,
        interpretation.grad_cam_plus_plus,
        interpretation.layer_cam,
    ):
        for maps, gradients in ((MAPS, zero), (zero, GRADIENTS), (MAPS, -MAPS)):
            found = method(maps, gradients)
            np.testing.assert_array_equal(found, np.zeros((1, 2, 2)))


@pytest.fixture(scope="module")
def network():
    """A network that has learned six images by heart, and the images."""
    images = np.random.default_rng(0).random((6, 14, 14, 1)).astype("float32")
    build = partial(models.plain_cnn, (14, 14, 1), 3)
    recipe = Recipe(epochs=15, batch_size=6, precision="float32")
    trained = train(build, (images, np.array(CLASSES)), recipe=recipe, seed=1)
    assert trained.history["accuracy"][-1] > 0.8
    return trained.model, images


def theirs(visualizer, network, **settings):
    model, images = network
    visualizer = visualizer(model, clone=True)
    score = CategoricalScore(CLASSES)
    return np.asarray(visualizer(score, images, **settings))


RAW = {"penultimate_layer": "conv2", "expand_cam": False, "normalize_cam": False}


@pytest.mark.parametrize(
    ("ours", "visualizer"),
    [
        (interpretation.grad_cam, Gradcam),
        (interpretation.layer_cam, Layercam),
    ],
)
def test_maps_are_those_of_tf_keras_vis(ours, visualizer, network):
    inspector = Inspector(network[0])
    found = ours(*inspector.gradients(network[1], np.array(CLASSES), "conv2"))
    expected = theirs(visualizer, network, **RAW)
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert np.ptp(expected) > 1e-3


def test_grad_cam_plus_plus_is_that_of_tf_keras_vis_but_for_the_exponential(network):
    inspector = Inspector(network[0])
    classes = np.array(CLASSES)
    found = interpretation.grad_cam_plus_plus(
        *inspector.gradients(network[1], classes, "conv2")
    )
    factor = np.exp(inspector.scores(network[1])[range(6), classes])[:, None, None]
    expected = theirs(GradcamPlusPlus, network, **RAW)
    np.testing.assert_allclose(found * factor, expected, rtol=1e-4, atol=1e-6)


def gradient_of(inspector, classes):
    return lambda images: inspector.gradients(images, classes).gradients


def test_saliency_is_that_of_tf_keras_vis(network):
    gradient = gradient_of(Inspector(network[0]), np.array(CLASSES))
    found = interpretation.saliency(gradient, network[1])
    expected = theirs(Saliency, network, keepdims=False, normalize_map=False)
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_score_cam_is_that_of_tf_keras_vis(network):
    model, images = network
    inspector = Inspector(model)
    maps = interpretation.place_maps(
        inspector.maps(images, ["conv2"])["conv2"], (14, 14), convention="corners"
    )
    expected = theirs(Scorecam, network, penultimate_layer="conv2", normalize_cam=False)
    for k, label in enumerate(CLASSES):

        def probability(some, label=label):
            return softmax(inspector.scores(some), axis=1)[:, label]

        one = slice(k, k + 1)
        found = interpretation.score_cam(probability, images[one], maps[one])
        np.testing.assert_allclose(found, expected[one], atol=1e-4)


def test_cam_is_grad_cam_up_to_the_number_of_places():
    keras.utils.set_random_seed(0)
    image = keras.Input((12, 12, 1))
    maps = keras.layers.Conv2D(6, 5, activation="relu", name="conv")(image)
    pooled = keras.layers.GlobalAveragePooling2D()(maps)
    model = keras.Model(image, keras.layers.Dense(3, name="scores")(pooled))
    images = np.random.default_rng(0).normal(size=(3, 12, 12, 1)).astype("float32")
    found = Inspector(model).gradients(images, np.array([2, 0, 1]), "conv")
    weights = model.get_layer("scores").kernel.numpy()[:, [2, 0, 1]].T  # (n, f)
    plain = interpretation.cam(found.maps, weights, relu=False)
    general = interpretation.grad_cam(*found, relu=False)
    np.testing.assert_allclose(plain, general * 8 * 8, atol=1e-5)


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


def test_occlusion_by_hand():
    def bright(images):  # the mean of one pixel and its right neighbor
        return images[:, 0, 0, 0] / 2 + images[:, 0, 1, 0] / 2

    images = np.ones((1, 2, 3, 1))
    found = interpretation.occlusion(bright, images, window=1, stride=1)
    np.testing.assert_allclose(found, [[[0.5, 0.5, 0], [0, 0, 0]]])
    wide = interpretation.occlusion(bright, images, window=2, stride=1, fill=0.5)
    # squares at column 0 lose 0.5, at column 1 they lose 0.25
    np.testing.assert_allclose(wide, [[[0.5, 0.375, 0.25]] * 2])


def test_occlusion_covers_the_last_pixels_too():
    def corner(images):
        return images[:, -1, -1, 0]

    found = interpretation.occlusion(corner, np.ones((1, 7, 7, 1)), window=3, stride=3)
    assert found[0, -1, -1] > 0
    assert found[0, 0, 0] == 0


def test_score_cam_by_hand():
    def left(images):
        return images[:, 0, 0, 0]

    images = np.full((1, 1, 2, 1), 2.0)
    maps = np.array([[[[5.0, 1.0, 3.0], [1.0, 5.0, 3.0]]]])  # left, right, constant
    found = interpretation.score_cam(left, images, maps)
    np.testing.assert_allclose(found, [[[10.0, 2.0]]])  # weights 2, 0, 0


def test_maximization_climbs_to_the_corner_of_a_linear_score():
    keras.utils.set_random_seed(0)
    image = keras.Input((4, 4, 1))
    scores = keras.layers.Dense(2, name="scores")(keras.layers.Flatten()(image))
    model = keras.Model(image, scores)
    found = interpretation.maximize(Inspector(model), [1, 0], steps=300, rate=0.1)
    kernel = model.get_layer("scores").kernel.numpy()
    best = np.maximum(kernel, 0).sum(axis=0)[[1, 0]]  # of pixels in [0, 1]
    assert (found.history[-1] > 0.97 * best).all()
    assert (found.history[-1] < best + 1e-5).all()
    assert (np.diff(found.history, axis=0) > -1e-6).all()
    assert found.history.shape == (301, 2)


def test_maximization_with_blur_is_smoother(network):
    inspector = Inspector(network[0])
    maps = inspector.maps(network[1], ["conv2"])["conv2"]
    unit = [maps.mean(axis=(0, 1, 2)).argmax()]
    rough, smooth = (
        interpretation.maximize(inspector, unit, layer="conv2", steps=20, **settings)
        for settings in ({}, {"blur": 1.0, "jitter": 1})
    )
    roughness = [np.abs(np.diff(f.images, axis=1)).mean() for f in (rough, smooth)]
    assert roughness[1] < roughness[0]
    assert rough.history[-1] > rough.history[0]


IMAGES = np.zeros((2, 4, 4, 1), np.float32)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (partial(interpretation.grad_cam, MAPS, GRADIENTS[:, :1]), "`gradients` must"),
        (partial(interpretation.grad_cam, MAPS[0], GRADIENTS[0]), "`maps` must"),
        (partial(interpretation.cam, MAPS, np.ones(3)), "`weights`|weights"),
        (
            partial(interpretation.integrated_gradients, linear(1), IMAGES, np.ones(3)),
            "`baseline` must be a number",
        ),
        (
            partial(interpretation.saliency, lambda x: x[0], IMAGES),
            "`gradient.images.` must have shape",
        ),
        (
            partial(interpretation.occlusion, lambda x: x, IMAGES, window=9),
            "`window` must fit",
        ),
        (
            partial(interpretation.occlusion, lambda x: x, IMAGES, window=2),
            "one number for each image",
        ),
        (
            partial(interpretation.score_cam, len, IMAGES, MAPS),
            "Enlarge them by `place_maps`",
        ),
    ],
)
def test_bad_input_is_refused_by_a_sentence(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_tensors_of_tensorflow_are_taken_too(network):
    inspector = Inspector(network[0])
    gradient = gradient_of(inspector, np.array(CLASSES))
    as_tensor = interpretation.saliency(lambda x: tf.constant(gradient(x)), network[1])
    np.testing.assert_array_equal(
        as_tensor, interpretation.saliency(gradient, network[1])
    )
