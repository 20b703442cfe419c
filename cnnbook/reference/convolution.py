"""Convolution in NumPy, with its gradient: the yardstick for Keras layers.

Images are (n, h, w, c), kernels (kh, kw, c, f), feature maps (n, oh, ow, f). What deep
learning calls convolution is cross-correlation: the kernel is not flipped.
"""

from typing import NamedTuple

import numpy as np

from cnnbook.checks import require_at_least, require_layout, require_shape
from cnnbook.reference.windows import Padding, Pair, Windows, lay_windows


class ConvolutionGradients(NamedTuple):
    """Gradients of a loss by what went into a convolution, each in its shape."""

    images: np.ndarray
    kernel: np.ndarray
    bias: np.ndarray


def conv2d(
    images: np.ndarray,
    kernel: np.ndarray,
    *,
    bias: np.ndarray | None = None,
    stride: Pair = 1,
    padding: Padding = "valid",
    dilation: Pair = 1,
    groups: int = 1,
) -> np.ndarray:
    """Slide `kernel` over `images` without flipping it (cross-correlation).

    Parameters
    ----------
    images : (n, h, w, c)
    kernel : (kh, kw, c / groups, f)
    bias : (f,), added to each feature map.
    padding : "valid", "same", pixels on all sides, or ((top, bottom), (left, right)).
    dilation : distance in the image of neighbors in the kernel; 1 reads a solid window.
    groups : channels and kernels are dealt out to so many convolutions side by side.

    Returns
    -------
    (n, oh, ow, f), float32 or float64 as the arguments are.

    Source: Goodfellow et al. (2016), equations 9.7 and, with stride, 9.8.
    """
    _, parts = _prepare(images, kernel, stride, padding, dilation, groups)
    kernels = np.split(kernel, groups, axis=-1)
    # axes=3 sums over kh, kw and c at once: (n, oh, ow, f / groups)
    maps = [np.tensordot(p, k, axes=3) for p, k in zip(parts, kernels, strict=True)]
    feature_maps = np.concatenate(maps, axis=-1)
    if bias is None:
        return feature_maps
    require_shape("bias", bias, (kernel.shape[-1],), "one value for each kernel")
    return feature_maps + np.asarray(bias, feature_maps.dtype)


def conv2d_gradients(
    images: np.ndarray,
    kernel: np.ndarray,
    gradient: np.ndarray,
    *,
    stride: Pair = 1,
    padding: Padding = "valid",
    dilation: Pair = 1,
    groups: int = 1,
) -> ConvolutionGradients:
    """Pass `gradient` (n, oh, ow, f), of a loss by the feature maps, back.

    Source: Goodfellow et al. (2016), equations 9.11 and 9.13.
    """
    windows, parts = _prepare(images, kernel, stride, padding, dilation, groups)
    shape = (len(images), *windows.places, kernel.shape[-1])
    require_shape("gradient", gradient, shape, "that of the feature maps")
    kernels = np.split(kernel, groups, axis=-1)
    gradients = np.split(gradient, groups, axis=-1)
    everywhere = ([0, 1, 2], [0, 1, 2])  # n, oh, ow
    by_kernel = [
        np.tensordot(p, g, axes=everywhere)
        for p, g in zip(parts, gradients, strict=True)
    ]
    by_window = [
        np.tensordot(g, k, axes=([3], [3]))
        for g, k in zip(gradients, kernels, strict=True)
    ]
    return ConvolutionGradients(
        images=windows.add_up(np.concatenate(by_window, axis=-1)),
        kernel=np.concatenate(by_kernel, axis=-1),
        bias=gradient.sum(axis=(0, 1, 2)),
    )


def true_conv2d(images: np.ndarray, kernel: np.ndarray, **options) -> np.ndarray:
    """Convolution as mathematics defines it: `conv2d` with the kernel flipped.

    Takes the options of `conv2d`.

    Source: Goodfellow et al. (2016), equation 9.5.
    """
    return conv2d(images, flip(kernel), **options)


