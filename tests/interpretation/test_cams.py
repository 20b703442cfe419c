"""Class activation maps: by hand, against tf-keras-vis, their law, their refusals."""

from functools import partial

import keras
import numpy as np
import pytest
from tf_keras_vis.gradcam import Gradcam
from tf_keras_vis.gradcam_plus_plus import GradcamPlusPlus
from tf_keras_vis.layercam import Layercam

from cnnbook import interpretation
from cnnbook.interpretation import Inspector
from tests.interpretation.learned import CLASSES, theirs

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


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (partial(interpretation.grad_cam, MAPS, GRADIENTS[:, :1]), "`gradients` must"),
        (partial(interpretation.grad_cam, MAPS[0], GRADIENTS[0]), "`maps` must"),
        (partial(interpretation.cam, MAPS, np.ones(3)), "`weights`|weights"),
    ],
)
def test_bad_input_is_refused_by_a_sentence(call, message):
    with pytest.raises(ValueError, match=message):
        call()
