"""The loss around the weights of a network: noise of its gradient, its curvature.

Images are (n, h, w, c) float32, labels (n,) integers; a model answers with scores. The
loss is the mean cross-entropy, the network as it is at prediction.
"""

import keras
import numpy as np
import tensorflow as tf
from scipy.sparse.linalg import LinearOperator, eigsh

from cnnbook.checks import require_at_least, require_between, require_labels


def loss_gradient(
    model: keras.Model, images: np.ndarray, labels: np.ndarray
) -> np.ndarray:
    """The gradient of the loss in all trainable weights, laid end to end: (w,)."""
    require_labels(labels, len(images), model.output_shape[-1])
    weights = [variable.value for variable in model.trainable_variables]
    with tf.GradientTape() as tape:
        loss = _loss(model, images, labels)
    return _flat(tape.gradient(loss, weights))


def gradient_noise(
    model: keras.Model,
    images: np.ndarray,
    labels: np.ndarray,
    *,
    batch_size: int,
    num_batches: int,
    seed: int,
) -> float:
    """How far the gradient of a random batch is from that of all images.

    The mean over `num_batches` of the squared distance, divided by the squared length
    of the gradient of all. Images are drawn with replacement, so that the noise of a
    batch of B is exactly 1 / B of that of a single image, but for chance.
    """
    require_at_least("batch_size", batch_size, 1)
    require_at_least("num_batches", num_batches, 1)
    rng = np.random.default_rng(seed)
    whole = loss_gradient(model, images, labels)
    distances = []
    for _ in range(num_batches):
        drawn = rng.integers(0, len(images), batch_size)
        part = loss_gradient(model, images[drawn], labels[drawn])
        distances.append(np.sum((part - whole) ** 2))
    return float(np.mean(distances) / np.sum(whole**2))


def sharpness(
    model: keras.Model,
    images: np.ndarray,
    labels: np.ndarray,
    *,
    seed: int = 0,
    tolerance: float = 0.01,
) -> float:
    """The largest curvature of the loss: the top eigenvalue of its Hessian.

    By Lanczos's iteration, which like the power iteration needs only products of the
    Hessian with a direction, each at the price of two gradients. The true eigenvalue
    is at most about `tolerance`, as a share, above the answer.
    """
    require_labels(labels, len(images), model.output_shape[-1])
    require_between("tolerance", tolerance, 1e-6, 0.5)
    weights = [variable.value for variable in model.trainable_variables]
    size = sum(int(np.prod(weight.shape)) for weight in weights)

    @tf.function
    def product(*directions: tf.Tensor) -> list[tf.Tensor]:
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                loss = _loss(model, images, labels)
            gradients = inner.gradient(loss, weights)
            slope = tf.add_n(
                [
                    tf.reduce_sum(g * d)
                    for g, d in zip(gradients, directions, strict=True)
                ]
            )
        return outer.gradient(slope, weights)

    def matvec(direction: np.ndarray) -> np.ndarray:
        return _flat(product(*_unflat(direction, weights)))

    hessian = LinearOperator((size, size), matvec=matvec, dtype=np.float64)
    start = np.random.default_rng(seed).normal(size=size)
    top = eigsh(
        hessian,
        k=1,
        which="LA",
        v0=start,
        tol=tolerance,
        return_eigenvectors=False,
    )
    return float(top[0])


def _loss(model: keras.Model, images: np.ndarray, labels: np.ndarray) -> tf.Tensor:
    scores = model(images, training=False)
    return keras.losses.SparseCategoricalCrossentropy(from_logits=True)(labels, scores)


def _flat(parts: list[tf.Tensor]) -> np.ndarray:
    return np.concatenate([np.asarray(part, np.float64).ravel() for part in parts])


def _unflat(values: np.ndarray, like: list[tf.Variable]) -> list[tf.Tensor]:
    ends = np.cumsum([int(np.prod(part.shape)) for part in like])[:-1]
    return [
        tf.constant(piece.reshape(part.shape), tf.float32)
        for piece, part in zip(np.split(values, ends), like, strict=True)
    ]
