"""Where units answer most strongly, and what they see there."""

import keras
import numpy as np
import pytest

from cnnbook import interpretation
from cnnbook.reference import receptive_field


def test_strongest_places_by_hand_one_for_each_image():
    maps = np.zeros((3, 2, 3))
    maps[0, 1, 2] = 4
    maps[1, 0, 1], maps[1, 1, 1] = 9, 8  # the second peak of an image does not count
    maps[2, 0, 0] = 5
    places = interpretation.strongest_places(maps, k=2)
    assert places.tolist() == [[1, 0, 1], [2, 0, 0]]


def test_strongest_places_hold_the_largest_values():
    maps = np.random.default_rng(0).normal(size=(40, 5, 6))
    places = interpretation.strongest_places(maps, k=40)
    values = maps[tuple(places.T)]
    np.testing.assert_array_equal(values, np.sort(maps.max(axis=(1, 2)))[::-1])


def test_patches_by_hand_in_the_middle_and_at_a_corner():
    images = np.arange(16.0).reshape(1, 4, 4, 1)
    field = receptive_field([(3, 1, 1)])
    places = np.array([[0, 1, 2], [0, 0, 0]])
    patches = interpretation.cut_patches(images, places, field, fill=-1.0)
    assert patches[0, :, :, 0].tolist() == [[1, 2, 3], [5, 6, 7], [9, 10, 11]]
    assert patches[1, :, :, 0].tolist() == [[-1, -1, -1], [-1, 0, 1], [-1, 4, 5]]


def test_beyond_the_border_there_is_nothing_unless_one_says_what():
    images = np.full((1, 4, 4, 1), 7.0)
    [patch] = interpretation.cut_patches(
        images, np.array([[0, 0, 0]]), receptive_field([(3, 1, 1)])
    )
    assert patch[:, :, 0].tolist() == [[0, 0, 0], [0, 7, 7], [0, 7, 7]]


def test_a_unit_answers_to_its_patch_as_it_does_to_the_image():
    keras.utils.set_random_seed(0)
    image = keras.Input((None, None, 1))
    maps = keras.layers.Conv2D(2, 3)(image)
    maps = keras.layers.MaxPooling2D(2)(maps)
    maps = keras.layers.Conv2D(4, 3)(maps)
    model = keras.Model(image, maps)
    images = np.random.default_rng(1).normal(size=(5, 20, 20, 1)).astype("float32")
    answers = np.asarray(model(images))
    places = interpretation.strongest_places(answers[..., 3], k=5)
    field = receptive_field([(3, 1, 0), (2, 2, 0), (3, 1, 0)])
    patches = interpretation.cut_patches(images, places, field)
    alone = np.asarray(model(patches))[:, 0, 0, 3]
    np.testing.assert_allclose(alone, answers[..., 3][tuple(places.T)], atol=1e-5)


def test_patches_say_what_does_not_fit():
    images, field = np.zeros((2, 8, 8, 1)), receptive_field([(3, 1, 0)])
    with pytest.raises(ValueError, match="`k` must be 2 or less"):
        interpretation.strongest_places(images[..., 0], k=3)
    with pytest.raises(ValueError, match="name image 2, there are 2"):
        interpretation.cut_patches(images, np.array([[2, 0, 0]]), field)
    with pytest.raises(ValueError, match=r"\(0, 9\) lies outside an image of 8 x 8"):
        interpretation.cut_patches(images, np.array([[0, 0, 9]]), field)
    with pytest.raises(ValueError, match="`places` must be"):
        interpretation.cut_patches(images, np.array([0, 0, 0]), field)
