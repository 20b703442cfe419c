"""Random variants of training images, drawn afresh in each epoch.

A batch is (n, h, w, c) float32. Randomness is stateless: the same `seed` gives the
same variants, on any number of threads.
"""

import tensorflow as tf


def flip_and_shift(images: tf.Tensor, seed: tf.Tensor, *, shift: int = 2) -> tf.Tensor:
    """Mirror each image with probability 1/2 and move it by up to `shift` pixels.

    Parameters
    ----------
    images : (n, h, w, c)
    seed : (2,) int64, of `tf.random.stateless_uniform`.
    shift : largest move along either axis, in pixels. Pixels that enter at the
        border are copies of the pixels that lay there.

    Returns
    -------
    (n, h, w, c)
    """
    n, h, w = tf.shape(images)[0], tf.shape(images)[1], tf.shape(images)[2]
    coins = tf.random.stateless_uniform((n, 1, 1, 1), seed)
    images = tf.where(coins < 0.5, images[:, :, ::-1], images)
    if shift == 0:
        return images
    moves = tf.random.stateless_uniform((n, 2), seed + 1, -shift, shift + 1, tf.int32)
    # (n, h) and (n, w): where each row and column of the result is read
    rows = tf.clip_by_value(moves[:, :1] + tf.range(h), 0, h - 1)
    columns = tf.clip_by_value(moves[:, 1:] + tf.range(w), 0, w - 1)
    images = tf.gather(images, rows, axis=1, batch_dims=1)
    return tf.gather(images, columns, axis=2, batch_dims=1)