def true_conv2d_gradients(
    images: np.ndarray, kernel: np.ndarray, gradient: np.ndarray, **options
) -> ConvolutionGradients:
    """Pass `gradient` (n, oh, ow, f) back through `true_conv2d`."""
    found = conv2d_gradients(images, flip(kernel), gradient, **options)
    return found._replace(kernel=flip(found.kernel))


def flip(kernel: np.ndarray) -> np.ndarray:
    """Turn kernels (kh, kw, ...) by half a turn.

    >>> flip(np.array([[1, 0], [2, 3]])).tolist()
    [[3, 2], [0, 1]]
    """
    return kernel[::-1, ::-1]


def depthwise_conv2d(images: np.ndarray, kernel: np.ndarray, **options) -> np.ndarray:
    """Convolve each channel with kernels of its own.

    `kernel` is (kh, kw, c, m): m kernels for each channel, whose feature maps lie side
    by side: (n, oh, ow, c * m). Takes the options of `conv2d`, except `groups`.

    Source: Howard et al. (2017), equation 3.
    """
    return conv2d(images, _one_channel_each(kernel), groups=kernel.shape[2], **options)


def depthwise_conv2d_gradients(
    images: np.ndarray, kernel: np.ndarray, gradient: np.ndarray, **options
) -> ConvolutionGradients:
    """Pass `gradient` (n, oh, ow, c * m) back through `depthwise_conv2d`."""
    found = conv2d_gradients(
        images, _one_channel_each(kernel), gradient, groups=kernel.shape[2], **options
    )
    return found._replace(kernel=found.kernel.reshape(kernel.shape))


def conv2d_matrix(kernel: np.ndarray, image: tuple[int, int], **options) -> np.ndarray:
    """The matrix that a convolution multiplies a flattened image with.

    Takes the options of `conv2d`, except `bias`. Column i is what the convolution makes
    of an image whose pixel i is 1 and whose others are 0.

    Returns
    -------
    (oh * ow * f, h * w * c): `matrix @ image.ravel()` is the feature maps, flat.

    Source: Dumoulin and Visin (2016), section 4.1.
    """
    require_layout("kernel", kernel, "kh kw c f")
    h, w = image
    c = kernel.shape[2] * options.get("groups", 1)
    units = np.eye(h * w * c, dtype=kernel.dtype).reshape(-1, h, w, c)
    return conv2d(units, kernel, **options).reshape(h * w * c, -1).T


def _one_channel_each(kernel: np.ndarray) -> np.ndarray:
    """Kernels (kh, kw, c, m) as those of c groups: (kh, kw, 1, c * m)."""
    require_layout("kernel", kernel, "kh kw c m")
    kh, kw, c, m = kernel.shape
    return kernel.reshape(kh, kw, 1, c * m)


def _prepare(
    images: np.ndarray,
    kernel: np.ndarray,
    stride: Pair,
    padding: Padding,
    dilation: Pair,
    groups: int,
) -> tuple[Windows, list[np.ndarray]]:
    """Check the arguments; the windows, and their pixels dealt out to the groups."""
    require_layout("images", images, "n h w c")
    require_layout("kernel", kernel, "kh kw c f")
    require_at_least("groups", groups, 1)
    c, (kh, kw, kernel_c, f) = images.shape[3], kernel.shape
    if c % groups or f % groups:
        raise ValueError(
            f"`groups` must divide the channels of `images` and the kernels, got "
            f"{groups} for {c} channels and {f} kernels."
        )
    if kernel_c != c // groups:
        each = f" in {groups} groups" if groups > 1 else ""
        raise ValueError(
            f"`kernel` reads {kernel_c} channels, `images` has {c}{each}. A kernel is "
            "(kh, kw, channels it reads, number of kernels)."
        )
    windows = lay_windows(
        images.shape[1:3], (kh, kw), stride=stride, padding=padding, dilation=dilation
    )
    # integers become floats: uint8 pixels would overflow in a sum
    floats = images.astype(np.result_type(images, kernel, np.float32), copy=False)
    return windows, np.split(windows.read(floats), groups, axis=-1)
