"""Activations: values by hand, derivatives by the numerical judge, limits."""

import math

import numpy as np
import pytest

from cnnbook import reference
from cnnbook.reference import ACTIVATIONS, numerical_gradient, relative_error

FAR = np.array([-1e4, -1e3, 1e3, 1e4])
BOUNDED = {"sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0)}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("linear", [-2, 0, 3]),
        ("relu", [0, 0, 3]),
        ("leaky_relu", [-0.4, 0, 3]),
        ("elu", [math.exp(-2) - 1, 0, 3]),
        ("sigmoid", [1 / (1 + math.e**2), 0.5, 1 / (1 + math.e**-3)]),
        ("tanh", [math.tanh(-2), 0, math.tanh(3)]),
        (
            "gelu",
            [-1 - math.erf(-math.sqrt(2)), 0, 1.5 + 1.5 * math.erf(3 / math.sqrt(2))],
        ),
        ("silu", [-2 / (1 + math.e**2), 0, 3 / (1 + math.e**-3)]),
    ],
)
def test_values_by_hand(name, expected):
    value = ACTIVATIONS[name].value(np.array([-2.0, 0.0, 3.0]))
    np.testing.assert_allclose(value, expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("linear", 1),
        ("relu", 0),  # a convention, that of TensorFlow
        ("leaky_relu", 0.2),
        ("elu", 1),
        ("sigmoid", 0.25),
        ("tanh", 1),
        ("gelu", 0.5),
        ("silu", 0.5),
    ],
)
def test_derivatives_at_zero(name, expected):
    assert ACTIVATIONS[name].derivative(np.zeros(1)).tolist() == [expected]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_derivatives_agree_with_the_numerical_judge(name):
    function = ACTIVATIONS[name]
    x = np.linspace(-6, 6, 112)  # an even number: none of them is the kink at 0
    judge = numerical_gradient(lambda x: function.value(x).sum(), x)
    assert relative_error(function.derivative(x), judge) < 1e-8


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_far_from_zero_nothing_overflows(name):
    function = ACTIVATIONS[name]  # a warning is an error here
    assert np.isfinite(function.value(FAR)).all()
    assert np.isfinite(function.derivative(FAR)).all()
    low, high = BOUNDED.get(name, (FAR[0], FAR[-1]))
    assert function.value(FAR).min() >= low
    assert function.value(FAR).max() == high


def test_the_sigmoid_saturates_where_floating_point_ends():
    assert reference.sigmoid(np.array([36.0]))[0] < 1
    assert reference.sigmoid(np.array([40.0]))[0] == 1
    assert reference.sigmoid(np.array([-40.0]))[0] > 0


def test_a_sigmoid_is_a_softmax_of_two_scores():
    x = np.linspace(-30, 30, 61)
    two = reference.softmax(np.stack([np.zeros_like(x), x], axis=1))
    np.testing.assert_allclose(reference.sigmoid(x), two[:, 1], rtol=1e-12)


@pytest.mark.parametrize("slope", [0.0, 0.01, 1.0])
def test_the_slope_of_a_leaky_relu(slope):
    x = np.array([-3.0, 2.0])
    assert reference.leaky_relu(x, slope=slope).tolist() == [-3 * slope, 2]
    assert reference.leaky_relu_derivative(x, slope=slope).tolist() == [slope, 1]


def test_an_elu_levels_off_at_minus_alpha():
    assert reference.elu(np.array([-50.0]), alpha=2.0)[0] == pytest.approx(-2)
    assert reference.elu_derivative(np.array([-1.0]), alpha=2.0)[0] == pytest.approx(
        2 / math.e
    )


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_shape_and_single_precision_are_kept(name):
    x = np.linspace(-2, 2, 6, dtype=np.float32).reshape(1, 2, 3)
    value = ACTIVATIONS[name].value(x)
    assert value.shape == x.shape
    assert value.dtype == np.float32
