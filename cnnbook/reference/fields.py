"""Receptive fields: which pixels of the image a number deep in a network can see.

An interval is (first, last) pixel along one axis, both included. The closed form is for
a chain of layers; `follow` is for any graph, and cuts at the border of the image.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from cnnbook.checks import require_at_least
from cnnbook.reference.graph import Step, kind
from cnnbook.reference.windows import lay_windows

# Per axis an array (length, 2): the interval that each position sees.
Intervals = tuple[np.ndarray, ...]

NOTHING = (np.iinfo(np.int64).max, -1)  # of a position that sees padding only

WINDOWED = {
    "Conv2D": "kernel_size",
    "DepthwiseConv2D": "kernel_size",
    "SeparableConv2D": "kernel_size",
    "MaxPooling2D": "pool_size",
    "AveragePooling2D": "pool_size",
    "BlurPooling2D": "kernel_size",  # of cnnbook.models
}
BORDERS = {"ZeroPadding2D"}
CROPS = {"Cropping2D"}
UPSAMPLING = {"UpSampling2D"}
TRANSPOSED = {"Conv2DTranspose"}
# Each position sees what the same position of its inputs sees. A dense layer does so
# along its last axis; where there are no places left, it sees everything.
ELEMENTWISE = {
    "Activation", "ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax",
    "Dropout", "SpatialDropout2D", "GaussianNoise", "GaussianDropout", "AlphaDropout",
    "BatchNormalization", "LayerNormalization", "Normalization", "Rescaling",
    "Dense", "Identity",
    "Add", "Subtract", "Multiply", "Divide", "Maximum", "Minimum", "Average",
    "Concatenate", "ActivityRegularization",
}  # fmt: skip
EVERYTHING = {"GlobalAveragePooling2D", "GlobalMaxPooling2D", "Flatten", "Reshape"}


class ReceptiveField(NamedTuple):
    """What one position sees along one axis, in pixels of the image.

    Position i sees `size` pixels from `start + i * jump` on, of which those before 0
    and behind the last are padding.
    """

    size: int
    jump: int
    start: int


def receptive_field(layers: Iterable[tuple[int, int, int]]) -> ReceptiveField:
    """The receptive field behind a chain of (window, stride, pixels padded before).

    A window dilated by d counts as one of length d * (window - 1) + 1.

    Source: Araujo et al. (2019), equations 2 and 5.

    >>> receptive_field([(3, 1, 0), (2, 2, 0), (3, 1, 0), (2, 2, 0)])
    ReceptiveField(size=10, jump=4, start=0)
    """
    size, jump, start = 1, 1, 0
    for window, stride, padding in layers:
        require_at_least("window", window, 1)
        require_at_least("stride", stride, 1)
        require_at_least("padding", padding, 0)
        size += (window - 1) * jump
        start -= padding * jump
        jump *= stride
    return ReceptiveField(size, jump, start)


def follow(steps: list[Step]) -> list[Intervals]:
    """For each step, the intervals of the image that its positions see, per axis.

    A position that sees padding only has a first pixel beyond its last. A step without
    places (a dense layer behind `Flatten`) has one position, which sees everything.
    Raises ValueError for a layer whose reach is not known.
    """
    found: list[Intervals] = []
    for step in steps:
        inputs = [found[index] for index in step.inputs]
        found.append(_intervals(step, inputs))
    return found


def widest(intervals: Intervals) -> int:
    """The largest number of pixels that any position sees, along any axis."""
    return max((int((i[:, 1] - i[:, 0]).max()) + 1 for i in intervals), default=0)


def _intervals(step: Step, inputs: list[Intervals]) -> Intervals:
    layer, places = step.layer, step.shape[:-1]
    if kind(layer, {"InputLayer"}):
        return tuple(np.repeat(np.arange(n)[:, None], 2, axis=1) for n in places)
    name = kind(layer, WINDOWED)
    if name:
        return _windowed(layer, WINDOWED[name], inputs[0])
    if kind(layer, TRANSPOSED):
        return _transposed(layer, inputs[0], places)
    if kind(layer, BORDERS | CROPS):
        return _bordered(layer, inputs[0], crop=bool(kind(layer, CROPS)))
    if kind(layer, UPSAMPLING):
        return tuple(
            np.repeat(axis, len_out // len(axis), axis=0)
            for axis, len_out in zip(inputs[0], places, strict=True)
        )
    if kind(layer, ELEMENTWISE):
        return _merged(inputs)
    if kind(layer, EVERYTHING):
        return _everything(inputs[0], places)
    raise ValueError(
        f"What layer {step.name!r} ({type(layer).__name__}) sees of its input is not "
        "known. Add its class to cnnbook/reference/fields.py, or end the model before."
    )


def _windowed(layer, attribute: str, before: Intervals) -> Intervals:
    """Hull of the intervals in each window."""
    axes = []
    for axis, window, stride, dilation in zip(
        before,
        _per_axis(getattr(layer, attribute), before),
        _per_axis(layer.strides, before),
        _per_axis(getattr(layer, "dilation_rate", 1), before),
        strict=True,
    ):
        lay = lay_windows(
            (len(axis), 1),
            (window, 1),
            stride=(stride, 1),
            padding=layer.padding,
            dilation=(dilation, 1),
        )
        first = lay.read(axis[None, :, None, :1], fill=NOTHING[0]).min(axis=(3, 4, 5))
        last = lay.read(axis[None, :, None, 1:], fill=NOTHING[1]).max(axis=(3, 4, 5))
        axes.append(np.stack([first.ravel(), last.ravel()], axis=1))
    return tuple(axes)


def _transposed(layer, before: Intervals, places: tuple[int, ...]) -> Intervals:
    """Each input spreads over a window of outputs; an output sees all that reach it."""
    axes = []
    for axis, window, stride, length in zip(
        before,
        _per_axis(layer.kernel_size, before),
        _per_axis(layer.strides, before),
        places,
        strict=True,
    ):
        # "same" cuts the overlap off on both sides, half of it (rounded down) before
        cut = max(window - stride, 0) // 2 if layer.padding == "same" else 0
        out = np.tile(np.array(NOTHING), (length, 1))
        for i, (first, last) in enumerate(axis):
            reached = slice(max(i * stride - cut, 0), max(i * stride - cut + window, 0))
            out[reached, 0] = np.minimum(out[reached, 0], first)
            out[reached, 1] = np.maximum(out[reached, 1], last)
        axes.append(out)
    return tuple(axes)


def _bordered(layer, before: Intervals, *, crop: bool) -> Intervals:
    """Positions added that see nothing, or positions taken away."""
    border = np.reshape(layer.cropping if crop else layer.padding, (-1, 2))
    if crop:
        return tuple(
            axis[low : len(axis) - high]
            for axis, (low, high) in zip(before, border, strict=True)
        )
    nothing = np.array([NOTHING])
    return tuple(
        np.concatenate([nothing.repeat(low, 0), axis, nothing.repeat(high, 0)])
        for axis, (low, high) in zip(before, border, strict=True)
    )


def _merged(inputs: list[Intervals]) -> Intervals:
    """Hull of what one position sees in all inputs; a single position serves all."""
    return tuple(
        np.stack(
            [
                np.min(np.broadcast_arrays(*[axis[:, 0] for axis in axes]), axis=0),
                np.max(np.broadcast_arrays(*[axis[:, 1] for axis in axes]), axis=0),
            ],
            axis=1,
        )
        for axes in zip(*inputs, strict=True)
    )


def _everything(before: Intervals, places: tuple[int, ...]) -> Intervals:
    """One hull for all positions, as many as the output has."""
    counts = places if len(places) == len(before) else (1,) * len(before)
    return tuple(
        np.tile([axis[:, 0].min(), axis[:, 1].max()], (count, 1))
        for axis, count in zip(before, counts, strict=True)
    )


def _per_axis(value, axes: Intervals) -> tuple[int, ...]:
    """One number for all axes, or one for each."""
    return (value,) * len(axes) if np.ndim(value) == 0 else tuple(value)
