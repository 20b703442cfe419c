"""Permutations and shifts move pixels, and nothing else."""

import numpy as np
import pytest

from cnnbook.assumptions.pixels import permute_pixels, shift_pixels

IMAGES = np.arange(2 * 3 * 4 * 2).reshape(2, 3, 4, 2)


def test_a_permutation_by_hand():
    image = np.array([[1, 2], [3, 4]]).reshape(1, 2, 2, 1)
    permuted = permute_pixels(image, np.array([2, 0, 3, 1]))
    assert permuted[0, :, :, 0].tolist() == [[3, 1], [4, 2]]


def test_all_images_are_permuted_alike_and_channels_stay_together():
    order = np.random.default_rng(0).permutation(12)
    permuted = permute_pixels(IMAGES, order)
    for image, moved in zip(IMAGES, permuted, strict=True):
        for k, source in enumerate(order):
            where, whence = divmod(k, 4), divmod(int(source), 4)
            assert moved[where].tolist() == image[whence].tolist()


def test_the_inverse_permutation_undoes():
    order = np.random.default_rng(1).permutation(12)
    back = permute_pixels(permute_pixels(IMAGES, order), np.argsort(order))
    np.testing.assert_array_equal(back, IMAGES)


@pytest.mark.parametrize("order", [np.zeros(12, int), np.arange(1, 13)])
def test_what_is_no_permutation_is_refused(order):
    with pytest.raises(ValueError, match="must hold each of 0 … 11 once"):
        permute_pixels(IMAGES, order)


def test_a_permutation_of_another_size_is_refused():
    with pytest.raises(ValueError, match=r"`order` must have shape \(12,\)"):
        permute_pixels(IMAGES, np.arange(24))


@pytest.mark.parametrize(
    ("down", "right", "expected"),
    [
        (0, 0, [[1, 2, 3], [4, 5, 6]]),
        (0, 1, [[1, 1, 2], [4, 4, 5]]),
        (0, -1, [[2, 3, 3], [5, 6, 6]]),
        (1, 0, [[1, 2, 3], [1, 2, 3]]),
        (-1, 2, [[4, 4, 4], [4, 4, 4]]),
        (9, 0, [[1, 2, 3], [1, 2, 3]]),
    ],
)
def test_shifts_repeat_the_border(down, right, expected):
    image = np.array([[1, 2, 3], [4, 5, 6]]).reshape(1, 2, 3, 1)
    assert shift_pixels(image, down, right)[0, :, :, 0].tolist() == expected


def test_shifts_agree_with_numpy_padding():
    for down, right in [(1, 0), (2, 1)]:
        padded = np.pad(IMAGES, ((0, 0), (down, 0), (right, 0), (0, 0)), "edge")
        found = shift_pixels(IMAGES, down, right)
        np.testing.assert_array_equal(found, padded[:, :3, :4])
