"""Refusals at the door: one voice for what an argument must be.

Every function returns nothing and raises `ValueError` (what was expected, what
came, what to do) when an argument is not what its caller promised.
"""

from collections.abc import Iterable

import numpy as np


def require_layout(name: str, array: np.ndarray, layout: str) -> None:
    """Check that `array` has one axis per letter group of `layout`, none empty.

    >>> require_layout("images", np.zeros((2, 28, 28, 1)), "n h w c")
    """
    axes = layout.split()
    shape = tuple(np.shape(array))
    described = f"({', '.join(axes)})"
    if len(shape) != len(axes):
        remedy = ""
        if axes[0] == "n" and len(shape) == len(axes) - 1:
            remedy = f" For a single one, add the batch axis: {name}[None]."
            if axes[-1] == "c":
                remedy += f" For grey ones, add the channel axis: {name}[..., None]."
        raise ValueError(f"`{name}` must be {described}, got shape {shape}.{remedy}")
    for axis, length in zip(axes, shape, strict=True):
        if length == 0:
            raise ValueError(
                f"`{name}` is empty along {axis}, got shape {shape}. "
                "Pass at least one entry."
            )


def require_shape(
    name: str, array: np.ndarray, shape: tuple[int, ...], meaning: str
) -> None:
    """Check that `array` has exactly `shape`, which is explained by `meaning`."""
    found = tuple(np.shape(array))
    if found != tuple(shape):
        raise ValueError(
            f"`{name}` must have shape {tuple(shape)}, {meaning}, got {found}."
        )


def require_labels(
    labels: np.ndarray,
    num_images: int,
    num_classes: int | None = None,
    *,
    name: str = "labels",
) -> None:
    """Check that `labels` is (n,) of integers in [0, num_classes), n = num_images.

    A message calls them `name`.
    """
    shape = tuple(np.shape(labels))
    if len(shape) == 2:
        remedy = f"For one-hot labels, take the class index: {name}.argmax(axis=1)."
        if shape[1] == 1:
            remedy = f"For a column, take it as a row: {name}[:, 0]."
        raise ValueError(
            f"`{name}` must be integers of shape (n,), got shape {shape}. {remedy}"
        )
    if shape != (num_images,):
        raise ValueError(
            f"`{name}` must hold one integer for each of {num_images} images, "
            f"got shape {shape}."
        )
    dtype = np.asarray(labels).dtype
    if not np.issubdtype(dtype, np.integer):
        raise ValueError(
            f"`{name}` must be integers, got {dtype}. Convert them: {name}.astype(int)."
        )
    low, high = int(np.min(labels)), int(np.max(labels))
    if low < 0 or (num_classes is not None and high >= num_classes):
        limit = "0 or more" if num_classes is None else f"in 0 … {num_classes - 1}"
        raise ValueError(f"`{name}` must be {limit}, got values from {low} to {high}.")


def require_in(name: str, value: object, allowed: Iterable[object]) -> None:
    """Check that `value` is one of `allowed`."""
    allowed = list(allowed)
    if value not in allowed:
        choices = ", ".join(repr(choice) for choice in allowed)
        raise ValueError(f"`{name}` must be one of {choices}, got {value!r}.")


def require_at_least(name: str, value: float, least: float) -> None:
    """Check that the number `value` is `least` or more (and not NaN)."""
    if not value >= least:
        raise ValueError(f"`{name}` must be {least} or more, got {value!r}.")


def require_between(name: str, value: float, low: float, high: float) -> None:
    """Check that the number `value` lies in [low, high]."""
    if not low <= value <= high:
        raise ValueError(f"`{name}` must be between {low} and {high}, got {value!r}.")
