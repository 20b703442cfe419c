"""Where the windows of a convolution or a pooling lie, and how to read and write them.

Images are (n, h, w, c); windows are (n, oh, ow, kh, kw, c): one patch of kh x kw pixels
for each of oh x ow places. A pair is always (along rows, along columns).
"""

from dataclasses import dataclass

import numpy as np

from cnnbook.checks import require_at_least, require_in

Pair = int | tuple[int, int]
Padding = str | int | tuple[tuple[int, int], tuple[int, int]]


def output_size(
    size: int,
    window: int,
    *,
    stride: int = 1,
    padding: Padding = "valid",
    dilation: int = 1,
) -> int:
    """Length in pixels of one axis after windows of length `window` were laid on it.

    `padding` is "valid" (none), "same" (as Keras does it), or a number of pixels on
    either side, of which a pair gives (before, after).

    Source: Dumoulin and Visin (2016), relationship 15; "same" is Keras's own.

    >>> output_size(28, 5, stride=2, padding=2)
    14
    >>> output_size(11, 2, stride=2)  # the last pixel is left out
    5
    """
    for name, value in (
        ("size", size),
        ("window", window),
        ("stride", stride),
        ("dilation", dilation),
    ):
        require_at_least(name, value, 1)
    before, after = _pads(size, window, stride, padding, dilation)
    reach = dilation * (window - 1) + 1  # from the first to the last pixel it reads
    if size + before + after < reach:
        raise ValueError(
            f"A window that reaches over {reach} pixels does not fit {size} pixels "
            f"with {before} + {after} of padding. Take a smaller window or pad more."
        )
    return (size + before + after - reach) // stride + 1


def same_padding(
    size: int, window: int, *, stride: int = 1, dilation: int = 1
) -> tuple[int, int]:
    """Pixels (before, after) that "same" adds, so that ceil(size / stride) windows fit.

    An odd pixel goes to the end, as in TensorFlow.

    >>> same_padding(28, 3)
    (1, 1)
    >>> same_padding(28, 3, stride=2)
    (0, 1)
    """
    reach = dilation * (window - 1) + 1
    total = max((-(-size // stride) - 1) * stride + reach - size, 0)
    return total // 2, total - total // 2


def _pads(
    size: int, window: int, stride: int, padding: Padding, dilation: int
) -> tuple[int, int]:
    """Pixels (before, after) along one axis."""
    if isinstance(padding, str):
        require_in("padding", padding, ("valid", "same"))
        if padding == "same":
            return same_padding(size, window, stride=stride, dilation=dilation)
        return 0, 0
    before, after = (padding, padding) if np.ndim(padding) == 0 else padding
    require_at_least("padding", before, 0)
    require_at_least("padding", after, 0)
    return int(before), int(after)


def pair(name: str, value: Pair) -> tuple[int, int]:
    """One number for both axes, or one for each; all of them integers from 1.

    >>> pair("stride", 2)
    (2, 2)
    """
    values = (value, value) if np.ndim(value) == 0 else tuple(value)
    whole = all(isinstance(entry, (int, np.integer)) for entry in values)
    if len(values) != 2 or not whole or min(values) < 1:
        raise ValueError(
            f"`{name}` must be an integer from 1, or a pair (along rows, along "
            f"columns), got {value!r}."
        )
    return int(values[0]), int(values[1])


@dataclass(frozen=True)
class Windows:
    """How windows lie on images of one size; made by `lay_windows`."""

    image: tuple[int, int]  # h, w
    window: tuple[int, int]  # kh, kw
    stride: tuple[int, int]
    dilation: tuple[int, int]
    padding: tuple[tuple[int, int], tuple[int, int]]
    places: tuple[int, int]  # oh, ow

    def pad(self, images: np.ndarray, *, fill: float = 0.0) -> np.ndarray:
        """Put `fill` around images (n, h, w, c)."""
        if self.padding == ((0, 0), (0, 0)):
            return images
        around = ((0, 0), *self.padding, (0, 0))
        return np.pad(images, around, constant_values=fill)

    def read(self, images: np.ndarray, *, fill: float = 0.0) -> np.ndarray:
        """All windows of images (n, h, w, c), without copying: (n, oh, ow, kh, kw, c).

        A view of the (padded) images: it cannot be written to.
        """
        reach = [
            d * (k - 1) + 1 for d, k in zip(self.dilation, self.window, strict=True)
        ]
        (sh, sw), (dh, dw) = self.stride, self.dilation
        views = np.lib.stride_tricks.sliding_window_view(
            self.pad(images, fill=fill), reach, axis=(1, 2)
        )  # (n, every row, every column, c, reach, reach)
        return np.moveaxis(views[:, ::sh, ::sw, :, ::dh, ::dw], 3, 5)

    def add_up(self, windows: np.ndarray) -> np.ndarray:
        """Add windows (n, oh, ow, kh, kw, c) up where they lie: images (n, h, w, c).

        The transpose of `read`: a pixel gets the sum over all windows that read it.
        """
        n, c = windows.shape[0], windows.shape[-1]
        (h, w), (oh, ow) = self.image, self.places
        (sh, sw), (dh, dw) = self.stride, self.dilation
        (top, bottom), (left, right) = self.padding
        total = np.zeros((n, top + h + bottom, left + w + right, c), windows.dtype)
        for i in range(self.window[0]):
            for j in range(self.window[1]):
                rows = slice(i * dh, i * dh + sh * (oh - 1) + 1, sh)
                columns = slice(j * dw, j * dw + sw * (ow - 1) + 1, sw)
                total[:, rows, columns] += windows[:, :, :, i, j]
        return total[:, top : top + h, left : left + w]


def lay_windows(
    image: tuple[int, int],
    window: Pair,
    *,
    stride: Pair = 1,
    padding: Padding = "valid",
    dilation: Pair = 1,
) -> Windows:
    """Lay windows of kh x kw pixels on images of h x w pixels.

    `padding` is "valid", "same", a number of pixels on all sides, or
    ((top, bottom), (left, right)).
    """
    window, stride = pair("window", window), pair("stride", stride)
    dilation = pair("dilation", dilation)
    if np.shape(padding) not in ((), (2, 2)):
        raise ValueError(
            '`padding` must be "valid", "same", a number of pixels, or '
            f"((top, bottom), (left, right)), got {padding!r}."
        )
    per_axis = (padding, padding) if np.ndim(padding) == 0 else padding
    axes = list(zip(image, window, stride, per_axis, dilation, strict=True))
    return Windows(
        image=(int(image[0]), int(image[1])),
        window=window,
        stride=stride,
        dilation=dilation,
        padding=tuple(_pads(*axis) for axis in axes),
        places=tuple(
            output_size(size, k, stride=s, padding=p, dilation=d)
            for size, k, s, p, d in axes
        ),
    )
