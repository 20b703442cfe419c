"""A network counted: shapes, parameters, multiply-adds, memory, receptive fields.

Works on functional Keras models whose layers are known; nothing of Keras is imported.
"""

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from cnnbook.reference.fields import Intervals, follow, widest
from cnnbook.reference.graph import Step, kind, walk

BYTES = {"float64": 8, "float32": 4, "bfloat16": 2, "float16": 2}
# Layers whose weights scale and shift: folded into the convolution before them when the
# network is used, so no multiply-adds of their own.
SCALING = {"BatchNormalization", "LayerNormalization", "Normalization", "PReLU"}


@dataclass(frozen=True)
class LayerCount:
    """What one step of a network costs, for one image.

    `macs` are multiply-adds with kernels; `weight_bytes` and `activation_bytes` count
    what is stored for weights and for the output. `rows` and `columns` are (length, 2),
    the first and last pixel of the image that each position sees; `field` is the widest
    of them, in pixels, cut at the border of the image.
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    parameters: int
    macs: int
    weight_bytes: int
    activation_bytes: int
    rows: np.ndarray
    columns: np.ndarray
    field: int


@dataclass(frozen=True)
class NetworkCount:
    """All steps of a network, in the order in which they run, and their sums."""

    layers: tuple[LayerCount, ...]

    def __getitem__(self, name: str) -> LayerCount:
        """The first step of this name."""
        for layer in self.layers:
            if layer.name == name:
                return layer
        names = ", ".join(layer.name for layer in self.layers)
        raise ValueError(f"There is no layer {name!r}. Layers there are: {names}.")

    @property
    def parameters(self) -> int:
        """Trained and other weights; those of a shared layer once."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def macs(self) -> int:
        """Multiply-adds for one image."""
        return sum(layer.macs for layer in self.layers)

    @property
    def weight_bytes(self) -> int:
        """Memory of all weights."""
        return sum(layer.weight_bytes for layer in self.layers)

    @property
    def activation_bytes(self) -> int:
        """Memory of all outputs for one image, as training keeps them."""
        return sum(layer.activation_bytes for layer in self.layers)


def count_network(model: Any) -> NetworkCount:
    """Count every layer of a functional Keras model for images (h, w, c).

    Raises ValueError for an input that is no image, and for a layer with weights whose
    multiply-adds or whose reach are not known.
    """
    steps = walk(model)
    first = steps[0]
    if len(first.shape) != 3 or any(
        s.name != first.name and not s.inputs for s in steps
    ):
        raise ValueError(
            f"`model` must take one image (h, w, c), {model.name!r} takes "
            f"{[step.shape for step in steps if not step.inputs]}."
        )
    shapes = [step.shape for step in steps]
    layers = [
        _count(step, [shapes[index] for index in step.inputs], seen)
        for step, seen in zip(steps, follow(steps), strict=True)
    ]
    return NetworkCount(tuple(layers))


def _count(step: Step, inputs: list[tuple[int, ...]], seen: Intervals) -> LayerCount:
    layer = step.layer
    weights = [weight.shape for weight in getattr(layer, "weights", [])]
    parameters = sum(map(prod, weights)) if step.first else 0
    stored = BYTES.get(getattr(layer, "variable_dtype", "float32"), 4)
    computed = BYTES.get(getattr(layer, "compute_dtype", "float32"), 4)
    return LayerCount(
        name=step.name,
        kind=type(layer).__name__,
        shape=step.shape,
        parameters=parameters,
        macs=_macs(step, inputs),
        weight_bytes=stored * parameters,
        activation_bytes=computed * prod(step.shape),
        rows=seen[0],
        columns=seen[1],
        field=widest(seen),
    )


def _macs(step: Step, inputs: list[tuple[int, ...]]) -> int:
    """Multiply-adds with kernels; layers without weights have none."""
    layer, outputs = step.layer, prod(step.shape)
    if not getattr(layer, "weights", []) or kind(layer, SCALING):
        return 0
    if kind(layer, {"SeparableConv2D"}):
        kh, kw, c, m = layer.depthwise_kernel.shape
        places = prod(step.shape[:-1])
        return places * c * m * (kh * kw + step.shape[-1])
    if kind(layer, {"Conv2DTranspose"}):  # kernel (kh, kw, f, c), once for each input
        return prod(inputs[0]) * prod(layer.kernel.shape[:3])
    if kind(layer, {"DepthwiseConv2D"}):  # kernel (kh, kw, c, m)
        return outputs * prod(layer.kernel.shape[:2])
    if kind(layer, {"Conv2D", "Dense"}):  # all axes but the last are summed over
        return outputs * prod(layer.kernel.shape[:-1])
    raise ValueError(
        f"The multiply-adds of layer {step.name!r} ({type(layer).__name__}) are not "
        "known. Add its class to cnnbook/reference/network.py, or end the model before."
    )
