"""Clouds lie on their shapes, in every direction."""

import numpy as np
import pytest

from cnnbook.beyond import clouds


def test_a_sphere_has_one_radius():
    made, labels = clouds.make_clouds(200, noise=0.0, points=500, seed=0)
    radii = np.linalg.norm(made, axis=2)
    spread = [radii[labels == k].std(axis=1).mean() for k in range(4)]
    assert spread[0] < 0.05
    assert min(spread[1:]) > 0.1


def test_clouds_are_centered_and_of_unit_size():
    made, _ = clouds.make_clouds(20, seed=1)
    np.testing.assert_allclose(made.mean(axis=1), 0, atol=1e-5)
    np.testing.assert_allclose((made**2).sum(axis=2).mean(axis=1), 1, rtol=1e-5)


def test_rotations_are_rotations_without_a_favorite():
    rng = np.random.default_rng(2)
    turned = np.array([clouds.rotation(rng) for _ in range(3000)])
    products = turned @ turned.swapaxes(1, 2)
    np.testing.assert_allclose(
        products, np.broadcast_to(np.eye(3), products.shape), atol=1e-10
    )
    np.testing.assert_allclose(np.linalg.det(turned), 1)
    assert np.abs(turned.mean(axis=0)).max() < 0.05


def test_refusals_say_what_to_do():
    with pytest.raises(ValueError, match="`points` must be 4 or more"):
        clouds.make_clouds(1, points=3, seed=0)
