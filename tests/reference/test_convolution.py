"""Convolution and its gradient: by hand, by its laws, and what it refuses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnbook.reference import (
    conv2d,
    conv2d_gradients,
    conv2d_matrix,
    depthwise_conv2d,
    depthwise_conv2d_gradients,
    flip,
    numerical_gradient,
    relative_error,
    true_conv2d,
    true_conv2d_gradients,
)
from tests.reference.agreement import layouts, normal, steps

RAMP = np.arange(1.0, 10.0).reshape(1, 3, 3, 1)
ROBERTS = np.array([[1.0, 0.0], [0.0, -1.0]]).reshape(2, 2, 1, 1)
BENT = np.array([[1.0, 2, 3], [4, 5, 6], [7, 8, 0]]).reshape(1, 3, 3, 1)


def grid(array):
    return array[0, :, :, 0].tolist()


def test_the_example_of_the_source_has_four_equal_values():
    assert grid(conv2d(RAMP, ROBERTS)) == [[-4, -4], [-4, -4]]


def test_another_image_has_different_values():
    assert grid(conv2d(BENT, ROBERTS)) == [[-4, -4], [-4, 5]]


def test_true_convolution_flips_the_kernel():
    kernel = np.array([[0.0, 1], [2, 3]]).reshape(2, 2, 1, 1)
    # 3*1 + 2*2 + 1*4 + 0*5
    assert true_conv2d(RAMP, kernel)[0, 0, 0, 0] == 11
    assert conv2d(RAMP, kernel)[0, 0, 0, 0] == 25
    np.testing.assert_array_equal(flip(flip(kernel)), kernel)


def test_padding_stride_and_dilation_by_hand():
    ones = np.ones((2, 2, 1, 1))
    assert grid(conv2d(RAMP, ones, padding=1, stride=2)) == [[1, 5], [11, 28]]
    assert grid(conv2d(RAMP, ones, padding=((0, 1), (1, 0)))) == [
        [5, 12, 16],
        [11, 24, 28],
        [7, 15, 17],
    ]
    assert grid(conv2d(RAMP, ones, dilation=2)) == [[1 + 3 + 7 + 9]]


def test_channels_are_summed_and_kernels_are_not():
    images = np.stack([RAMP[..., 0], 10 * RAMP[..., 0]], axis=-1)
    kernel = np.zeros((1, 1, 2, 3))
    kernel[0, 0] = [[1, 0, 1], [0, 1, 1]]
    maps = conv2d(images, kernel, bias=np.array([0.0, 0.0, 100.0]))
    assert maps.shape == (1, 3, 3, 3)
    assert maps[0, 0, 1].tolist() == [2, 20, 122]


def test_groups_keep_channels_apart():
    images = np.stack([RAMP[..., 0], 10 * RAMP[..., 0]], axis=-1)
    kernel = np.ones((1, 1, 1, 2))
    assert conv2d(images, kernel, groups=2)[0, 0, 1].tolist() == [2, 20]


def test_depthwise_maps_of_a_channel_lie_side_by_side():
    images = np.stack([RAMP[..., 0], 10 * RAMP[..., 0]], axis=-1)
    kernel = np.array([[1.0, 2.0], [3.0, 4.0]]).reshape(1, 1, 2, 2)
    assert depthwise_conv2d(images, kernel)[0, 0, 0].tolist() == [1, 2, 30, 40]


def test_gradients_by_hand():
    back = np.array([[1.0, 0], [0, 2]]).reshape(1, 2, 2, 1)
    found = conv2d_gradients(RAMP, ROBERTS, back)
    # each weight: 1 * the pixel it met in the first window + 2 * that of the last
    assert grid(found.kernel.transpose(2, 0, 1, 3)) == [[11, 14], [20, 23]]
    assert grid(found.images) == [[1, 0, 0], [0, 1, 0], [0, 0, -2]]
    assert found.bias.tolist() == [3]


def test_integers_do_not_overflow():
    image = np.full((1, 2, 2, 1), 255, np.uint8)
    assert conv2d(image, np.ones((2, 2, 1, 1), np.uint8))[0, 0, 0, 0] == 4 * 255


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_precision_is_kept(kind):
    images, kernel = RAMP.astype(kind), ROBERTS.astype(kind)
    maps = conv2d(images, kernel, bias=np.zeros(1))
    assert maps.dtype == kind
    assert all(g.dtype == kind for g in conv2d_gradients(images, kernel, maps))


cases = layouts(dilations=steps)


@given(cases, st.sampled_from([1, 2]))
def test_gradients_agree_with_the_numerical_judge(case, groups):
    images = normal(case.seed, 1, case.h, case.w, 2).astype(float)
    kernel = normal(case.seed + 1, *case.window, 2 // groups, 2).astype(float)
    options = case.options | {"groups": groups}
    weights = normal(case.seed + 2, *conv2d(images, kernel, **options).shape)
    found = conv2d_gradients(images, kernel, weights, **options)
    by_images = numerical_gradient(
        lambda x: (conv2d(x, kernel, **options) * weights).sum(), images
    )
    by_kernel = numerical_gradient(
        lambda k: (conv2d(images, k, **options) * weights).sum(), kernel
    )
    assert relative_error(found.images, by_images) < 1e-6
    assert relative_error(found.kernel, by_kernel) < 1e-6


@given(cases)
def test_convolution_is_linear(case):
    first, second = case.images.astype(float), normal(case.seed + 9, *case.images.shape)
    kernel = normal(case.seed + 1, *case.window, case.c, 2)
    together = conv2d(2.0 * first - 3.0 * second, kernel, **case.options)
    apart = [conv2d(one, kernel, **case.options) for one in (first, second)]
    np.testing.assert_allclose(together, 2 * apart[0] - 3 * apart[1], atol=1e-4)


@given(st.integers(0, 6), st.integers(0, 6), st.integers(0, 999))
def test_convolution_moves_with_its_input(down, right, seed):
    image, kernel = normal(seed, 1, 7, 7, 2), normal(seed + 1, 3, 3, 2, 2)

    def around(image):  # on a torus no pixel leaves
        return conv2d(
            np.pad(image, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="wrap"), kernel
        )

    moved = around(np.roll(image, (down, right), axis=(1, 2)))
    np.testing.assert_allclose(
        moved, np.roll(around(image), (down, right), axis=(1, 2)), atol=1e-5
    )


@given(cases, st.sampled_from([1, 2]))
def test_the_matrix_is_the_convolution(case, groups):
    image = normal(case.seed, 1, case.h, case.w, 2).astype(float)
    kernel = normal(case.seed + 1, *case.window, 2 // groups, 2).astype(float)
    options = case.options | {"groups": groups}
    matrix = conv2d_matrix(kernel, (case.h, case.w), **options)
    maps = conv2d(image, kernel, **options)
    np.testing.assert_allclose(matrix @ image.ravel(), maps.ravel(), atol=1e-9)
    back = conv2d_gradients(image, kernel, maps, **options).images
    np.testing.assert_allclose(matrix.T @ maps.ravel(), back.ravel(), atol=1e-9)


@given(cases)
def test_gradients_of_a_true_convolution_agree_with_the_numerical_judge(case):
    images = normal(case.seed, 1, case.h, case.w, 2).astype(float)
    kernel = normal(case.seed + 1, *case.window, 2, 2).astype(float)
    weights = normal(case.seed + 2, *true_conv2d(images, kernel, **case.options).shape)
    found = true_conv2d_gradients(images, kernel, weights, **case.options)
    by_kernel = numerical_gradient(
        lambda k: (true_conv2d(images, k, **case.options) * weights).sum(), kernel
    )
    assert relative_error(found.kernel, by_kernel) < 1e-6
    mapped = (true_conv2d(images, kernel, **case.options) * weights).sum()
    assert (found.images * images).sum() == pytest.approx(mapped)  # it is linear


def test_gradients_of_a_depthwise_kernel_have_its_shape():
    images, kernel = normal(0, 2, 5, 5, 3), normal(1, 3, 2, 3, 2)
    back = depthwise_conv2d(images, kernel)
    found = depthwise_conv2d_gradients(images, kernel, back)
    assert found.kernel.shape == kernel.shape
    assert found.images.shape == images.shape


@pytest.mark.parametrize(
    ("images", "kernel", "options", "message"),
    [
        ((8, 8, 3), (3, 3, 3, 4), {}, r"add the batch axis: images\[None\]"),
        ((1, 8, 8, 3), (3, 3, 3), {}, r"`kernel` must be \(kh, kw, c, f\)"),
        ((1, 8, 8, 3), (3, 3, 1, 4), {}, r"`kernel` reads 1 channels, `images` has 3"),
        ((1, 8, 8, 4), (3, 3, 4, 4), {"groups": 2}, "has 4 in 2 groups"),
        (
            (1, 8, 8, 3),
            (3, 3, 3, 4),
            {"groups": 2},
            "got 2 for 3 channels and 4 kernels",
        ),
        (
            (1, 8, 8, 3),
            (3, 3, 3, 4),
            {"groups": 0},
            "`groups` must be 1 or more, got 0",
        ),
        ((1, 2, 2, 3), (3, 3, 3, 4), {}, "does not fit 2 pixels"),
        (
            (1, 8, 8, 3),
            (3, 3, 3, 4),
            {"bias": np.zeros(3)},
            r"`bias` must have shape \(4,\), one value for each kernel, got \(3,\)",
        ),
    ],
)
def test_refusals(images, kernel, options, message):
    with pytest.raises(ValueError, match=message):
        conv2d(np.zeros(images), np.zeros(kernel), **options)


def test_a_gradient_of_another_shape_is_refused():
    sentence = r"`gradient` must have shape \(1, 2, 2, 1\), that of the feature maps"
    with pytest.raises(ValueError, match=sentence):
        conv2d_gradients(RAMP, ROBERTS, np.zeros((1, 3, 3, 1)))
