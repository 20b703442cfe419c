"""What a shift of the image does to a layer: errors of equivariance and invariance.

Images are (n, h, w, c). They move along their columns and wrap around, so that what
leaves on the right enters on the left. Errors are in units of the spread of the
outputs: 0 is exact, and two unrelated outputs are about the square root of 2 apart.
"""

from collections.abc import Callable

import numpy as np

from cnnbook.checks import require_at_least, require_layout

Function = Callable[[np.ndarray], np.ndarray]


def shift(images: np.ndarray, pixels: int) -> np.ndarray:
    """Move images (n, h, w, c) to the right by `pixels`, to the left where negative.

    >>> shift(np.array([[[[1], [2], [3]]]]), 1).ravel().tolist()
    [3, 1, 2]
    """
    require_layout("images", images, "n h w c")
    return np.roll(images, pixels, axis=2)


def equivariance_error(
    layer: Function,
    images: np.ndarray,
    pixels: int,
    *,
    stride: int = 1,
    border: int = 0,
) -> float:
    """How far `layer` is from moving its output along with the image.

    Compares layer(shifted images) with shifted layer(images): the root of the mean
    squared difference over the spread of layer(images).

    Parameters
    ----------
    layer : images (n, h, w, c) -> feature maps (n, oh, ow, f)
    stride : pixels of the image between neighbors in the feature map, which can move
        by whole places only: the better of the two places around pixels / stride.
    border : columns of the feature map at either side that are not compared.

    Source: Azulay and Weiss (2019), section 3, for what strides do to shifts.
    """
    require_at_least("stride", stride, 1)
    require_at_least("border", border, 0)
    rest, moved = layer(images), layer(shift(images, pixels))
    require_layout("layer(images)", rest, "n oh ow f")
    if 2 * border >= rest.shape[2]:
        raise ValueError(
            f"`border` must leave a column of {rest.shape[2]} to compare, got {border} "
            "at either side."
        )
    inside = slice(border, rest.shape[2] - border)
    places = {pixels // stride, -(-pixels // stride)}
    gaps = [(moved - shift(rest, place))[:, :, inside] for place in places]
    return min(_size(gap) for gap in gaps) / _spread(rest)


def invariance_error(function: Function, images: np.ndarray, pixels: int) -> float:
    """How far `function` is from answering the same when the image moves.

    `function` takes images (n, h, w, c) and answers with an array (n, ...), of feature
    maps, of features or of scores. The root of the mean squared change, over the
    spread of the answers.
    """
    rest, moved = function(images), function(shift(images, pixels))
    return _size(moved - rest) / _spread(rest)


def _size(gap: np.ndarray) -> float:
    """Root of the mean square."""
    return float(np.sqrt(np.mean(np.square(gap, dtype=np.float64))))


def _spread(outputs: np.ndarray) -> float:
    """Deviation of (n, ..., f) from the mean of each of the f channels."""
    outputs = outputs.astype(np.float64)
    others = tuple(range(outputs.ndim - 1))
    spread = _size(outputs - outputs.mean(axis=others, keepdims=True))
    if not spread > 0:
        raise ValueError(
            "The outputs are the same number everywhere: an error has no unit. Pass "
            "images, or a layer, whose outputs differ."
        )
    return spread
