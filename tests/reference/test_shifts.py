"""Errors of equivariance and invariance: by hand, by their laws, and refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnbook.reference import (
    average_pool2d,
    conv2d,
    equivariance_error,
    global_average_pool2d,
    invariance_error,
    max_pool2d,
    shift,
)

RNG = np.random.default_rng(0)
NOISE = RNG.normal(size=(3, 8, 16, 2))
KERNEL = RNG.normal(size=(3, 3, 2, 4))


def wrapped(images):
    return np.pad(images, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="wrap")


def row(*values):
    return np.array(values, float).reshape(1, 1, -1, 1)


def test_images_move_to_the_right_and_come_back_on_the_left():
    assert shift(row(1, 2, 3, 4), 1).ravel().tolist() == [4, 1, 2, 3]
    assert shift(row(1, 2, 3, 4), -1).ravel().tolist() == [2, 3, 4, 1]


def test_a_moved_identity_is_invariant_to_nothing_by_hand():
    # the gaps are -1, 1, -1, 1 and the spread of 0, 1, 0, 1 is 1/2
    assert invariance_error(lambda x: x, row(0, 1, 0, 1), 1) == 2.0
    assert invariance_error(lambda x: x, row(0, 1, 0, 1), 2) == 0.0


def test_a_stride_of_two_by_hand():
    # keeps 1, 0, 0, 0; moved by one pixel 0, 0, 0, 0: only one place of four differs,
    # by 1, and the spread is the deviation of 1, 0, 0, 0
    image = row(1, 0, 0, 0, 0, 0, 0, 0)
    found = equivariance_error(lambda x: x[:, :, ::2], image, 1, stride=2)
    assert found == pytest.approx(0.5 / np.std([1, 0, 0, 0]))


@settings(max_examples=20, deadline=None)
@given(st.integers(-20, 20))
def test_a_convolution_that_wraps_around_is_equivariant(pixels):
    error = equivariance_error(lambda x: conv2d(wrapped(x), KERNEL), NOISE, pixels)
    assert error < 1e-12


@pytest.mark.parametrize("pool", [max_pool2d, average_pool2d])
def test_pooling_is_equivariant_to_whole_strides_and_to_no_others(pool):
    errors = [equivariance_error(pool, NOISE, s, stride=2) for s in range(1, 5)]
    assert max(errors[1], errors[3]) < 1e-12
    assert min(errors[0], errors[2]) > 0.5


@pytest.mark.parametrize("values", [(0, 5, 5, 9, 9, 2, 2, 0), (0, 0, 5, 5, 9, 9, 2, 2)])
def test_of_two_neighboring_places_the_better_counts(values):
    # pixels in pairs: one pixel on, every second column is that of the place after
    # (first image) or before (second one), exactly
    image = row(*values)
    assert equivariance_error(lambda x: x[:, :, 1::2], image, 1, stride=2) == 0


def test_zero_padding_fails_at_the_border_alone():
    def layer(images):
        return conv2d(images, KERNEL, padding="same")

    assert equivariance_error(layer, NOISE, 3) > 0.1
    assert equivariance_error(layer, NOISE, 3, border=4) < 1e-12
    assert equivariance_error(layer, NOISE, 3, border=3) > 0.01


def test_the_global_average_is_invariant():
    assert invariance_error(global_average_pool2d, NOISE, 5) < 1e-12


def test_unrelated_outputs_are_the_square_root_of_two_apart():
    big = RNG.normal(size=(1, 100, 100, 1))
    assert invariance_error(lambda x: x, big, 7) == pytest.approx(2**0.5, abs=0.05)


@given(st.floats(0.01, 100), st.floats(-100, 100))
def test_scale_and_offset_of_the_outputs_do_not_matter(scale, offset):
    def affine(images):
        return scale * max_pool2d(images) + offset * np.array([1.0, -3.0])

    for error, options in (
        (equivariance_error, {"stride": 2}),
        (invariance_error, {}),
    ):
        plain = error(max_pool2d, NOISE, 1, **options)
        assert error(affine, NOISE, 1, **options) == pytest.approx(plain, rel=1e-6)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: shift(np.zeros((4, 4, 1)), 1), "add the batch axis"),
        (lambda: equivariance_error(max_pool2d, NOISE, 1, stride=0), "`stride` must"),
        (lambda: equivariance_error(max_pool2d, NOISE, 1, border=-1), "`border` must"),
        (
            lambda: equivariance_error(max_pool2d, NOISE, 1, border=4),
            "leave a column of 8",
        ),
        (
            lambda: equivariance_error(global_average_pool2d, NOISE, 1),
            "`layer\\(images\\)` must be \\(n, oh, ow, f\\)",
        ),
        (lambda: invariance_error(np.zeros_like, NOISE, 1), "same number everywhere"),
    ],
)
def test_refusals_say_what_is_wrong(call, message):
    with pytest.raises(ValueError, match=message):
        call()
