"""Convolution along one axis: a series is an image one pixel high.

Series are (n, w, c): w points in time, or along any other axis, with c numbers each.
Kernels are (kw, c, f).
"""

import numpy as np

from cnnbook.checks import require_layout
from cnnbook.reference.convolution import conv2d


def conv1d(
    series: np.ndarray,
    kernel: np.ndarray,
    *,
    bias: np.ndarray | None = None,
    stride: int = 1,
    padding: str = "valid",
    dilation: int = 1,
) -> np.ndarray:
    """Slide `kernel` along `series` without flipping it: (n, ow, f).

    `bias` is (f,); `padding` is "valid" or "same". It is `conv2d` with one row: a
    kernel of height 1 on images of height 1 has no other way to go.

    >>> series = np.array([1.0, 2.0, 4.0, 8.0]).reshape(1, 4, 1)
    >>> conv1d(series, np.array([-1.0, 1.0]).reshape(2, 1, 1)).ravel().tolist()
    [1.0, 2.0, 4.0]
    """
    require_layout("series", series, "n w c")
    require_layout("kernel", kernel, "kw c f")
    maps = conv2d(
        series[:, None],
        kernel[None],
        bias=bias,
        stride=(1, stride),
        padding=padding,
        dilation=(1, dilation),
    )
    return maps[:, 0]
