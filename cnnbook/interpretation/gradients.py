"""Attribution by gradients: how much the score moves with each pixel.

Images and results are (n, h, w, c), or (n, h, w) where channels are summed up. A
`Gradient` is a function of images (n, h, w, c) that returns the gradient of one score
each, of the same shape, such as `lambda x: inspector.gradients(x, classes).gradients`.
"""

from collections.abc import Callable

import numpy as np

from cnnbook.checks import require_at_least, require_layout, require_shape

Gradient = Callable[[np.ndarray], np.ndarray]


def saliency(gradient: Gradient, images: np.ndarray) -> np.ndarray:
    """The largest absolute gradient over the channels of each pixel, (n, h, w).

    Source: Simonyan et al. (2014), section 3.1.
    """
    require_layout("images", images, "n h w c")
    return np.abs(_gradient(gradient, images)).max(axis=3)


def smooth_grad(
    gradient: Gradient,
    images: np.ndarray,
    *,
    samples: int = 16,
    noise: float = 0.15,
    seed: int = 0,
) -> np.ndarray:
    """`saliency` of the mean gradient over noisy copies of each image, (n, h, w).

    `noise` is the standard deviation as a share of the range of the image's pixels.

    Source: Smilkov et al. (2017), section 3; absolute values of the mean.
    """
    require_layout("images", images, "n h w c")
    require_at_least("samples", samples, 1)
    require_at_least("noise", noise, 0)
    rng = np.random.default_rng(seed)
    width = np.ptp(images, axis=(1, 2, 3), keepdims=True)
    total = np.zeros(images.shape, np.float64)
    for _ in range(samples):
        drawn = rng.normal(size=images.shape) * noise * width
        total += _gradient(gradient, (images + drawn).astype(np.float32))
    return np.abs(total / samples).max(axis=3).astype(np.float32)


def integrated_gradients(
    gradient: Gradient,
    images: np.ndarray,
    baseline: np.ndarray | float = 0.0,
    *,
    steps: int = 32,
) -> np.ndarray:
    """Contribution of each value to score(image) - score(baseline), (n, h, w, c).

    The gradient is averaged along the straight line between the two, at the middles of
    `steps` equal parts, and multiplied by the difference. The contributions add up to
    the difference of the scores but for the error of the middles (completeness).

    Parameters
    ----------
    baseline : an image (h, w, c) or one number, in the unit of the images: what counts
        as "nothing there".

    Source: Sundararajan et al. (2017), equations 1 and 3.
    """
    require_layout("images", images, "n h w c")
    require_at_least("steps", steps, 1)
    start = np.asarray(baseline, np.float32)
    if start.shape not in ((), images.shape[1:]):
        raise ValueError(
            f"`baseline` must be a number or {images.shape[1:]}, one image, got shape "
            f"{start.shape}."
        )
    difference = images - start
    total = np.zeros(images.shape, np.float64)
    for k in range(steps):
        share = np.float32((k + 0.5) / steps)
        total += _gradient(gradient, start + share * difference)
    return (total / steps * difference).astype(np.float32)


def _gradient(gradient: Gradient, images: np.ndarray) -> np.ndarray:
    found = np.asarray(gradient(images))
    require_shape("gradient(images)", found, np.shape(images), "that of `images`")
    return found
