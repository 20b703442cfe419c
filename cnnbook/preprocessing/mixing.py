"""Mixtures of two images with the mixture of their labels.

Images are (n, h, w, c) float32, labels (n, num_classes) float32, one-hot or mixed.
Randomness is stateless: a (2,) `seed` decides everything.
"""

import tensorflow as tf

from cnnbook.checks import require_at_least, require_layout


def mixup(
    images: tf.Tensor, labels: tf.Tensor, seed: tf.Tensor, *, alpha: float = 0.2
) -> tuple[tf.Tensor, tf.Tensor]:
    """Blend each image, and its label, with another of the batch.

    The weight of the first of the two is drawn from Beta(`alpha`, `alpha`) for each
    image: near 0 or 1 for a small `alpha`, evenly for 1.

    Source: Zhang et al. (2018), equation 1.
    """
    images, labels = _checked(images, labels, alpha)
    n = tf.shape(images)[0]
    weights = _beta(n, alpha, seed)
    partners = _permutation(n, seed + 2)
    return (
        _blend(images, tf.gather(images, partners), weights[:, None, None, None]),
        _blend(labels, tf.gather(labels, partners), weights[:, None]),
    )


def cutmix(
    images: tf.Tensor, labels: tf.Tensor, seed: tf.Tensor, *, alpha: float = 1.0
) -> tuple[tf.Tensor, tf.Tensor]:
    """Paste a rectangle of another image of the batch into each, and mix the labels.

    A weight from Beta(`alpha`, `alpha`) is the area that should be kept. The rectangle
    has whole pixels and ends at the border, so its pixels are counted afterwards:
    labels mix in exactly the proportion of the pixels.

    Source: Yun et al. (2019), section 3.1.
    """
    images, labels = _checked(images, labels, alpha)
    n, h, w = tf.shape(images)[0], tf.shape(images)[1], tf.shape(images)[2]
    side = tf.sqrt(1 - _beta(n, alpha, seed))  # of the rectangle, as a share
    middles = tf.random.stateless_uniform((2, n), seed + 2)
    rows = _span(middles[0], side, h)  # (n, h), True inside
    columns = _span(middles[1], side, w)
    inside = rows[:, :, None] & columns[:, None, :]  # (n, h, w)
    partners = _permutation(n, seed + 3)
    mixed = tf.where(inside[..., None], tf.gather(images, partners), images)
    kept = 1 - tf.reduce_mean(tf.cast(inside, labels.dtype), axis=(1, 2))
    return mixed, _blend(labels, tf.gather(labels, partners), kept[:, None])


def _checked(
    images: tf.Tensor, labels: tf.Tensor, alpha: float
) -> tuple[tf.Tensor, tf.Tensor]:
    if len(labels.shape) != 2:
        raise ValueError(
            "`labels` must be (n, num_classes), one number for each class, got shape "
            f"{tuple(labels.shape)}. Integers do not mix: np.eye(num_classes)[labels]."
        )
    if len(images.shape) != 4:
        require_layout("images", images, "n h w c")
    if not alpha > 0:
        require_at_least("alpha", alpha, 1e-6)
    return tf.cast(images, tf.float32), tf.cast(labels, tf.float32)


def _beta(n: tf.Tensor, alpha: float, seed: tf.Tensor) -> tf.Tensor:
    """(n,) draws from Beta(alpha, alpha), as a share of two gamma draws."""
    first = tf.random.stateless_gamma((n,), seed, alpha)
    second = tf.random.stateless_gamma((n,), seed + 1, alpha)
    return tf.math.divide_no_nan(first, first + second)


def _permutation(n: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    return tf.argsort(tf.random.stateless_uniform((n,), seed))


def _span(middle: tf.Tensor, side: tf.Tensor, size: tf.Tensor) -> tf.Tensor:
    """(n, size): which pixels of an axis lie within `side` (a share) of it."""
    length = tf.cast(size, tf.float32)
    centers = (tf.range(length) + 0.5) / length
    return tf.abs(centers[None] - middle[:, None]) < side[:, None] / 2


def _blend(first: tf.Tensor, second: tf.Tensor, weight: tf.Tensor) -> tf.Tensor:
    return weight * first + (1 - weight) * second
