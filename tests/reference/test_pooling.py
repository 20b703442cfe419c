"""Pooling and its gradient: by hand, by its laws, and what it refuses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnbook import reference
from cnnbook.reference import (
    average_pool2d,
    average_pool2d_gradient,
    blur_kernel,
    blur_pool2d,
    blur_pool2d_gradient,
    global_average_pool2d,
    global_average_pool2d_gradient,
    global_max_pool2d,
    global_max_pool2d_gradient,
    max_pool2d,
    max_pool2d_gradient,
    numerical_gradient,
    relative_error,
)
from tests.reference.agreement import layouts, normal

RAMP = np.arange(1.0, 17.0).reshape(1, 4, 4, 1)  # the source's feature map
MIXED = np.array([[9.0, 2, 1], [4, 5, 8], [3, 7, 6]]).reshape(1, 3, 3, 1)
POOLS = {
    "max": (max_pool2d, max_pool2d_gradient),
    "average": (average_pool2d, average_pool2d_gradient),
}


def grid(array):
    return array[0, :, :, 0].tolist()


def test_the_example_of_the_source():
    assert grid(max_pool2d(RAMP)) == [[6, 8], [14, 16]]
    assert grid(average_pool2d(RAMP)) == [[3.5, 5.5], [11.5, 13.5]]


def test_windows_may_overlap():
    assert grid(max_pool2d(MIXED, stride=1)) == [[9, 8], [7, 8]]
    assert grid(average_pool2d(MIXED, stride=1)) == [[5, 4], [4.75, 6.5]]


def test_valid_leaves_the_last_row_and_column_out():
    assert grid(max_pool2d(MIXED)) == [[9]]


def test_same_pads_with_what_counts_for_nothing():
    assert grid(max_pool2d(-MIXED, padding="same")) == [[-2, -1], [-3, -6]]
    assert grid(average_pool2d(MIXED, padding="same")) == [[5, 4.5], [5, 6]]


def test_a_maximum_of_integers_stays_one():
    image = np.array([[250, 3], [4, 5]], np.uint8).reshape(1, 2, 2, 1)
    pooled = max_pool2d(image, padding=1)
    assert pooled.dtype == np.uint8
    assert grid(pooled) == [[250, 3], [4, 5]]


def test_gradients_by_hand():
    one = np.array([[1.0, 10], [100, 1000]]).reshape(1, 2, 2, 1)
    by_max = grid(max_pool2d_gradient(MIXED, one, stride=1))
    assert by_max == [[1, 0, 0], [0, 0, 1010], [0, 100, 0]]
    by_average = grid(average_pool2d_gradient(MIXED, one, stride=1))
    assert by_average == [[0.25, 2.75, 2.5], [25.25, 277.75, 252.5], [25, 275, 250]]


def test_the_first_of_equal_maxima_gets_the_gradient():
    even = np.ones((1, 2, 2, 1))
    assert grid(max_pool2d_gradient(even, np.ones((1, 1, 1, 1)))) == [[1, 0], [0, 0]]


def test_global_pooling_by_hand():
    assert global_average_pool2d(MIXED).tolist() == [[5]]
    assert global_max_pool2d(MIXED).tolist() == [[9]]
    back = np.array([[9.0]])
    assert grid(global_average_pool2d_gradient(MIXED, back)) == [[1] * 3] * 3
    assert grid(global_max_pool2d_gradient(MIXED, back)) == [
        [9, 0, 0],
        [0] * 3,
        [0] * 3,
    ]


def test_equal_global_maxima_share_the_gradient():
    even = np.ones((1, 2, 2, 1))
    back = global_max_pool2d_gradient(even, np.array([[1.0]]))
    assert grid(back) == [[0.25, 0.25], [0.25, 0.25]]


@pytest.mark.parametrize("kind", POOLS)
@given(case=layouts())
def test_gradients_agree_with_the_numerical_judge(kind, case):
    images = case.images[:1].astype(float)
    options = {"window": case.window, "stride": case.stride}
    if not isinstance(case.padding, str):  # Keras has no such padding: ours must hold
        options["padding"] = tuple(
            (min(before, k - 1), min(after, k - 1))
            for (before, after), k in zip(case.padding, case.window, strict=True)
        )
    pool, pool_gradient = POOLS[kind]
    weights = normal(case.seed + 1, *pool(images, **options).shape).astype(float)
    judge = numerical_gradient(lambda x: (pool(x, **options) * weights).sum(), images)
    found = pool_gradient(images, weights, **options)
    assert relative_error(found, judge) < 1e-5


@given(layouts())
def test_average_pooling_is_linear_and_max_pooling_is_not(case):
    first, second = case.images.astype(float), np.roll(case.images, 1).astype(float)
    together = average_pool2d(first + second, window=1, stride=1)
    np.testing.assert_allclose(together, first + second)
    peaks = np.array([[0.0, 1], [1, 0]]).reshape(1, 2, 2, 1)
    assert max_pool2d(peaks)[0, 0, 0, 0] + max_pool2d(1 - peaks)[0, 0, 0, 0] == 2
    assert max_pool2d(peaks + (1 - peaks))[0, 0, 0, 0] == 1


@given(st.integers(1, 3), st.integers(0, 99))
def test_pooling_moves_with_shifts_by_its_stride(steps, seed):
    images = normal(seed, 1, 8, 8, 2)
    moved = max_pool2d(np.roll(images, 2 * steps, axis=2))
    np.testing.assert_array_equal(moved, np.roll(max_pool2d(images), steps, axis=2))


@given(st.integers(0, 7), st.integers(0, 7), st.integers(0, 99))
def test_global_pooling_does_not_see_shifts(down, right, seed):
    images = normal(seed, 1, 8, 8, 2)
    moved = np.roll(images, (down, right), axis=(1, 2))
    np.testing.assert_array_equal(global_max_pool2d(moved), global_max_pool2d(images))
    np.testing.assert_allclose(
        global_average_pool2d(moved), global_average_pool2d(images), atol=1e-6
    )


@given(layouts(), st.sampled_from([2, 3, 5]))
def test_the_gradient_of_a_blur_is_its_transpose(case, size):
    images = case.images.astype(float)
    blurred = blur_pool2d(images, size=size, stride=case.stride)
    others = normal(case.seed + 1, *blurred.shape).astype(float)
    back = blur_pool2d_gradient(images, others, size=size, stride=case.stride)
    assert (back * images).sum() == pytest.approx((blurred * others).sum(), abs=1e-9)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
def test_blur_weights_sum_to_one(size):
    assert blur_kernel(size).sum() == pytest.approx(1)


def test_a_blur_leaves_even_areas_and_removes_the_finest_stripes():
    even = np.full((1, 8, 8, 1), 3.0)
    assert blur_pool2d(even)[0, 0, 0, 0] == 3  # "same" pads even sizes at the end only
    stripes = np.tile([1.0, -1.0], (1, 8, 4)).reshape(1, 8, 8, 1)
    assert np.abs(blur_pool2d(stripes)[0, :-1, :-1]).max() == 0
    assert (
        np.abs(stripes[:, ::2, ::2]).min() == 1
    )  # striding alone keeps them, as noise


@pytest.mark.parametrize("kind", POOLS)
def test_refusals(kind):
    pool, pool_gradient = POOLS[kind]
    with pytest.raises(ValueError, match=r"add the batch axis: images\[None\]"):
        pool(np.zeros((4, 4, 1)))
    with pytest.raises(ValueError, match="`window` must be an integer from 1"):
        pool(RAMP, window=0)
    with pytest.raises(ValueError, match="does not fit 4 pixels"):
        pool(RAMP, window=5)
    sentence = r"`gradient` must have shape \(1, 2, 2, 1\), that of the pooled images"
    with pytest.raises(ValueError, match=sentence):
        pool_gradient(RAMP, RAMP)


@pytest.mark.parametrize("kind", ["average", "max"])
def test_global_refusals(kind):
    with pytest.raises(ValueError, match="add the batch axis"):
        getattr(reference, f"global_{kind}_pool2d")(np.zeros((4, 4, 1)))
    with pytest.raises(ValueError, match=r"`gradient` must have shape \(1, 1\), one"):
        getattr(reference, f"global_{kind}_pool2d_gradient")(RAMP, RAMP)


def test_a_blur_of_no_size_is_refused():
    with pytest.raises(ValueError, match="`size` must be 1 or more, got 0"):
        blur_kernel(0)
