"""The networks of the book: sizes in, an uncompiled functional Keras model out.

Images are (n, h, w, c); every model answers with scores (n, num_classes), before
softmax, in float32 whatever the precision inside. Compile with `from_logits=True`.
"""

import keras
import tensorflow as tf
from keras import layers, ops

from cnnbook.checks import require_at_least, require_in
from cnnbook.reference.pooling import blur_kernel

IMAGE_SHAPE = (28, 28, 1)
POOLINGS = ("max", "average", "blur", "stride", "none")


@keras.saving.register_keras_serializable("cnnbook")
class FusedBatchNormalization(layers.BatchNormalization):
    """Batch normalization over n, h and w in one fused TensorFlow kernel.

    Takes the arguments, holds the variables and computes the function of its parent
    for images (n, h, w, c); one operation instead of six. As in `tf.nn`, the
    variance that enters the moving average is the unbiased one.

    Source: Ioffe and Szegedy (2015), algorithm 1.
    """

    def call(self, inputs, training=None, mask=None):
        if mask is not None or len(inputs.shape) != 4 or self.axis not in (3, -1):
            raise ValueError(
                "`inputs` must be (n, h, w, c), channels last and without a mask, got "
                f"shape {tuple(inputs.shape)}. Use keras.layers.BatchNormalization."
            )
        # float32 for scale and statistics, also under mixed precision
        scale = tf.convert_to_tensor(self.gamma)
        offset = tf.convert_to_tensor(self.beta)
        if training and self.trainable:
            outputs, mean, variance, *_ = tf.compat.v1.nn.fused_batch_norm(
                inputs, scale, offset, epsilon=self.epsilon, is_training=True
            )
            self._remember(mean, variance)
            return outputs
        return tf.compat.v1.nn.fused_batch_norm(
            inputs,
            scale,
            offset,
            mean=tf.convert_to_tensor(self.moving_mean),
            variance=tf.convert_to_tensor(self.moving_variance),
            epsilon=self.epsilon,
            is_training=False,
        )[0]

    def _remember(self, mean: tf.Tensor, variance: tf.Tensor) -> None:
        """Move both moving averages a step of 1 - momentum towards this batch."""
        for average, value in (
            (self.moving_mean, mean),
            (self.moving_variance, variance),
        ):
            average.assign(average * self.momentum + value * (1.0 - self.momentum))


