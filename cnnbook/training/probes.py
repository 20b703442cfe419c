"""What a network does at one moment, and when it got somewhere, in plain numbers.

Images are (n, h, w, c) float32, labels (n,) integers; a model answers with scores.
"""

from collections.abc import Sequence

import keras
import numpy as np
import tensorflow as tf

from cnnbook.checks import require_labels, require_layout


def gradient_norms(
    model: keras.Model, images: np.ndarray, labels: np.ndarray
) -> tuple[float, dict[str, float]]:
    """Cross-entropy of one batch, and how long its gradient is in each kernel.

    Returns
    -------
    The loss, and for each layer with a kernel its name and the square root of the sum
    of squares over all elements of the gradient. The batch is seen as in training, so
    batch normalization uses its own mean and deviation; nothing is updated but its
    moving averages.
    """
    require_layout("images", images, "n h w c")
    require_labels(labels, len(images), model.output_shape[-1])
    kernels = {
        layer.name: layer.kernel for layer in model.layers if hasattr(layer, "kernel")
    }
    loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    with tf.GradientTape() as tape:
        loss = loss_of(labels, model(images, training=True))
    gradients = tape.gradient(loss, [kernel.value for kernel in kernels.values()])
    norms = {
        name: float(tf.norm(gradient))
        for name, gradient in zip(kernels, gradients, strict=True)
    }
    return float(loss), norms


def activation_sizes(model: keras.Model, images: np.ndarray) -> dict[str, float]:
    """Root mean square of what each layer with a kernel gives for `images`."""
    require_layout("images", images, "n h w c")
    layers = [layer for layer in model.layers if hasattr(layer, "kernel")]
    answers = keras.Model(model.input, [layer.output for layer in layers])(images)
    return {
        layer.name: float(np.sqrt(np.mean(np.square(answer))))
        for layer, answer in zip(layers, answers, strict=True)
    }


def epochs_to(level: float, values: Sequence[float]) -> int:
    """The first epoch, counted from 1, whose value reaches `level`.

    One more than there are epochs where none does, so that a mean over runs is a
    lower bound.

    >>> epochs_to(0.7, [0.5, 0.72, 0.69]), epochs_to(0.9, [0.5, 0.72, 0.69])
    (2, 4)
    """
    if len(values) == 0:
        raise ValueError("`values` must hold one value for each epoch, got none.")
    reached = np.asarray(values) >= level
    return int(reached.argmax()) + 1 if reached.any() else len(values) + 1
