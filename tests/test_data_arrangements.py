"""Parts and their order: what the two classes share, by construction."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnbook.data import (
    ARRANGEMENT_TASKS,
    arrangements,
    bag_of_windows,
    load_photos,
    oriented_patches,
)

UPRIGHT = np.array([[[1.0, 2], [1, 2]], [[3, 4], [3, 4]]])
FLAT = np.array([[[5.0, 5], [6, 6]], [[7, 7], [8, 8]]])
RNG = np.random.default_rng(0)
NOISE = RNG.normal(size=(6, 5, 5)), RNG.normal(size=(6, 5, 5))


def test_orientation_by_hand():
    photo = np.zeros((4, 8, 3))
    photo[:, 2:4] = 200  # two columns: edges that stand upright
    upright, flat = oriented_patches(photo, size=3)
    assert len(upright) > 0
    assert len(flat) == 0
    turned, lying = oriented_patches(photo.transpose(1, 0, 2), size=3)
    assert (len(turned), len(lying)) == (0, len(upright))


def test_patches_of_a_real_photo_have_one_grey_and_one_contrast():
    for patches in oriented_patches(load_photos()["china"]):
        assert patches.shape[1:] == (5, 5)
        assert len(patches) > 500
        np.testing.assert_allclose(patches.mean(axis=(1, 2)), 0, atol=1e-12)
        np.testing.assert_allclose(patches.std(axis=(1, 2)), 1, atol=1e-12)


def test_a_purer_choice_is_a_smaller_one():
    photo = load_photos()["flower"]
    loose, strict = (oriented_patches(photo, purity=p) for p in (0.7, 0.95))
    assert all(len(s) < len(wide) for s, wide in zip(strict, loose, strict=True))


@pytest.mark.parametrize("task", ARRANGEMENT_TASKS)
def test_the_four_images_by_hand(task):
    one_each = UPRIGHT[:1], FLAT[:1]
    images, labels = arrangements(
        one_each, 2, task=task, gap=1, height=2, width=5, seed=0
    )
    up, lie = [[1, 2], [1, 2]], [[5, 5], [6, 6]]
    expected = {"parts": ((up, up), (lie, lie)), "order": ((up, lie), (lie, up))}
    for image, (left, right) in zip(images[..., 0], expected[task], strict=True):
        assert image[:, :2].tolist() == left
        assert image[:, 2].tolist() == [0, 0]
        assert image[:, 3:].tolist() == right
    assert labels.tolist() == [0, 1]
    assert (images.dtype, labels.dtype) == (np.float32, np.int64)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 8), st.integers(0, 2**32 - 1))
def test_windows_that_fit_the_gap_cannot_tell_the_order(gap, seed):
    images, _ = arrangements(
        NOISE, 4, task="order", gap=gap, height=11, width=10 + gap + 20, seed=seed
    )
    for first, second in (images[:2], images[2:]):
        for size in range(1, 10):
            same = bag_of_windows(first, size) == bag_of_windows(second, size)
            assert same is (size <= gap + 1)


def test_pixels_of_both_orders_are_the_same_and_of_both_parts_are_not():
    images, _ = arrangements(NOISE, 2, task="order", gap=3, seed=0)
    np.testing.assert_array_equal(*np.sort(images.reshape(2, -1), axis=1))
    others, _ = arrangements(NOISE, 2, task="parts", gap=3, seed=0)
    assert bag_of_windows(others[0], 1) != bag_of_windows(others[1], 1)


def test_the_two_parts_of_an_image_are_drawn_one_by_one():
    images, labels = arrangements(NOISE, 40, task="parts", gap=4, seed=0)
    left, right = images[:, 1:6, 6:11], images[:, 1:6, 15:20]
    different = (left != right).any(axis=(1, 2, 3))
    assert different[labels == 0].any()
    assert different[labels == 1].any()


def test_a_bag_counts():
    image = np.array([[1, 1, 2], [1, 1, 2]], np.uint8)[..., None]
    assert bag_of_windows(image, 1) == Counter({b"\x01": 4, b"\x02": 2})
    assert bag_of_windows(image, 2) == Counter(
        {b"\x01\x01\x01\x01": 1, b"\x01\x02\x01\x02": 1}
    )


def test_the_seed_decides():
    options = {"task": "order", "gap": 2}
    first, again, other = (
        arrangements(NOISE, 8, seed=seed, **options)[0] for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: arrangements(NOISE, 4, task="size", gap=1, seed=0), "`task` must be"),
        (lambda: arrangements(NOISE, 5, task="order", gap=1, seed=0), "must be even"),
        (lambda: arrangements(NOISE, 4, task="order", gap=-1, seed=0), "`gap` must be"),
        (
            lambda: arrangements(NOISE, 4, task="order", gap=17, seed=0),
            "27 and 5 or more",
        ),
        (
            lambda: arrangements((NOISE[0], FLAT), 4, task="order", gap=1, seed=0),
            "squares of one size",
        ),
        (
            lambda: arrangements(
                (NOISE[0][:0], NOISE[1]), 4, task="order", gap=1, seed=0
            ),
            "empty along n",
        ),
        (lambda: oriented_patches(np.zeros((9, 9))), r"must be \(h, w, c\)"),
        (lambda: oriented_patches(np.zeros((9, 9, 3)), purity=0.3), "`purity` must"),
        (lambda: bag_of_windows(np.zeros((4, 6, 1)), 5), "between 1 and 4"),
    ],
)
def test_refusals_say_what_is_wrong(call, message):
    with pytest.raises(ValueError, match=message):
        call()
