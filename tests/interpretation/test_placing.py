"""Maps over the image: each unit where it looks."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from scipy.ndimage import zoom

from cnnbook import models
from cnnbook.interpretation import (
    Grid,
    Inspector,
    grids,
    map_overlaps,
    place_maps,
    seen_intervals,
)
from cnnbook.reference.fields import follow


def chain(*made):
    image = keras.Input((24, 20, 1))
    answer = image
    for layer in made:
        answer = layer(answer)
    model = keras.Model(image, answer)
    return Inspector(model).steps, made[-1].name


CHAINS = {
    "valid": [layers.Conv2D(2, 3), layers.MaxPooling2D(2), layers.Conv2D(2, 3)],
    "same": [layers.Conv2D(2, 5, padding="same"), layers.Conv2D(2, 3, strides=2)],
    "padded": [layers.ZeroPadding2D(2), layers.Conv2D(2, 5, dilation_rate=2)],
    "wide": [layers.AveragePooling2D((2, 4)), layers.ReLU(), layers.Conv2D(1, (3, 1))],
}


@pytest.mark.parametrize("name", CHAINS)
def test_the_middles_are_those_of_the_receptive_fields(name):
    steps, last = chain(*CHAINS[name])
    seen = follow(steps)[-1]
    for grid, intervals in zip(grids(steps, last), seen, strict=True):
        middles = grid.start + grid.jump * np.arange(len(intervals))
        sizes = intervals[:, 1] - intervals[:, 0]
        whole = sizes == sizes.max()  # not cut at the border of the image
        assert whole.sum() > 2
        np.testing.assert_allclose(middles[whole], intervals.mean(axis=1)[whole])


def test_the_middles_by_hand():
    steps, last = chain(*CHAINS["valid"])
    # 3x3: 1; pooled in pairs: 1.5; 3x3 two pixels apart: 3.5
    assert grids(steps, last) == (Grid(3.5, 2.0), Grid(3.5, 2.0))


# not "padded": there a dilated kernel steps over the first pixel of the image
@pytest.mark.parametrize("name", ["valid", "same", "wide"])
def test_what_units_see_is_cut_at_the_border_as_by_the_counter(name):
    steps, last = chain(*CHAINS[name])
    cut = follow(steps)[-1]
    for found, expected, size in zip(
        seen_intervals(steps, last), cut, (24, 20), strict=True
    ):
        inside = np.stack([found[:, 0].clip(0), found[:, 1].clip(max=size) - 1], 1)
        np.testing.assert_array_equal(inside, expected)
        assert np.ptp(found[:, 1] - found[:, 0]) == 0  # all see as many pixels


def test_what_units_see_by_hand():
    steps, last = chain(layers.Conv2D(1, 5, padding="same", name="same"))
    rows, columns = seen_intervals(steps, last)
    assert rows[[0, 1, -1]].tolist() == [[-2, 3], [-1, 4], [21, 26]]
    assert len(columns) == 20
    steps = Inspector(models.source_cnn()).steps
    rows, _ = seen_intervals(steps, "pool2")
    assert rows.tolist() == [[4 * i, 4 * i + 10] for i in range(5)]


def test_what_units_see_is_asked_of_layers_with_places():
    steps = Inspector(models.source_cnn()).steps
    with pytest.raises(ValueError, match="`name` must be one of"):
        seen_intervals(steps, "nowhere")
    with pytest.raises(ValueError, match="have no places"):
        seen_intervals(steps, "scores")


def test_a_flash_of_the_image_lights_up_its_own_place():
    """The map of an identity network, placed, peaks where the image does."""
    steps, last = chain(layers.AveragePooling2D(3, strides=2), layers.MaxPooling2D(2))
    image = np.zeros((1, 24, 20, 1), np.float32)
    image[0, 13, 9] = 1
    maps = tf.nn.avg_pool2d(image, 3, 2, "VALID")
    maps = np.asarray(tf.nn.max_pool2d(maps, 2, 2, "VALID"))[..., 0]
    placed = place_maps(maps, (24, 20), grids(steps, last))[0]
    hot = np.argwhere(placed == placed.max()).mean(axis=0)
    assert np.abs(hot - [13, 9]).max() <= 2


def test_two_conventions_are_those_of_scipy_and_of_tensorflow():
    maps = np.random.default_rng(0).random((2, 5, 4, 3)).astype("float32")
    corners = place_maps(maps, (15, 12), convention="corners")
    expected = zoom(maps, (1, 3, 3, 1), order=1)
    np.testing.assert_allclose(corners, expected, atol=1e-6)
    halves = place_maps(maps, (15, 12), convention="halves")
    expected = tf.image.resize(maps, (15, 12), method="bilinear")
    np.testing.assert_allclose(halves, expected, atol=1e-6)


def test_a_map_of_one_unit_and_one_of_the_images_size():
    one = place_maps(np.full((1, 1, 1), 3.0), (4, 4), (Grid(1.5, 4), Grid(1.5, 4)))
    np.testing.assert_array_equal(one, np.full((1, 4, 4), 3.0))
    same = np.arange(16.0).reshape(1, 4, 4)
    identity = Grid(0.0, 1.0)
    np.testing.assert_array_equal(place_maps(same, (4, 4), (identity,) * 2), same)


def test_the_models_of_the_book_have_places():
    steps = Inspector(models.source_cnn()).steps
    named = [step.name for step in steps if len(step.shape) == 3]
    for name in named:
        assert all(np.isfinite(grids(steps, name)).ravel())


def test_what_has_no_place_is_said():
    image = keras.Input((8, 8, 1))
    one = layers.Conv2D(2, 3)(image)
    other = layers.Conv2D(2, 5, padding="same")(image)
    other = layers.Cropping2D(((2, 0), (2, 0)))(other)
    model = keras.Model(image, layers.Flatten(name="flat")(one))
    steps = Inspector(model).steps
    with pytest.raises(ValueError, match="have no places"):
        grids(steps, "flat")
    with pytest.raises(ValueError, match="must be one of"):
        grids(steps, "nowhere")
    steps = Inspector(keras.Model(image, layers.Add()([one, other]))).steps
    with pytest.raises(ValueError, match="is not known"):
        grids(steps, steps[-1].name)
    shifted = layers.ZeroPadding2D(((1, 0), (1, 0)))(layers.MaxPooling2D(2, 1)(image))
    joined = layers.Add(name="joined")([image, shifted])
    with pytest.raises(ValueError, match="look at different places"):
        grids(Inspector(keras.Model(image, joined)).steps, "joined")
    with pytest.raises(ValueError, match="`rows_columns` is needed"):
        place_maps(np.zeros((1, 2, 2)), (4, 4))
    with pytest.raises(ValueError, match="`maps` must be"):
        place_maps(np.zeros((2, 2)), (4, 4), convention="corners")


def test_the_map_of_a_network_that_copies_overlaps_with_what_it_copies():
    image = keras.Input((8, 8, 1))
    copy = layers.Conv2D(2, 1, use_bias=False, name="copy")
    scores = layers.Dense(2)(layers.Flatten()(copy(image)))
    model = keras.Model(image, scores)
    copy.set_weights([np.array([1.0, -1.0]).reshape(1, 1, 1, 2)])
    masks = np.zeros((3, 8, 8), bool)
    masks[:, 2:4, 3:6] = True
    images = masks[..., None].astype(np.float32)
    found = map_overlaps(Inspector(model), images, masks, "copy")
    np.testing.assert_allclose(found, [1.0, 0.0])
