"""The reference against SciPy on random cases, also where Keras has no answer."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special
from scipy.ndimage import maximum_filter
from scipy.signal import convolve2d, correlate2d

from cnnbook import reference
from tests.reference.agreement import agree, examples, layouts, normal, steps


def with_scipy(operation, case, kernel):
    """Sum SciPy's answers over channels; stride and dilation in their plain meaning."""
    (kh, kw), (dh, dw) = case.window, case.dilation
    holes = np.zeros((dh * (kh - 1) + 1, dw * (kw - 1) + 1, *kernel.shape[2:]))
    holes[::dh, ::dw] = kernel
    padded = np.pad(case.images.astype(float), case.pads)
    sh, sw = case.stride
    maps = [
        [
            sum(
                operation(image[:, :, i], holes[:, :, i, o], mode="valid")
                for i in range(case.c)
            )[::sh, ::sw]
            for o in range(kernel.shape[3])
        ]
        for image in padded
    ]
    return np.moveaxis(np.array(maps), 1, 3)


@pytest.mark.parametrize(
    ("name", "ours", "theirs"),
    [
        ("correlation (SciPy)", reference.conv2d, correlate2d),
        ("true convolution (SciPy)", reference.true_conv2d, convolve2d),
    ],
)
@examples(80)
@given(case=layouts(dilations=steps), f=st.integers(1, 3))
def test_convolution_with_stride_dilation_and_padding(name, ours, theirs, case, f):
    if case.padding == "same":  # SciPy's "same" is another one; padded by hand instead
        rows, columns = (
            reference.same_padding(size, k, stride=s, dilation=d)
            for size, k, s, d in zip(
                (case.h, case.w), case.window, case.stride, case.dilation, strict=True
            )
        )
        case = type(case)(**(vars(case) | {"padding": (rows, columns)}))
    kernel = normal(case.seed + 1, *case.window, case.c, f)
    agree(
        name,
        [(ours(case.images, kernel, **case.options), with_scipy(theirs, case, kernel))],
    )


@examples(80)
@given(layouts(dilations=steps), st.sampled_from([1, 2, 4]))
def test_groups_are_convolutions_side_by_side(case, groups):
    images = normal(case.seed, case.n, case.h, case.w, 4)
    kernel = normal(case.seed + 1, *case.window, 4 // groups, 2 * groups)
    alone = [
        reference.conv2d(part, one, **case.options)
        for part, one in zip(
            np.split(images, groups, -1), np.split(kernel, groups, -1), strict=True
        )
    ]
    ours = reference.conv2d(images, kernel, groups=groups, **case.options)
    np.testing.assert_allclose(ours, np.concatenate(alone, -1), rtol=1e-5, atol=1e-5)


@examples(60)
@given(st.integers(1, 3), st.integers(3, 9), st.integers(0, 999))
def test_max_pooling_is_a_maximum_filter(n, size, seed):
    images = normal(seed, n, size, size, 1)
    for image, ours in zip(
        images, reference.max_pool2d(images, window=3, stride=1), strict=True
    ):
        theirs = maximum_filter(image[:, :, 0], 3)[1:-1, 1:-1]
        np.testing.assert_array_equal(ours[:, :, 0], theirs)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (reference.sigmoid, special.expit),
        (reference.gelu, lambda x: x * special.ndtr(x)),
        (reference.silu, lambda x: x * special.expit(x)),
        (reference.softmax, lambda x: special.softmax(x, axis=-1)),
        (reference.log_softmax, lambda x: special.log_softmax(x, axis=-1)),
    ],
)
def test_functions_of_special(ours, theirs):
    x = np.linspace(-40, 40, 400).reshape(4, 100)
    np.testing.assert_allclose(ours(x), theirs(x), rtol=1e-12, atol=1e-15)
