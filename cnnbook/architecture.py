"""A convolutional network described by its choices, which can be exchanged one by one.

Images are (n, h, w, c); the network answers with scores (n, num_classes).
"""

from dataclasses import dataclass

import keras
from keras import layers

from cnnbook.checks import require_at_least, require_between, require_in
from cnnbook.models import IMAGE_SHAPE, FusedBatchNormalization

POOLINGS = ("max", "average", "stride", "none")
HEADS = ("average", "maximum", "dense")
ACTIVATIONS = ("relu", "leaky_relu", "elu", "gelu", "silu", "tanh", "sigmoid")


@dataclass(frozen=True)
class Architecture:
    """Stages of convolutions, each ending in a pooling, and a head that scores.

    `widths` has the number of filters of each stage, `convs` the convolutions in each,
    of `kernel` x `kernel` pixels and padded to keep the size; the very first one reads
    `first_kernel` pixels unless that is 0. With `depthwise`, all but the first are one
    kernel for each channel followed by a 1x1 convolution. A pooling takes windows of
    `pool_size` in steps of `pool_stride` (0: as large as the window); "stride" lets the
    last convolution of a stage take the steps instead. With `residual`, the
    convolutions after the first of a stage are skipped over in pairs.

    The head takes the average or the maximum over all places, or is "dense": all
    places into `hidden` units. `dropout` acts before the scores; at the end of each
    stage, `conv_dropout` drops single values and `spatial_dropout` whole maps. `l2` is
    the factor of the squared weights of kernels in the loss.
    """

    widths: tuple[int, ...] = (16, 32)
    convs: int = 1
    kernel: int = 3
    first_kernel: int = 0
    depthwise: bool = False
    pooling: str = "max"
    pool_size: int = 2
    pool_stride: int = 0
    activation: str = "relu"
    norm: bool = False
    residual: bool = False
    head: str = "average"
    hidden: int = 64
    dropout: float = 0.0
    conv_dropout: float = 0.0
    spatial_dropout: float = 0.0
    l2: float = 0.0
    initializer: str = "he_normal"

    def __post_init__(self):
        # JSON gives back a list
        object.__setattr__(self, "widths", tuple(self.widths))
        require_at_least("len(widths)", len(self.widths), 1)
        for i, width in enumerate(self.widths):
            require_at_least(f"widths[{i}]", width, 1)
        for name in ("convs", "kernel", "pool_size", "hidden"):
            require_at_least(name, getattr(self, name), 1)
        for name in ("first_kernel", "pool_stride", "l2"):
            require_at_least(name, getattr(self, name), 0)
        for name in ("dropout", "conv_dropout", "spatial_dropout"):
            require_between(name, getattr(self, name), 0, 0.99)
        require_in("pooling", self.pooling, POOLINGS)
        require_in("activation", self.activation, ACTIVATIONS)
        require_in("head", self.head, HEADS)
        if self.residual and (self.convs < 3 or self.convs % 2 == 0):
            raise ValueError(
                f"`convs` must be 3, 5, 7, … with `residual`, got {self.convs}. The "
                "first convolution of a stage sets the width, pairs follow."
            )

    @property
    def depth(self) -> int:
        """The number of convolutions, a depthwise one with its 1x1 counted once."""
        return len(self.widths) * self.convs

    def build(
        self, image_shape: tuple[int, int, int] = IMAGE_SHAPE, num_classes: int = 10
    ) -> keras.Model:
        """An uncompiled functional model; compile it with `from_logits=True`."""
        require_at_least("num_classes", num_classes, 2)
        images = keras.Input(image_shape, name="image")
        features = images
        for stage, width in enumerate(self.widths):
            features = self._stage(features, stage, width)
        features = self._flat(features)
        if self.dropout:
            features = layers.Dropout(self.dropout)(features)
        scores = layers.Dense(
            num_classes,
            dtype="float32",
            name="scores",
            kernel_regularizer=self._penalty(),
        )(features)
        return keras.Model(images, scores, name="architecture")

    def _stage(
        self, features: keras.KerasTensor, stage: int, width: int
    ) -> keras.KerasTensor:
        """`convs` convolutions and what makes the maps smaller."""
        features = self._conv(features, width, stage, 0)
        for i in range(1, self.convs, 2 if self.residual else 1):
            if self.residual:
                branch = self._conv(features, width, stage, i)
                branch = self._conv(branch, width, stage, i + 1)
                features = layers.Add()([features, branch])
            else:
                features = self._conv(features, width, stage, i)
        if self.conv_dropout:
            features = layers.Dropout(self.conv_dropout)(features)
        if self.spatial_dropout:
            features = layers.SpatialDropout2D(self.spatial_dropout)(features)
        if self.pooling in ("max", "average"):
            pool = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}
            features = pool[self.pooling](
                self.pool_size, self.pool_stride or None, name=f"pool{stage + 1}"
            )(features)
        return features

    def _conv(
        self, features: keras.KerasTensor, width: int, stage: int, i: int
    ) -> keras.KerasTensor:
        """One convolution, normalized where asked for, and its activation."""
        name = f"conv{stage * self.convs + i + 1}"
        first = stage == i == 0
        kernel = self.first_kernel if first and self.first_kernel else self.kernel
        last = i == self.convs - 1
        options = {
            "strides": self.pool_size if self.pooling == "stride" and last else 1,
            "padding": "same",
        }
        if self.depthwise and not first:
            features = layers.DepthwiseConv2D(
                kernel,
                name=f"{name}_depthwise",
                use_bias=False,
                depthwise_initializer=self.initializer,
                depthwise_regularizer=self._penalty(),
                **options,
            )(features)
            kernel, options = 1, {}
        features = layers.Conv2D(
            width,
            kernel,
            name=name,
            use_bias=not self.norm,  # the offset of the normalization takes its place
            kernel_initializer=self.initializer,
            kernel_regularizer=self._penalty(),
            **options,
        )(features)
        if self.norm:
            features = FusedBatchNormalization(momentum=0.9, name=f"{name}_norm")(
                features
            )
        return layers.Activation(self.activation, name=f"{name}_active")(features)

    def _flat(self, features: keras.KerasTensor) -> keras.KerasTensor:
        if self.head == "average":
            return layers.GlobalAveragePooling2D()(features)
        if self.head == "maximum":
            return layers.GlobalMaxPooling2D()(features)
        features = layers.Flatten()(features)
        return layers.Dense(
            self.hidden,
            activation=self.activation,
            kernel_initializer=self.initializer,
            kernel_regularizer=self._penalty(),
        )(features)

    def _penalty(self) -> keras.Regularizer | None:
        # one for each layer: Keras adds their sums
        return keras.regularizers.L2(self.l2) if self.l2 else None
