"""Activation functions and their derivatives, element by element, in NumPy.

Each takes an array of any shape and gives one of the same shape. `ACTIVATIONS` maps the
names that Keras uses to both.
"""

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np


class Activation(NamedTuple):
    """A function and its derivative, both element by element."""

    value: Callable[[np.ndarray], np.ndarray]
    derivative: Callable[[np.ndarray], np.ndarray]


def relu(x: np.ndarray) -> np.ndarray:
    """max(0, x).

    Source: Nair and Hinton (2010).
    """
    return np.maximum(x, 0)


def relu_derivative(x: np.ndarray) -> np.ndarray:
    """1 where x > 0, else 0; at the kink itself 0, as in TensorFlow."""
    return np.where(x > 0, 1.0, 0.0)


def leaky_relu(x: np.ndarray, *, slope: float = 0.2) -> np.ndarray:
    """x where x > 0, else `slope` * x.

    Source: Maas et al. (2013), with a slope of 0.01; 0.2 is Keras's default.
    """
    return np.where(x > 0, x, slope * x)


def leaky_relu_derivative(x: np.ndarray, *, slope: float = 0.2) -> np.ndarray:
    """1 where x > 0, else `slope`."""
    return np.where(x > 0, 1.0, slope)


def elu(x: np.ndarray, *, alpha: float = 1.0) -> np.ndarray:
    """x where x > 0, else alpha * (e^x - 1), which levels off at -alpha.

    Source: Clevert et al. (2016).
    """
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def elu_derivative(x: np.ndarray, *, alpha: float = 1.0) -> np.ndarray:
    """1 where x > 0, else alpha * e^x."""
    return np.where(x > 0, 1.0, alpha * np.exp(np.minimum(x, 0)))


def sigmoid(x: np.ndarray) -> np.ndarray:
    """1 / (1 + e^-x), in (0, 1); e is only ever raised to a negative power.

    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0])).tolist()
    [0.0, 0.5, 1.0]
    """
    tail = np.exp(-np.abs(x))  # in (0, 1]: no overflow on either side
    return np.where(np.asarray(x) >= 0, 1.0, tail) / (1.0 + tail)


def sigmoid_derivative(x: np.ndarray) -> np.ndarray:
    """s (1 - s), at most 1/4, where s = sigmoid(x)."""
    return sigmoid(x) * sigmoid(-np.asarray(x))  # 1 - s without cancellation


def tanh(x: np.ndarray) -> np.ndarray:
    """Hyperbolic tangent, in (-1, 1): 2 sigmoid(2x) - 1."""
    return np.tanh(x)


def tanh_derivative(x: np.ndarray) -> np.ndarray:
    """1 - tanh(x)^2, at most 1."""
    return 4.0 * sigmoid_derivative(2.0 * np.asarray(x))


def gelu(x: np.ndarray) -> np.ndarray:
    """x Phi(x), where Phi is the distribution function of the standard normal.

    Source: Hendrycks and Gimpel (2016), section 2.
    """
    return x * _normal_distribution(x)


def gelu_derivative(x: np.ndarray) -> np.ndarray:
    """Phi(x) + x phi(x), where phi is the density of the standard normal."""
    x = np.asarray(x)
    density = np.exp(-0.5 * np.square(x)) / math.sqrt(2.0 * math.pi)
    return _normal_distribution(x) + x * density


def silu(x: np.ndarray) -> np.ndarray:
    """x sigmoid(x), also called swish.

    Source: Elfwing et al. (2018).
    """
    return x * sigmoid(x)


def silu_derivative(x: np.ndarray) -> np.ndarray:
    """s (1 + x (1 - s)), where s = sigmoid(x).

    Source: Elfwing et al. (2018).
    """
    return sigmoid(x) * (1.0 + x * sigmoid(-np.asarray(x)))


def linear(x: np.ndarray) -> np.ndarray:
    """x: no activation at all."""
    return np.asarray(x)


def linear_derivative(x: np.ndarray) -> np.ndarray:
    """1 everywhere."""
    return np.ones(np.shape(x))


_erf = np.frompyfunc(math.erf, 1, 1)  # NumPy has none of its own


def _normal_distribution(x: np.ndarray) -> np.ndarray:
    """Phi(x), in the type of x."""
    x = np.asarray(x)
    x = x.astype(np.result_type(x, np.float32), copy=False)
    return (0.5 * (1.0 + np.asarray(_erf(x / math.sqrt(2.0)), float))).astype(x.dtype)


ACTIVATIONS: Mapping[str, Activation] = {
    "linear": Activation(linear, linear_derivative),
    "relu": Activation(relu, relu_derivative),
    "leaky_relu": Activation(leaky_relu, leaky_relu_derivative),
    "elu": Activation(elu, elu_derivative),
    "sigmoid": Activation(sigmoid, sigmoid_derivative),
    "tanh": Activation(tanh, tanh_derivative),
    "gelu": Activation(gelu, gelu_derivative),
    "silu": Activation(silu, silu_derivative),
}
