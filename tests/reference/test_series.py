"""Convolution of series: by hand, against NumPy and Keras, and its place in conv2d."""

import keras
import numpy as np
import pytest

from cnnbook.reference import conv1d, conv2d

RNG = np.random.default_rng(0)


def test_by_hand():
    series = np.array([1.0, 2, 4, 8, 16]).reshape(1, 5, 1)
    kernel = np.array([1.0, 0, -1]).reshape(3, 1, 1)
    assert conv1d(series, kernel).ravel().tolist() == [-3, -6, -12]
    assert conv1d(series, kernel, stride=2).ravel().tolist() == [-3, -12]
    assert conv1d(series, kernel, padding="same").ravel()[0] == -2
    assert conv1d(series, kernel, dilation=2).ravel().tolist() == [-15]
    assert conv1d(series, kernel, bias=np.array([3.0])).ravel()[0] == 0


def test_matches_numpy():
    series, kernel = RNG.normal(size=20), RNG.normal(size=4)
    ours = conv1d(series[None, :, None], kernel[:, None, None])
    np.testing.assert_allclose(ours[0, :, 0], np.correlate(series, kernel))


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(("stride", "dilation"), [(1, 1), (2, 1), (3, 1), (1, 2)])
def test_matches_keras(padding, stride, dilation):
    layer = keras.layers.Conv1D(
        6, 5, strides=stride, padding=padding, dilation_rate=dilation
    )
    series = RNG.normal(size=(3, 19, 2)).astype(np.float32)
    theirs = np.asarray(layer(series))
    kernel, bias = layer.get_weights()
    options = {"stride": stride, "padding": padding, "dilation": dilation}
    ours = conv1d(series, kernel, bias=bias + 0.0, **options)
    np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_a_series_is_an_image_of_height_one_or_of_width_one():
    series, kernel = RNG.normal(size=(2, 9, 3)), RNG.normal(size=(4, 3, 5))
    ours = conv1d(series, kernel)
    upright = conv2d(series[:, :, None], kernel[:, None])[:, :, 0]
    np.testing.assert_allclose(ours, upright, atol=1e-12)


def test_refusals_say_what_is_wrong():
    with pytest.raises(ValueError, match=r"`series` must be \(n, w, c\)"):
        conv1d(np.zeros((2, 1, 9, 3)), np.zeros((3, 3, 1)))
    with pytest.raises(ValueError, match=r"`kernel` must be \(kw, c, f\)"):
        conv1d(np.zeros((2, 9, 3)), np.zeros((1, 3, 3, 1)))
    with pytest.raises(ValueError, match="reads 2 channels"):
        conv1d(np.zeros((2, 9, 3)), np.zeros((3, 2, 1)))
