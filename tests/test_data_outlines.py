"""Outlines of garments: by hand, there and back, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from cnnbook.data import draw_outlines, load_fashion_mnist, outlines

# three columns: two lit pixels with a hole between, one at the bottom, none
IMAGE = np.array([[0, 0, 0], [1, 0, 0], [0, 0, 0], [1, 1, 0]], float)[None, ..., None]


def test_by_hand():
    assert outlines(IMAGE).tolist() == [[[0.75, 0.0], [0.25, 0.0], [0.0, 0.0]]]


def test_the_picture_fills_the_hole_and_draws_nothing_in_an_empty_column():
    filled = [[0, 0, 0], [1, 0, 0], [1, 0, 0], [1, 1, 0]]
    assert draw_outlines(outlines(IMAGE), height=4)[0, :, :, 0].tolist() == filled


def test_bytes_and_floats_of_one_image_have_one_outline():
    images = load_fashion_mnist().train_images[:20]
    found = outlines(images)
    assert (found.shape, found.dtype) == ((20, 28, 2), np.float32)
    np.testing.assert_array_equal(found, outlines(images / 255))


def test_the_threshold_is_a_share_of_white():
    image = np.array([[50], [51], [52]], np.uint8)[None, ..., None]
    assert outlines(image, threshold=0.2).tolist() == [[[np.float32(2 / 3), 0]]]
    assert outlines(image, threshold=0.204).ravel().round(2).tolist() == [0.0, 0.0]


def test_series_and_picture_of_real_garments_hold_the_same():
    series = outlines(load_fashion_mnist().train_images[:500])
    np.testing.assert_array_equal(outlines(draw_outlines(series)), series)
    assert (series[..., 0] >= series[..., 1]).all()


@given(arrays.arrays(np.int64, (2, 5, 2), elements=st.integers(0, 9)))
def test_there_and_back(heights):
    upper, lower = heights.max(axis=2), heights.min(axis=2)
    empty = (upper == lower)[..., None]  # nothing lies between: read as 0
    series = np.stack([upper, lower], axis=-1) * ~empty / 9
    again = outlines(draw_outlines(series, height=9))
    np.testing.assert_allclose(again, series, atol=1e-6)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: outlines(np.zeros((4, 4, 1))), "add the batch axis"),
        (lambda: outlines(np.zeros((1, 4, 4, 3))), "take the mean"),
        (lambda: outlines(IMAGE, threshold=51), "`threshold` must be between"),
        (lambda: draw_outlines(np.zeros((2, 28, 1))), "an upper and a lower edge"),
        (lambda: draw_outlines(np.zeros((28, 2))), r"must be \(n, w, edge\)"),
        (lambda: draw_outlines(np.zeros((1, 2, 2)), height=0), "`height` must be 1"),
    ],
)
def test_refusals_say_what_is_wrong(call, message):
    with pytest.raises(ValueError, match=message):
        call()
