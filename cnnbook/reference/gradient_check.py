"""The judge of every gradient: nudge a number, see what the loss does."""

from collections.abc import Callable

import numpy as np


def numerical_gradient(
    loss: Callable[[np.ndarray], float], at: np.ndarray, *, step: float = 1e-5
) -> np.ndarray:
    """Central differences of `loss`, an array -> number, by each element of `at`.

    (loss(x + step) - loss(x - step)) / (2 step): its error falls with step squared,
    until rounding takes over. Two calls for each element, so: for small arrays.

    >>> numerical_gradient(lambda x: x[0] ** 2, np.array([3.0])).round(6).tolist()
    [6.0]
    """
    if not step > 0:
        raise ValueError(f"`step` must be greater than 0, got {step!r}.")
    point = np.array(at, float)  # a copy: it is nudged in place
    gradient = np.empty_like(point)
    for index in np.ndindex(point.shape):
        value = point[index]
        point[index] = value + step
        above = loss(point)
        point[index] = value - step
        below = loss(point)
        point[index] = value
        gradient[index] = (above - below) / (2.0 * step)
    return gradient


def relative_error(first: np.ndarray, second: np.ndarray) -> float:
    """Largest difference of two arrays, measured by their largest value; 0 if equal."""
    first, second = np.asarray(first, float), np.asarray(second, float)
    if first.shape != second.shape:
        raise ValueError(
            f"`first` and `second` must have one shape, got {first.shape} and "
            f"{second.shape}."
        )
    scale = max(np.abs(first).max(initial=0.0), np.abs(second).max(initial=0.0))
    return float(np.abs(first - second).max(initial=0.0) / scale) if scale > 0 else 0.0
