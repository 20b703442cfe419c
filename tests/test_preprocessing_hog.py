"""Histograms of oriented gradients."""

import numpy as np
import pytest

from cnnbook.preprocessing import hog_features


def edge(direction):
    """A step from black to white along `direction`, 16 x 16 pixels."""
    image = np.zeros((16, 16))
    image[(slice(None), slice(8, None)) if direction == "x" else slice(8, None)] = 1.0
    return image[None, ..., None]


def mean_histogram(images):
    """Weight of each of nine directions, summed over all cells."""
    return hog_features(images).reshape(-1, 9).sum(axis=0)


def test_a_vertical_edge_has_horizontal_gradients_and_a_horizontal_one_vertical():
    across, down = mean_histogram(edge("x")), mean_histogram(edge("y"))
    assert across[[0, 8]].sum() == pytest.approx(across.sum())  # 10 and 170 degrees
    assert down[4] == pytest.approx(down.sum())  # 90 degrees


def test_contrast_hardly_matters_and_brightness_not_at_all():
    image = np.random.default_rng(0).uniform(0.2, 0.6, (1, 16, 16, 1))
    as_bytes = np.rint(image * 255).astype(np.uint8)
    np.testing.assert_allclose(
        hog_features(as_bytes), hog_features(as_bytes + np.uint8(50)), atol=1e-6
    )
    np.testing.assert_allclose(hog_features(image), hog_features(image / 2), atol=0.05)


def test_bytes_and_floats_give_the_same():
    as_bytes = np.random.default_rng(1).integers(0, 256, (3, 28, 28, 1), np.uint8)
    floats = as_bytes / np.float32(255)
    np.testing.assert_array_equal(hog_features(as_bytes), hog_features(floats))


def test_what_is_brighter_than_white_is_white():
    image = np.random.default_rng(3).uniform(0.5, 1.004, (1, 16, 16, 1))
    np.testing.assert_array_equal(
        hog_features(image), hog_features(image.clip(0.0, 1.0))
    )
    assert (np.rint(image * 255) > 255).any()


def test_the_length_is_blocks_times_four_histograms():
    assert hog_features(np.zeros((2, 8, 12, 1)), cell=4).shape == (2, 1 * 2 * 4 * 9)


def test_each_block_has_norm_one_or_less():
    images = np.random.default_rng(2).uniform(size=(4, 28, 28, 1))
    norms = np.linalg.norm(hog_features(images).reshape(-1, 36), axis=1)
    assert 0.9 < norms.max() < 1.001


@pytest.mark.parametrize(
    ("images", "cell", "says"),
    [
        (np.zeros((28, 28, 1)), 4, "add the batch axis"),
        (np.zeros((1, 28, 28, 3)), 4, "must have one channel, got 3"),
        (np.zeros((1, 8, 8, 1)), 5, "Make it 4 or less"),
        (np.zeros((1, 8, 8, 1)), 1, "`cell` must be 2 or more"),
    ],
)
def test_bad_input_is_refused(images, cell, says):
    with pytest.raises(ValueError, match=says):
        hog_features(images, cell=cell)
