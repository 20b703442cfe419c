"""Pooling in NumPy, with gradients: max, average, global, and a blur before striding.

Images, which may be feature maps, are (n, h, w, c); each channel is pooled by itself.
Padding never enters a maximum or a mean: windows at the border are smaller.
"""

import numpy as np

from cnnbook.checks import require_at_least, require_layout, require_shape
from cnnbook.reference.convolution import (
    depthwise_conv2d,
    depthwise_conv2d_gradients,
)
from cnnbook.reference.windows import Padding, Pair, Windows, lay_windows


def max_pool2d(
    images: np.ndarray,
    *,
    window: Pair = 2,
    stride: Pair | None = None,
    padding: Padding = "valid",
) -> np.ndarray:
    """The largest value of each window: (n, oh, ow, c).

    `stride` is that of the windows; None means windows side by side, as in Keras.

    Source: Goodfellow et al. (2016), section 9.3.
    """
    windows = _lay(images, window, stride, padding)
    return windows.read(images, fill=_lowest(images)).max(axis=(3, 4))


def max_pool2d_gradient(
    images: np.ndarray,
    gradient: np.ndarray,
    *,
    window: Pair = 2,
    stride: Pair | None = None,
    padding: Padding = "valid",
) -> np.ndarray:
    """Pass `gradient` (n, oh, ow, c) back to the largest value of each window.

    Of several equal maxima the first gets it, row by row, as in TensorFlow.
    """
    windows = _lay(images, window, stride, padding)
    _require_gradient(images, gradient, windows)
    patches = windows.read(images, fill=_lowest(images))
    n, oh, ow, kh, kw, c = patches.shape
    winner = patches.reshape(n, oh, ow, kh * kw, c).argmax(axis=3, keepdims=True)
    back = np.zeros((n, oh, ow, kh * kw, c), gradient.dtype)
    np.put_along_axis(back, winner, gradient[:, :, :, None], axis=3)
    return windows.add_up(back.reshape(patches.shape))


def average_pool2d(
    images: np.ndarray,
    *,
    window: Pair = 2,
    stride: Pair | None = None,
    padding: Padding = "valid",
) -> np.ndarray:
    """The mean of the pixels of each window, padding left out: (n, oh, ow, c).

    `stride` is that of the windows; None means windows side by side, as in Keras.
    """
    windows = _lay(images, window, stride, padding)
    sums = windows.read(_as_float(images)).sum(axis=(3, 4))
    return sums / _pixels(windows, sums.dtype)


def average_pool2d_gradient(
    images: np.ndarray,
    gradient: np.ndarray,
    *,
    window: Pair = 2,
    stride: Pair | None = None,
    padding: Padding = "valid",
) -> np.ndarray:
    """Pass `gradient` (n, oh, ow, c) back: all pixels of a window get equal shares."""
    windows = _lay(images, window, stride, padding)
    _require_gradient(images, gradient, windows)
    share = gradient / _pixels(windows, gradient.dtype)
    n, oh, ow, c = share.shape
    spread = np.broadcast_to(
        share[:, :, :, None, None], (n, oh, ow, *windows.window, c)
    )
    return windows.add_up(spread)


def global_average_pool2d(images: np.ndarray) -> np.ndarray:
    """The mean of each channel over all places: (n, c).

    Source: Lin et al. (2014), section 3.2.
    """
    require_layout("images", images, "n h w c")
    return _as_float(images).mean(axis=(1, 2))


def global_average_pool2d_gradient(
    images: np.ndarray, gradient: np.ndarray
) -> np.ndarray:
    """Pass `gradient` (n, c) back: each of the h * w places gets an equal share."""
    share = _global_gradient(images, gradient) / (images.shape[1] * images.shape[2])
    return np.broadcast_to(share, images.shape).copy()


def global_max_pool2d(images: np.ndarray) -> np.ndarray:
    """The largest value of each channel over all places: (n, c)."""
    require_layout("images", images, "n h w c")
    return images.max(axis=(1, 2))


def global_max_pool2d_gradient(images: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """Pass `gradient` (n, c) back to the largest value, shared where several are.

    Keras computes this layer by `reduce_max`, whose gradient is shared among equals.
    """
    back = _global_gradient(images, gradient)
    winners = images == images.max(axis=(1, 2), keepdims=True)
    return back * winners / winners.sum(axis=(1, 2), keepdims=True)


def blur_kernel(size: int = 3) -> np.ndarray:
    """Binomial weights (size, size) that sum to one.

    Their rows are those of Pascal's triangle; used for blurring by Zhang (2019).

    >>> (16 * blur_kernel(3)).tolist()
    [[1.0, 2.0, 1.0], [2.0, 4.0, 2.0], [1.0, 2.0, 1.0]]
    """
    require_at_least("size", size, 1)
    row = np.ones(1)
    for _ in range(size - 1):
        row = np.convolve(row, [1.0, 1.0])
    return np.outer(row, row) / row.sum() ** 2


def blur_pool2d(images: np.ndarray, *, size: int = 3, stride: Pair = 2) -> np.ndarray:
    """Blur each channel, then keep every `stride`-th place: (n, oh, ow, c).

    Without the blur, details finer than the new grid fold onto it (aliasing). The
    border is padded with zeros, as by "same".

    Source: Zhang (2019).
    """
    kernels = _blur_kernels(images, size)
    return depthwise_conv2d(images, kernels, stride=stride, padding="same")


def blur_pool2d_gradient(
    images: np.ndarray, gradient: np.ndarray, *, size: int = 3, stride: Pair = 2
) -> np.ndarray:
    """Pass `gradient` (n, oh, ow, c) back: each pixel gets what it weighed."""
    kernels = _blur_kernels(images, size)
    return depthwise_conv2d_gradients(
        images, kernels, gradient, stride=stride, padding="same"
    ).images


def _blur_kernels(images: np.ndarray, size: int) -> np.ndarray:
    """The blur of `size`, once for each channel, in the precision of the images."""
    require_layout("images", images, "n h w c")
    kernel = blur_kernel(size).astype(_as_float(images).dtype)[:, :, None, None]
    return np.repeat(kernel, images.shape[3], axis=2)


def _lay(
    images: np.ndarray, window: Pair, stride: Pair | None, padding: Padding
) -> Windows:
    require_layout("images", images, "n h w c")
    stride = window if stride is None else stride
    return lay_windows(images.shape[1:3], window, stride=stride, padding=padding)


def _lowest(images: np.ndarray) -> float:
    """What no maximum can be, in the type of the images."""
    if np.issubdtype(images.dtype, np.floating):
        return -np.inf
    return np.iinfo(images.dtype).min


def _pixels(windows: Windows, dtype: np.dtype) -> np.ndarray:
    """How many pixels of the image lie in each window: (1, oh, ow, 1)."""
    return windows.read(np.ones((1, *windows.image, 1), dtype)).sum(axis=(3, 4))


def _as_float(images: np.ndarray) -> np.ndarray:
    return images.astype(np.result_type(images, np.float32), copy=False)


def _require_gradient(
    images: np.ndarray, gradient: np.ndarray, windows: Windows
) -> None:
    shape = (len(images), *windows.places, images.shape[3])
    require_shape("gradient", gradient, shape, "that of the pooled images")


def _global_gradient(images: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """Check `gradient` (n, c) and give it two axes for the places: (n, 1, 1, c)."""
    require_layout("images", images, "n h w c")
    shape = (len(images), images.shape[3])
    require_shape("gradient", gradient, shape, "one value for each channel")
    return gradient[:, None, None]
