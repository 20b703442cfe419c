"""Correlation by distance and mutual information, where both can be computed."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from sklearn.metrics import mutual_info_score

from cnnbook.assumptions import (
    correlation_by_distance,
    mutual_information,
    permute_pixels,
)


def smooth_images(n=400, side=12, seed=0):
    noise = np.random.default_rng(seed).normal(size=(n, side, side))
    return gaussian_filter(noise, (0, 1.5, 1.5))[..., None]


def test_three_pixels_by_hand():
    # neighbors: perfectly (anti)correlated, uncorrelated; ends: uncorrelated
    a, b = np.array([1.0, -1, 1, -1]), np.array([1.0, 1, -1, -1])
    images = np.stack([a, -a, b], axis=1).reshape(4, 1, 3, 1)
    found = correlation_by_distance(images)
    assert found.distances.tolist() == [1, 2]
    np.testing.assert_allclose(found.correlation, [0.5, 0.0], atol=1e-6)


def test_it_agrees_with_numpy_over_all_pairs():
    images = np.random.default_rng(1).uniform(size=(50, 4, 5, 2))
    found = correlation_by_distance(images)
    for distance, mean in zip(found.distances, found.correlation, strict=True):
        expected = []
        for c in range(2):
            table = np.abs(np.corrcoef(images[..., c].reshape(50, -1), rowvar=False))
            for i in range(4):
                for j in range(5):
                    for k, m in ((i + distance, j), (i, j + distance)):
                        if k < 4 and m < 5:
                            expected.append(table[5 * i + j, 5 * k + m])
        assert mean == pytest.approx(np.mean(expected), abs=1e-5)


def test_units_of_a_position_do_not_matter():
    images = smooth_images()
    rng = np.random.default_rng(2)
    shape = (1, *images.shape[1:])
    other = images * rng.uniform(0.1, 9, shape) + rng.normal(size=shape)
    np.testing.assert_allclose(
        correlation_by_distance(other).correlation,
        correlation_by_distance(images).correlation,
        atol=1e-4,
    )


def test_smooth_images_are_local_and_permuted_ones_are_not():
    images = smooth_images()
    order = np.random.default_rng(3).permutation(144)
    as_they_are = correlation_by_distance(images)
    permuted = correlation_by_distance(permute_pixels(images, order))
    assert as_they_are.near > 0.8
    assert as_they_are.locality > 5
    assert 0.7 < permuted.locality < 1.4


def test_independent_pixels_lie_on_the_floor():
    images = np.random.default_rng(4).normal(size=(500, 10, 10, 1))
    found = correlation_by_distance(images)
    np.testing.assert_allclose(found.correlation, found.floor, rtol=0.25)
    assert found.floor == pytest.approx(0.0357, abs=1e-4)


def test_positions_that_never_vary_are_left_out():
    images = smooth_images()
    framed = np.pad(images, ((0, 0), (0, 0), (0, 12), (0, 0)))
    found = correlation_by_distance(framed)
    assert found.distances.tolist() == list(range(1, 12))
    assert found.near == pytest.approx(correlation_by_distance(images).near, abs=1e-6)


def test_long_rows_are_measured_at_forty_distances():
    rows = np.random.default_rng(5).normal(size=(30, 1, 200, 1))
    found = correlation_by_distance(rows)
    assert len(found.distances) == 40
    assert (found.distances[0], found.distances[-1]) == (1, 199)


def test_far_begins_at_half_the_longest_distance():
    rows = np.zeros((4, 1, 5, 1))
    rows[:, 0, :, 0] = np.random.default_rng(6).normal(size=(4, 5))
    found = correlation_by_distance(rows)
    assert found.far == pytest.approx(found.correlation[[2, 3]].mean())
    assert found.locality == pytest.approx(found.near / found.far)


def test_equal_images_are_refused():
    with pytest.raises(ValueError, match="must vary at neighboring positions"):
        correlation_by_distance(np.ones((5, 4, 4, 1)))


def test_one_image_is_refused():
    with pytest.raises(ValueError, match="number of images"):
        correlation_by_distance(np.ones((1, 4, 4, 1)))


def test_a_copy_tells_everything_and_a_stranger_nothing():
    bits = np.array([0, 0, 1, 1] * 25)
    others = np.array([0, 1, 0, 1] * 25)
    assert mutual_information(bits, bits, bins=2) == pytest.approx(1.0)
    assert mutual_information(bits, others, bins=2) == pytest.approx(0.0, abs=1e-12)


def test_it_agrees_with_scikit_learn():
    rng = np.random.default_rng(7)
    first = rng.normal(size=3_000)
    second = first + rng.normal(size=3_000)
    edges = [np.quantile(v, np.arange(1, 8) / 8) for v in (first, second)]
    parts = [np.digitize(v, e) for v, e in zip((first, second), edges, strict=True)]
    expected = mutual_info_score(*parts) / np.log(2)
    assert mutual_information(first, second, bins=8) == pytest.approx(expected)


def test_only_the_order_of_values_matters():
    rng = np.random.default_rng(8)
    first, second = rng.normal(size=(2, 2_000))
    second += first
    assert mutual_information(first, second) == pytest.approx(
        mutual_information(np.exp(first), second**3)
    )


def test_it_sees_what_correlation_does_not():
    first = np.random.default_rng(9).normal(size=5_000)
    second = first**2
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.1
    assert mutual_information(first, second) > 1


def test_chance_gives_about_what_the_docstring_says():
    first, second = np.random.default_rng(10).normal(size=(2, 4_000))
    expected = 15**2 / (2 * 4_000 * np.log(2))
    assert mutual_information(first, second) == pytest.approx(expected, rel=0.3)


@pytest.mark.parametrize("second", [np.zeros(99), np.zeros(101)])
def test_samples_of_unequal_length_are_refused(second):
    with pytest.raises(ValueError, match="must be of one length"):
        mutual_information(np.zeros(100), second)
