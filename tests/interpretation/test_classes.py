"""Maps of all classes at once: by hand, against one class at a time, their scale."""

import keras
import numpy as np
import pytest
from keras import layers

from cnnbook import models
from cnnbook.interpretation import Inspector, class_maps, grad_cam, to_levels


@pytest.fixture(scope="module")
def inspector():
    keras.utils.set_random_seed(3)
    return Inspector(models.source_cnn())


@pytest.fixture(scope="module")
def images():
    rng = np.random.default_rng(0)
    return rng.normal(size=(3, 28, 28, 1)).astype(np.float32)


def test_class_maps_by_hand():
    """Two pixels, one map that copies them, scores 1 * mean and -3 * mean."""
    image = keras.Input((1, 2, 1))
    copy = layers.Conv2D(1, 1, use_bias=False, name="copy")
    dense = layers.Dense(2, use_bias=False)
    model = keras.Model(image, dense(layers.GlobalAveragePooling2D()(copy(image))))
    copy.set_weights([np.ones((1, 1, 1, 1))])
    dense.set_weights([np.array([[1.0, -3.0]])])
    asked = np.array([[[[4.0], [-2.0]]]], np.float32)
    found = class_maps(Inspector(model), asked, "copy")
    # gradients 1/2 and -3/2 at both places
    np.testing.assert_allclose(found, [[[[2, -1]], [[-6, 3]]]])


@pytest.mark.parametrize("layer", ["conv1", "pool2"])
def test_they_are_the_signed_grad_cams_of_one_class_at_a_time(inspector, images, layer):
    found = class_maps(inspector, images, layer)
    for k in range(10):
        one = inspector.gradients(images, np.full(3, k), layer)
        expected = grad_cam(*one, relu=False)
        np.testing.assert_allclose(found[:, k], expected, rtol=1e-3, atol=1e-6)
    assert (found < 0).any()
    assert (found > 0).any()


def test_levels_by_hand():
    maps = np.zeros((2, 2, 1, 3))
    maps[0, 0, 0] = [0.5, -2.0, 0.009]
    maps[0, 1, 0] = [1.0, 0.0, -0.011]
    assert to_levels(maps)[0].tolist() == [[[25, -100, 0]], [[50, 0, -1]]]
    assert to_levels(maps, most=4)[0].tolist() == [[[1, -4, 0]], [[2, 0, 0]]]
    assert to_levels(maps)[1].tolist() == [[[0, 0, 0]], [[0, 0, 0]]]  # and no NaN


def test_levels_keep_sign_and_order_and_ignore_the_unit():
    maps = np.random.default_rng(1).normal(size=(2, 4, 5, 6)).astype(np.float32)
    levels = to_levels(maps)
    assert levels.dtype.kind == "i"
    assert np.abs(levels).max(axis=(1, 2, 3)).tolist() == [100, 100]
    assert (np.sign(levels) * np.sign(maps) >= 0).all()
    order = maps[0].ravel().argsort()
    assert (np.diff(levels[0].ravel()[order]) >= 0).all()
    assert (to_levels(maps * 1000) == levels).all()


def test_bad_input_is_refused_by_a_sentence(inspector, images):
    with pytest.raises(ValueError, match=r"add the batch axis: images\[None\]"):
        class_maps(inspector, images[0], "conv1")
    with pytest.raises(ValueError, match="`layer` must be one of"):
        class_maps(inspector, images, "conv9")
    with pytest.raises(ValueError, match="has no places"):
        class_maps(inspector, images, "scores")
    with pytest.raises(ValueError, match=r"`maps` must be \(n, C, h, w\)"):
        to_levels(np.zeros((10, 5, 5)))
    with pytest.raises(ValueError, match="`most` must be 1 or more"):
        to_levels(np.zeros((1, 10, 5, 5)), most=0)
