"""Activation maximization: the image that a unit or a class would most like to see.

Images are (n, h, w, c), in the range that the model was trained on.
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter

from cnnbook.checks import require_at_least
from cnnbook.interpretation.inspector import Inspector


@dataclass(frozen=True)
class Maximized:
    """Images (k, h, w, c), and the objective after every step, (steps + 1, k)."""

    images: np.ndarray
    history: np.ndarray


def maximize(
    inspector: Inspector,
    units: np.ndarray,
    *,
    layer: str | None = None,
    steps: int = 100,
    rate: float = 0.05,
    low: float = 0.0,
    high: float = 1.0,
    blur: float = 0.0,
    jitter: int = 0,
    seed: int = 0,
) -> Maximized:
    """Climb from faint noise to images that raise the score or the mean map of units.

    Each step adds `rate` times the range to every pixel in the direction of the
    gradient, scaled by its root mean square, and cuts at the range. The history says
    how far it got; a climb that failed shows in it.

    Parameters
    ----------
    units : (k,), classes, or maps of `layer` if that is given. One image each.
    rate : step as a share of `high` - `low`.
    blur : standard deviation in pixels of a blur after each step; jitter : most pixels
        by which the image is rolled before each. Both ask for images that do not live
        on single pixels.

    Source: Erhan et al. (2009), section 3; jitter after Mordvintsev et al. (2015).
    """
    units = np.asarray(units)
    require_at_least("steps", steps, 1)
    require_at_least("blur", blur, 0)
    require_at_least("jitter", jitter, 0)
    if not low < high:
        raise ValueError(f"`low` must be below `high`, got {low} and {high}.")
    rng = np.random.default_rng(seed)
    width = high - low
    shape = (len(units), *inspector.image_shape)
    images = low + width * (0.5 + 0.05 * rng.normal(size=shape))
    images = images.clip(low, high).astype(np.float32)
    history = []
    for _ in range(steps):
        shift = rng.integers(-jitter, jitter + 1, size=2)
        rolled = np.roll(images, shift, axis=(1, 2))
        value, gradient = inspector.objective(rolled, units, layer)
        history.append(value)
        size = np.sqrt(np.mean(gradient**2, axis=(1, 2, 3), keepdims=True))
        rolled = rolled + rate * width * gradient / np.maximum(size, 1e-12)
        images = np.roll(rolled, -shift, axis=(1, 2))
        if blur:
            images = gaussian_filter(images, (0, blur, blur, 0))
        images = images.clip(low, high).astype(np.float32)
    history.append(inspector.objective(images, units, layer)[0])
    return Maximized(images, np.stack(history))
