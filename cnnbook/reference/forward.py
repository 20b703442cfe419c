"""A trained Keras network run in NumPy, layer by layer, with nothing else.

Images are (n, h, w, c). Layers behave as they do when a network is used, not trained.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from cnnbook.checks import require_layout
from cnnbook.reference.activations import ACTIVATIONS, leaky_relu
from cnnbook.reference.convolution import conv2d, depthwise_conv2d
from cnnbook.reference.graph import kind, walk
from cnnbook.reference.losses import softmax
from cnnbook.reference.pooling import (
    average_pool2d,
    blur_pool2d,
    global_average_pool2d,
    global_max_pool2d,
    max_pool2d,
)

Layer = Callable[..., np.ndarray]


def forward(model: Any, images: np.ndarray) -> dict[str, np.ndarray]:
    """Run `images` through a functional Keras model: layer name -> its output.

    The order is that of the computation, so the last entry is the output of the model.
    Raises ValueError for a layer that is not written out here.
    """
    require_layout("images", images, "n h w c")
    outputs: list[np.ndarray] = []
    steps = walk(model)
    for step in steps:
        name = kind(step.layer, LAYERS)
        if not name:
            raise ValueError(
                f"Layer {step.name!r} ({type(step.layer).__name__}) is not written out "
                f"in NumPy. Layers that are: {', '.join(LAYERS)}."
            )
        inputs = [outputs[index] for index in step.inputs] or [images]
        outputs.append(LAYERS[name](step.layer, *inputs))
    return dict(zip((step.name for step in steps), outputs, strict=True))


def _activated(layer: Any, x: np.ndarray) -> np.ndarray:
    """Apply what the layer has as its activation."""
    name = layer.activation.__name__
    if name == "softmax":
        return softmax(x)
    if name not in ACTIVATIONS:
        raise ValueError(
            f"Activation {name!r} of layer {layer.name!r} is not written out in NumPy. "
            f"Activations that are: softmax, {', '.join(ACTIVATIONS)}."
        )
    return ACTIVATIONS[name].value(x)


def _convolve(layer: Any, x: np.ndarray) -> np.ndarray:
    kernel, bias = _weights(layer)
    maps = conv2d(x, kernel, bias=bias, groups=layer.groups, **_laid(layer))
    return _activated(layer, maps)


def _convolve_depthwise(layer: Any, x: np.ndarray) -> np.ndarray:
    kernel, bias = _weights(layer)
    return _activated(layer, depthwise_conv2d(x, kernel, bias=bias, **_laid(layer)))


def _dense(layer: Any, x: np.ndarray) -> np.ndarray:
    kernel, bias = _weights(layer)
    return _activated(layer, x @ kernel if bias is None else x @ kernel + bias)


def _weights(layer: Any) -> tuple[np.ndarray, np.ndarray | None]:
    """Kernel, and bias where there is one."""
    kernel, *rest = layer.get_weights()
    return kernel, rest[0] if rest else None


def _laid(layer: Any) -> dict[str, Any]:
    return {
        "stride": layer.strides,
        "padding": layer.padding,
        "dilation": layer.dilation_rate,
    }


def _normalize(layer: Any, x: np.ndarray) -> np.ndarray:
    """Batch normalization with the averages of training (Ioffe and Szegedy, 2015)."""
    *learned, mean, variance = layer.get_weights()
    scale = 1.0 / np.sqrt(variance + layer.epsilon)
    scale = scale * learned[0] if layer.scale else scale
    shift = learned[-1] if layer.center else 0.0
    return (x - mean) * scale + shift


def _rectify(layer: Any, x: np.ndarray) -> np.ndarray:
    """ReLU with the ceiling, the slope and the threshold that Keras can be told."""
    above = x if layer.max_value is None else np.minimum(x, layer.max_value)
    below = layer.negative_slope * (x - layer.threshold)
    return np.where(x >= layer.threshold, above, below)


def _pooled_everywhere(pool: Layer) -> Layer:
    def run(layer: Any, x: np.ndarray) -> np.ndarray:
        pooled = pool(x)
        return pooled[:, None, None] if layer.keepdims else pooled

    return run


def _pooled(pool: Layer) -> Layer:
    return lambda layer, x: pool(
        x, window=layer.pool_size, stride=layer.strides, padding=layer.padding
    )


def _border(layer: Any, x: np.ndarray) -> np.ndarray:
    return np.pad(x, ((0, 0), *layer.padding, (0, 0)))


LAYERS: Mapping[str, Layer] = {
    "InputLayer": lambda layer, x: x,
    "Conv2D": _convolve,
    "DepthwiseConv2D": _convolve_depthwise,
    "Dense": _dense,
    "BatchNormalization": _normalize,
    "MaxPooling2D": _pooled(max_pool2d),
    "AveragePooling2D": _pooled(average_pool2d),
    "GlobalAveragePooling2D": _pooled_everywhere(global_average_pool2d),
    "GlobalMaxPooling2D": _pooled_everywhere(global_max_pool2d),
    "BlurPooling2D": lambda layer, x: blur_pool2d(x),
    "Flatten": lambda layer, x: x.reshape(len(x), -1),
    "Activation": _activated,
    "ReLU": _rectify,
    "LeakyReLU": lambda layer, x: leaky_relu(x, slope=layer.negative_slope),
    "Softmax": lambda layer, x: softmax(x),
    "Dropout": lambda layer, x: x,
    "Rescaling": lambda layer, x: x * layer.scale + layer.offset,
    "ZeroPadding2D": _border,
    "Add": lambda layer, *x: sum(x[1:], start=x[0]),
    "Concatenate": lambda layer, *x: np.concatenate(x, axis=layer.axis),
}
