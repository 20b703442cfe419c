"""Variation: amounts in their units, seeds that repeat, the layers of Keras."""

import json
from dataclasses import asdict

import keras
import numpy as np
import pytest
import tensorflow as tf

from cnnbook.preprocessing import Variation, batches, stateless

KEY = tf.constant([1, 2], tf.int64)


def vary(images, **amounts):
    h, w = images.shape[1:3]
    change = Variation(**amounts).augmentation(h, w)
    return change(tf.constant(images, tf.float32), KEY).numpy()


def line(n, size=33):
    """A bright horizontal line through the middle."""
    images = np.zeros((n, size, size, 1), "float32")
    images[:, size // 2] = 1
    return images


def dot(n, size=33):
    images = np.zeros((n, size, size, 1), "float32")
    images[:, size // 2, size // 2] = 1
    return images


def center(images):
    """Rows and columns of the center of brightness, from the middle: (n, 2)."""
    steps = np.arange(images.shape[1]) - images.shape[1] // 2
    mass = images.sum(axis=(1, 2, 3))
    rows = (images.sum(axis=(2, 3)) * steps).sum(axis=1) / mass
    columns = (images.sum(axis=(1, 3)) * steps).sum(axis=1) / mass
    return np.stack([rows, columns], axis=1)


def angles(images):
    """The direction of the longest axis of each image, degrees from the horizontal."""
    steps = np.arange(images.shape[1]) - images.shape[1] // 2
    down, along = np.meshgrid(steps, steps, indexing="ij")
    grey = images[..., 0]
    mixed = 2 * (grey * along * -down).sum(axis=(1, 2))
    spread = (grey * (along**2 - down**2)).sum(axis=(1, 2))
    return np.degrees(np.arctan2(mixed, spread) / 2)


def test_degrees_are_degrees():
    found = angles(vary(line(400), degrees=25, fill="constant"))
    assert 23 < found.max() < 25.5
    assert -25.5 < found.min() < -23


def test_a_shift_is_in_pixels_along_both_axes():
    found = center(vary(dot(400), shift=4))
    np.testing.assert_allclose(np.abs(found).max(axis=0), [4, 4], atol=0.1)
    assert np.abs(np.corrcoef(found.T)[0, 1]) < 0.2  # the axes are drawn apart


def test_a_zoom_shows_more_or_less_by_its_share():
    square = np.zeros((400, 41, 41, 1), "float32")
    square[:, 10:31, 10:31] = 1
    sides = np.sqrt(vary(square, zoom=0.25).sum(axis=(1, 2, 3))) / 21
    assert sides.min() == pytest.approx(1 / 1.25, abs=0.02)
    assert sides.max() == pytest.approx(1 / 0.75, abs=0.03)


def test_a_shear_leans_by_degrees_and_keeps_the_top_row():
    upright = line(400).transpose(0, 2, 1, 3)
    leaning = vary(upright, shear=20)
    top, bottom = leaning[:, 0, :, 0].argmax(axis=1), leaning[:, 32, :, 0]
    assert set(top) == {16}
    moved = bottom.argmax(axis=1) - 16
    assert np.abs(moved).max() == pytest.approx(32 * np.tan(np.radians(20)), abs=1)


def test_brightness_adds_a_share_of_the_range():
    grey = np.full((400, 2, 2, 1), 100, "float32")
    varied = vary(grey, brightness=0.2, value_range=(0, 255))[:, 0, 0, 0] - 100
    assert varied.max() == pytest.approx(51, abs=1)
    assert varied.min() == pytest.approx(-51, abs=1)


def test_contrast_scales_distances_from_the_mean():
    pair = np.tile(np.array([0.4, 0.6], "float32").reshape(1, 1, 2, 1), (400, 1, 1, 1))
    varied = vary(pair, contrast=0.5, value_range=(0, 1))
    distance = varied[:, 0, 1, 0] - varied[:, 0, 0, 0]
    assert distance.min() == pytest.approx(0.1, abs=0.01)
    assert distance.max() == pytest.approx(0.3, abs=0.01)
    np.testing.assert_allclose(varied.mean(axis=(1, 2, 3)), 0.5, atol=1e-6)


def corners(flip):
    """Where the one lit corner of 2 x 2 pixels goes, and how often."""
    images = np.zeros((400, 2, 2, 1), "float32")
    images[:, 0, 0] = 1
    return vary(images, flip=flip).reshape(400, 4).argmax(axis=1)


@pytest.mark.parametrize(
    ("flip", "places"),
    [("none", 1), ("horizontal", 2), ("vertical", 2), ("both", 4)],
)
def test_each_flip_has_a_coin_of_its_own(flip, places):
    counts = np.bincount(corners(flip))
    counts = counts[counts > 0]
    assert len(counts) == places
    assert counts.min() > 400 / places / 2


def test_nothing_is_done_unless_asked_for():
    images = np.random.default_rng(0).random((4, 5, 6, 2)).astype("float32")
    assert Variation().layers(5, 6) == []
    np.testing.assert_array_equal(vary(images), images)


EVERYTHING = Variation(
    flip="both",
    degrees=15,
    shift=2,
    zoom=0.1,
    shear=10,
    brightness=0.2,
    contrast=0.2,
    value_range=(0, 1),
)


def test_the_layers_are_those_of_keras_and_do_nothing_at_prediction():
    images = np.random.default_rng(0).random((4, 9, 9, 1)).astype("float32")
    chain = keras.Sequential(EVERYTHING.layers(9, 9, seed=0))
    assert len(chain.layers) == 8
    np.testing.assert_array_equal(chain(images, training=False), images)
    assert not np.allclose(chain(images, training=True), images)


def test_layers_of_one_seed_draw_the_same_and_each_layer_for_itself():
    images = np.random.default_rng(0).random((4, 9, 9, 1)).astype("float32")
    first, again, other = (
        keras.Sequential(EVERYTHING.layers(9, 9, seed=seed))(images, training=True)
        for seed in (3, 3, 30)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.allclose(first, other)
    seeds = [layer.seed for layer in EVERYTHING.layers(9, 9, seed=3)]
    assert len(set(seeds)) == len(seeds)


def test_stateless_layers_are_a_function_of_the_seed():
    images = np.random.default_rng(0).random((4, 9, 9, 1)).astype("float32")
    change = EVERYTHING.augmentation(9, 9)
    first, again = change(images, KEY), change(images, KEY)
    np.testing.assert_array_equal(first, again)
    assert not np.allclose(first, change(images, KEY + 10))


def test_a_parallel_pipeline_repeats():
    images = np.random.default_rng(0).random((128, 9, 9, 1)).astype("float32")

    def epoch():
        keras.utils.set_random_seed(0)
        change = EVERYTHING.augmentation(9, 9)
        dataset = batches(
            images, np.zeros(128, int), batch_size=4, seed=0, augment=change
        )
        return np.concatenate([x for x, _ in dataset])

    np.testing.assert_array_equal(epoch(), epoch())


def test_stateless_draws_afresh_for_each_layer():
    layers = [keras.layers.RandomFlip("horizontal") for _ in range(2)]
    image = np.array([1.0, 0.0], "float32").reshape(1, 1, 2, 1).repeat(200, axis=0)
    varied = stateless(layers)(image, KEY).numpy()[:, 0, 0, 0]
    # one coin for both would always flip back
    assert 50 < varied.sum() < 150


def test_a_variation_is_a_plain_value():
    assert json.loads(json.dumps(asdict(Variation(degrees=5))))["degrees"] == 5
    assert Variation(degrees=5) == Variation(degrees=5) != Variation(degrees=6)


@pytest.mark.parametrize(
    ("amounts", "message"),
    [
        ({"flip": "left"}, "`flip` must be one of 'none', 'horizontal'"),
        ({"fill": "black"}, "`fill` must be one of 'nearest'"),
        ({"degrees": 200}, "`degrees` must be between 0 and 180, got 200"),
        ({"shift": -1}, "`shift` must be 0 or more, got -1"),
        ({"zoom": 1}, "`zoom` must be between 0 and 0.99"),
        ({"shear": 60}, "`shear` must be between 0 and 45"),
        ({"brightness": 51}, "`brightness` must be between 0 and 1, got 51"),
        ({"contrast": 2}, "`contrast` must be between 0 and 1"),
        ({"brightness": 0.2}, "need a `value_range`, got None"),
    ],
)
def test_impossible_variations_are_refused(amounts, message):
    with pytest.raises(ValueError, match=message):
        Variation(**amounts)


def test_a_shift_beyond_the_image_is_refused():
    with pytest.raises(ValueError, match="`w` must be 9 or more, got 8"):
        Variation(shift=9).layers(20, 8)
