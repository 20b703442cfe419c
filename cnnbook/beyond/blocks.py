"""Blocks that came after the plain convolution, and one small network of each.

Feature maps are (n, h, w, c). All blocks keep height and width, with "same" padding.
"""

import keras
from keras import KerasTensor, layers

from cnnbook.checks import require_at_least, require_in

# channels with which four blocks cost within 7 % of each other's multiply-adds
WIDTHS = {"plain": 16, "separable": 44, "inverted": 15, "convnext": 14}
KINDS = tuple(WIDTHS)


def plain(features: KerasTensor, width: int, *, kernel: int = 3) -> KerasTensor:
    """A convolution, normalized, with relu: the yardstick."""
    features = layers.Conv2D(width, kernel, padding="same", use_bias=False)(features)
    return _normalized(features, "relu")


def separable(features: KerasTensor, width: int, *, kernel: int = 3) -> KerasTensor:
    """A kernel for each channel, then a 1x1 convolution that mixes channels.

    Source: Howard et al. (2017), figure 3, normalization and relu after each.
    """
    features = layers.DepthwiseConv2D(kernel, padding="same", use_bias=False)(features)
    return plain(_normalized(features, "relu"), width, kernel=1)


def squeeze_excite(features: KerasTensor, hidden: int) -> KerasTensor:
    """Multiply each channel by a factor in (0, 1) that is read off all channels' means.

    Source: Hu et al. (2018), equations 2 to 4, with silu as in EfficientNet.
    """
    require_at_least("hidden", hidden, 1)
    means = layers.GlobalAveragePooling2D(keepdims=True)(features)
    inner = layers.Conv2D(hidden, 1, activation="silu")(means)
    factors = layers.Conv2D(features.shape[-1], 1, activation="sigmoid")(inner)
    return layers.Multiply()([features, factors])


def inverted_bottleneck(
    features: KerasTensor, *, expand: int = 4, kernel: int = 3, squeeze: int = 4
) -> KerasTensor:
    """Widen by `expand`, filter channel by channel, weigh, narrow, add the input.

    The squeeze-and-excitation in the middle has 1 / `squeeze` of the input's channels.

    Source: Sandler et al. (2018), section 3.3; Tan and Le (2019), section 4.
    """
    require_at_least("expand", expand, 1)
    require_at_least("squeeze", squeeze, 1)
    width = features.shape[-1]
    wide = layers.Conv2D(width * expand, 1, use_bias=False)(features)
    wide = _normalized(wide, "silu")
    wide = layers.DepthwiseConv2D(kernel, padding="same", use_bias=False)(wide)
    wide = squeeze_excite(_normalized(wide, "silu"), max(1, width // squeeze))
    narrow = layers.Conv2D(width, 1, use_bias=False)(wide)
    return layers.Add()([features, _normalized(narrow)])


def convnext(features: KerasTensor, *, expand: int = 4, kernel: int = 7) -> KerasTensor:
    """Filter channel by channel, normalize each place, widen, narrow, add the input.

    Without the factor for each channel that the paper puts before the sum: it starts
    at a millionth, for runs of 300 epochs.

    Source: Liu et al. (2022), figure 4.
    """
    require_at_least("expand", expand, 1)
    width = features.shape[-1]
    branch = layers.DepthwiseConv2D(kernel, padding="same")(features)
    branch = layers.LayerNormalization(epsilon=1e-6)(branch)
    branch = layers.Dense(expand * width, activation="gelu")(branch)
    return layers.Add()([features, layers.Dense(width)(branch)])


def block_network(
    kind: str,
    width: int | None = None,
    *,
    num_blocks: int = 4,
    image_shape: tuple[int, int, int] = (14, 14, 1),
    num_classes: int = 10,
) -> keras.Model:
    """A convolution in steps of two, `num_blocks` blocks, an average, scores.

    `kind` is one of `KINDS`; `width`, by default that of `WIDTHS`, is the number of
    channels of all feature maps. Answers with scores (n, num_classes).
    """
    require_in("kind", kind, KINDS)
    require_at_least("num_blocks", num_blocks, 1)
    width = WIDTHS[kind] if width is None else width
    require_at_least("width", width, 1)
    block = {
        "plain": lambda maps: plain(maps, width),
        "separable": lambda maps: separable(maps, width),
        "inverted": inverted_bottleneck,
        "convnext": convnext,
    }[kind]
    images = keras.Input(image_shape, name="image")
    maps = layers.Conv2D(width, 3, strides=2, padding="same", use_bias=False)(images)
    maps = _normalized(maps, "relu")
    for _ in range(num_blocks):
        maps = block(maps)
    means = layers.GlobalAveragePooling2D()(maps)
    scores = layers.Dense(num_classes, dtype="float32", name="scores")(means)
    return keras.Model(images, scores, name=kind)


def _normalized(features: KerasTensor, activation: str = "") -> KerasTensor:
    features = layers.BatchNormalization(momentum=0.9)(features)
    return layers.Activation(activation)(features) if activation else features
