"""Warps: by hand, against SciPy and Keras, by law, refusals."""

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from cnnbook.reference import rotation_matrix, warp

IDENTITY = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


def some_images(n=2, h=6, w=7, c=2):
    return np.random.default_rng(0).random((n, h, w, c))


def test_half_a_pixel_to_the_right_is_read_between_two_pixels():
    image = np.array([[0.0, 10.0, 30.0]]).reshape(1, 1, 3, 1)
    matrix = np.array([[1.0, 0.0, 0.5], [0.0, 1.0, 0.0]])
    assert warp(image, matrix).ravel().tolist() == [5, 20, 30]  # the border repeats


def test_the_first_row_of_a_matrix_is_about_columns():
    image = np.arange(6.0).reshape(1, 2, 3, 1)
    matrix = np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
    assert warp(image, matrix)[0, :, :, 0].tolist() == [[1, 2, 2], [4, 5, 5]]


def test_a_warp_matches_scipy():
    images = some_images()
    matrix = np.array([[0.9, 0.3, -1.2], [-0.2, 1.1, 0.7]])
    swapped = matrix[::-1, [1, 0, 2]]  # SciPy counts rows first
    for image, warped in zip(images, warp(images, matrix), strict=True):
        for channel in range(2):
            theirs = ndimage.affine_transform(
                image[..., channel],
                swapped[:, :2],
                swapped[:, 2],
                order=1,
                mode="nearest",
            )
            np.testing.assert_allclose(warped[..., channel], theirs, atol=1e-9)


@pytest.mark.parametrize("degrees", [-130.0, 7.5, 36.0])
def test_a_rotation_matches_keras(degrees):
    images = some_images().astype("float32")
    matrix = rotation_matrix(degrees, 6, 7)
    transform = np.r_[matrix.ravel(), 0, 0].astype("float32")
    theirs = keras.ops.image.affine_transform(images, transform, fill_mode="nearest")
    np.testing.assert_allclose(warp(images, matrix), theirs, atol=1e-4)


def test_a_quarter_turn_is_that_of_numpy():
    images = some_images(h=5, w=5)
    turned = warp(images, rotation_matrix(90, 5, 5))
    np.testing.assert_allclose(turned, np.rot90(images, axes=(1, 2)), atol=1e-9)


@given(degrees=st.floats(-180, 180))
def test_a_rotation_leaves_the_middle_where_it_is(degrees):
    matrix = rotation_matrix(degrees, 9, 5)
    np.testing.assert_allclose(matrix @ [2, 4, 1], [2, 4], atol=1e-9)


def test_nothing_happens_under_the_identity():
    images = some_images()
    np.testing.assert_array_equal(warp(images, IDENTITY), images)
    np.testing.assert_allclose(rotation_matrix(0, 6, 7), IDENTITY)


def test_a_warp_is_linear_in_the_image():
    first, second = some_images(), some_images()[::-1]
    matrix = rotation_matrix(20, 6, 7)
    whole = warp(2 * first + 3 * second, matrix)
    np.testing.assert_allclose(
        whole, 2 * warp(first, matrix) + 3 * warp(second, matrix)
    )


def test_what_is_no_image_or_no_matrix_is_refused():
    with pytest.raises(ValueError, match=r"add the batch axis: images\[None\]"):
        warp(np.zeros((4, 4, 1)), IDENTITY)
    with pytest.raises(ValueError, match=r"`matrix` must have shape \(2, 3\)"):
        warp(np.zeros((1, 4, 4, 1)), np.eye(3))
    with pytest.raises(ValueError, match="`h` must be 1 or more, got 0"):
        rotation_matrix(10, 0, 4)