@keras.saving.register_keras_serializable("cnnbook")
class BlurPooling2D(layers.Layer):
    """Blur each channel of (n, h, w, c), then keep every second place.

    The blur takes away what the coarser grid could not hold; there are no weights.

    Source: Zhang (2019); `cnnbook.reference.blur_pool2d` is the same in NumPy.
    """

    # what `cnnbook.reference.count_network` asks any layer with windows
    kernel_size, strides, padding = (3, 3), (2, 2), "same"

    def call(self, inputs):
        """(n, h, w, c) -> (n, ceil(h / 2), ceil(w / 2), c)."""
        kernel = blur_kernel(self.kernel_size[0])[:, :, None, None]
        kernels = ops.repeat(
            ops.cast(kernel, self.compute_dtype), inputs.shape[-1], axis=2
        )
        return ops.depthwise_conv(
            inputs, kernels, strides=self.strides, padding=self.padding
        )

    def compute_output_shape(self, input_shape):
        n, h, w, c = input_shape
        return n, -(-h // 2), -(-w // 2), c


def _inputs(image_shape: tuple[int, int, int], num_classes: int) -> keras.KerasTensor:
    if len(image_shape) != 3 or min(image_shape) < 1:
        raise ValueError(
            f"`image_shape` must be (h, w, c), got {tuple(image_shape)}. "
            "Leave out the batch axis."
        )
    require_at_least("num_classes", num_classes, 2)
    return keras.Input(image_shape, name="image")


def _scores(features: keras.KerasTensor, num_classes: int) -> keras.KerasTensor:
    return layers.Dense(num_classes, dtype="float32", name="scores")(features)


def linear(
    image_shape: tuple[int, int, int] = IMAGE_SHAPE, num_classes: int = 10
) -> keras.Model:
    """Softmax regression on the pixels: the baseline that a network must beat."""
    images = _inputs(image_shape, num_classes)
    features = layers.Flatten()(images)
    return keras.Model(images, _scores(features, num_classes), name="linear")


def mlp(
    image_shape: tuple[int, int, int] = IMAGE_SHAPE,
    num_classes: int = 10,
    *,
    width: int = 256,
) -> keras.Model:
    """Two hidden dense layers of `width` units: a network blind to neighborhoods."""
    images = _inputs(image_shape, num_classes)
    features = layers.Flatten()(images)
    features = layers.Dense(width, activation="relu")(features)
    features = layers.Dense(width, activation="relu")(features)
    return keras.Model(images, _scores(features, num_classes), name="mlp")


def source_cnn(
    image_shape: tuple[int, int, int] = IMAGE_SHAPE, num_classes: int = 10
) -> keras.Model:
    """The network of the source, lines 187-202, answering with scores."""
    return plain_cnn(image_shape, num_classes, name="source_cnn")


def gap_cnn(
    image_shape: tuple[int, int, int] = IMAGE_SHAPE, num_classes: int = 10
) -> keras.Model:
    """The convolutions of the source under a global average instead of `Flatten`."""
    return plain_cnn(image_shape, num_classes, head="average", name="gap_cnn")


def plain_cnn(
    image_shape: tuple[int, int, int] = IMAGE_SHAPE,
    num_classes: int = 10,
    *,
    activation: str = "relu",
    pooling: str = "max",
    head: str = "dense",
    initializer: str = "glorot_uniform",
    name: str = "plain_cnn",
) -> keras.Model:
    """The network of the source with any of its parts exchanged.

    Parameters
    ----------
    activation : of the convolutions and of the hidden dense layer.
    pooling : "max", "average", "blur" (a maximum, then `BlurPooling2D`), "stride" (no
        pooling: the convolutions take steps of two pixels) or "none".
    head : "dense" (`Flatten`, 128 units, scores) or "average" (global average, scores).
    initializer : of the kernels of convolutions and hidden layer.
    """
    images = _inputs(image_shape, num_classes)
    require_in("pooling", pooling, POOLINGS)
    require_in("head", head, ("dense", "average"))
    options = {"activation": activation, "kernel_initializer": initializer}
    features = images
    for number, filters in ((1, 32), (2, 64)):
        features = layers.Conv2D(
            filters,
            3,
            strides=2 if pooling == "stride" else 1,
            name=f"conv{number}",
            **options,
        )(features)
        features = _pooled(features, pooling, f"pool{number}")
    if head == "average":
        features = layers.GlobalAveragePooling2D()(features)
    else:
        features = layers.Flatten()(features)
        features = layers.Dense(128, **options)(features)
    return keras.Model(images, _scores(features, num_classes), name=name)


def _pooled(features: keras.KerasTensor, pooling: str, name: str) -> keras.KerasTensor:
    if pooling == "max":
        return layers.MaxPooling2D(2, name=name)(features)
    if pooling == "average":
        return layers.AveragePooling2D(2, name=name)(features)
    if pooling == "blur":
        dense = layers.MaxPooling2D(2, strides=1, name=f"{name}_maximum")(features)
        return BlurPooling2D(name=name)(dense)
    return features


def _conv_norm_relu(features: keras.KerasTensor, filters: int) -> keras.KerasTensor:
    features = layers.Conv2D(
        filters,
        3,
        padding="same",
        use_bias=False,  # the offset of the normalization that follows takes its place
        kernel_initializer="he_normal",
    )(features)
    features = FusedBatchNormalization(momentum=0.9)(features)
    return layers.ReLU()(features)


def residual_cnn(
    image_shape: tuple[int, int, int] = IMAGE_SHAPE,
    num_classes: int = 10,
    *,
    stem: int = 32,
    widths: tuple[int, ...] = (64, 128),
    blocks: int = 1,
) -> keras.Model:
    """A small residual network with batch normalization.

    One convolution of `stem` filters at full size; then, for each of `widths`, a
    2x2 max pooling, a convolution, and `blocks` residual pairs of convolutions; then
    the maximum over all places and a dense layer.

    Source: the residual pair is that of He et al. (2016), figure 2, with its two
    activations inside the branch.
    """
    images = _inputs(image_shape, num_classes)
    for name, value in (("stem", stem), ("blocks", blocks), *_named(widths)):
        require_at_least(name, value, 1)
    features = _conv_norm_relu(images, stem)
    for width in widths:
        features = layers.MaxPooling2D(2)(features)
        features = _conv_norm_relu(features, width)
        for _ in range(blocks):
            branch = _conv_norm_relu(_conv_norm_relu(features, width), width)
            features = layers.Add()([features, branch])
    features = layers.GlobalMaxPooling2D()(features)
    return keras.Model(images, _scores(features, num_classes), name="residual_cnn")


def _named(widths: tuple[int, ...]) -> list[tuple[str, int]]:
    return [(f"widths[{i}]", width) for i, width in enumerate(widths)]
