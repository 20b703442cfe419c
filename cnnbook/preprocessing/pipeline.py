"""`tf.data` input: in memory, shuffled, batched, augmented, ready ahead of time.

Images are (n, h, w, c) float32, labels (n,) integers.
"""

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from cnnbook.checks import require_at_least, require_labels, require_layout

Augmentation = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]
Vary = Callable[[tf.Tensor, tf.Tensor, tf.Tensor], tuple[tf.Tensor, tf.Tensor]]


def batches(
    images: np.ndarray,
    labels: np.ndarray,
    *,
    batch_size: int,
    num_classes: int | None = None,
    seed: int | None = None,
    augment: Augmentation | None = None,
) -> tf.data.Dataset:
    """Batches of (images, labels), in order or, with a `seed`, shuffled.

    Parameters
    ----------
    images : (n, h, w, c) float32
    labels : (n,) integers
    batch_size : images in a batch. The last batch is smaller in order, and left out
        when shuffled, so that every training step has the same shape.
    num_classes : if given, labels come one-hot, (batch_size, num_classes) float32.
    seed : of the order, which changes from epoch to epoch, and of `augment`.
    augment : called as `augment(images, seed)` on each batch, with a (2,) seed that
        no other batch gets; see `cnnbook.preprocessing.flip_and_shift`.
    """
    require_layout("images", images, "n h w c")
    require_labels(labels, len(images), num_classes)
    require_at_least("batch_size", batch_size, 1)
    if augment is not None and seed is None:
        raise ValueError("`augment` needs randomness. Pass a `seed` beside it.")
    if seed is not None and batch_size > len(images):
        raise ValueError(
            f"`batch_size` must be {len(images)} or less, the number of images, "
            f"got {batch_size}: a shuffled epoch would have no whole batch."
        )
    targets = np.asarray(labels, dtype=np.int64)
    if num_classes is not None:
        targets = np.eye(num_classes, dtype=np.float32)[targets]
    if seed is None:
        ordered = tf.data.Dataset.from_tensor_slices((images, targets))
        return ordered.batch(batch_size).cache().prefetch(tf.data.AUTOTUNE)
    vary = None
    if augment is not None:

        def vary(chosen, classes, draw):
            return augment(chosen, draw), classes

    return shuffled_batches(
        images, targets, batch_size=batch_size, seed=seed, vary=vary
    )


def shuffled_batches(
    inputs: np.ndarray,
    targets: np.ndarray,
    *,
    batch_size: int,
    seed: int,
    vary: Vary | None = None,
) -> tf.data.Dataset:
    """Whole batches in an order that changes from epoch to epoch.

    They are gathered by position, so that no input is copied one by one.

    Parameters
    ----------
    inputs, targets : (n, …) each
    vary : called as `vary(inputs, targets, seed)` on each batch, with a (2,) seed that
        no other batch gets.
    """
    inputs, targets = tf.constant(inputs), tf.constant(targets)
    order = tf.data.Dataset.range(len(inputs)).shuffle(len(inputs), seed=seed)
    order = order.batch(batch_size, drop_remainder=True)
    draws = tf.data.Dataset.random(seed=seed, rerandomize_each_iteration=True).batch(2)

    def gather(index: tf.Tensor, draw: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        batch = tf.gather(inputs, index), tf.gather(targets, index)
        return batch if vary is None else vary(*batch, draw)

    dataset = tf.data.Dataset.zip(order, draws)
    dataset = dataset.map(gather, num_parallel_calls=tf.data.AUTOTUNE)
    return dataset.prefetch(tf.data.AUTOTUNE)
