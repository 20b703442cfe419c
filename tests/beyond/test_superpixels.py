"""Superpixels follow edges, and their graphs count what they should."""

import numpy as np
import pytest

from cnnbook.beyond.superpixels import image_graphs, superpixels


def half_and_half():
    image = np.zeros((1, 12, 12, 1))
    image[:, :, 5:] = 1.0  # an edge that no grid of 3 patches has
    return image


def test_a_grid_without_rounds():
    patches = superpixels(np.zeros((1, 4, 4, 1)), side=2, rounds=0)
    expected = [[0, 0, 1, 1], [0, 0, 1, 1], [2, 2, 3, 3], [2, 2, 3, 3]]
    assert patches[0].tolist() == expected


def test_patches_do_not_cross_an_edge():
    image = half_and_half()
    patches = superpixels(image, side=3, contrast=3.0)
    for patch in np.unique(patches):
        assert len(np.unique(image[0, :, :, 0][patches[0] == patch])) == 1


def test_features_by_hand():
    image = half_and_half()
    patches = superpixels(image, side=2, rounds=0)
    features, weights = image_graphs(image, patches, side=2, k=2)
    # rows 0-5 and columns 0-5 of 0-11; one column of six is bright; a quarter of all
    np.testing.assert_allclose(features[0, 0], [2.5 / 11, 2.5 / 11, 1 / 6, 1])
    assert weights.shape == (1, 4, 4)
    np.testing.assert_allclose(weights, weights.swapaxes(1, 2))


def test_shares_add_up():
    images = np.random.default_rng(0).random((3, 14, 14, 1))
    features, _ = image_graphs(images, superpixels(images))
    np.testing.assert_allclose(features[:, :, 3].sum(axis=1), 25, rtol=1e-5)


def test_refusals_say_what_to_do():
    with pytest.raises(ValueError, match="add the batch axis"):
        superpixels(np.zeros((14, 14, 1)))
    with pytest.raises(ValueError, match="`side` must be 2 or more"):
        superpixels(np.zeros((1, 14, 14, 1)), side=1)
