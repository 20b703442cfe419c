"""Removing noise, and making images by removing noise where no image was.

Images are (n, h, w, 1) float32, 0 black to 1 white; a noise level is the standard
deviation of Gaussian noise in the same unit.
"""

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

from cnnbook.checks import (
    require_at_least,
    require_between,
    require_layout,
    require_shape,
)
from cnnbook.data.nearest import nearest_vectors, pixel_distance

MIDDLE, SPREAD = 0.286, 0.353  # mean and deviation of Fashion-MNIST's training pixels
LOWEST, HIGHEST = 0.05, 5.0  # noise levels that a denoiser is trained for


def psnr(clean: np.ndarray, estimate: np.ndarray) -> float:
    """Peak signal-to-noise ratio in dB: 10 log10 of 1 over the mean squared error.

    Both are of one shape, white is 1; infinite where they are equal. Halving the
    root-mean-square error gains 6 dB.

    >>> round(psnr(np.zeros((1, 4, 4, 1)), np.full((1, 4, 4, 1), 0.1)), 3)
    20.0
    """
    require_shape("estimate", estimate, np.shape(clean), "that of `clean`")
    error = np.square(np.asarray(clean, float) - np.asarray(estimate, float)).mean()
    return float(-10 * np.log10(error)) if error > 0 else float("inf")


@keras.saving.register_keras_serializable("cnnbook")
class Fold(layers.Layer):
    """Blocks of 2 x 2 pixels into channels: (n, h, w, c) to (n, h / 2, w / 2, 4c)."""

    def call(self, inputs):
        return tf.nn.space_to_depth(inputs, 2)


@keras.saving.register_keras_serializable("cnnbook")
class Unfold(layers.Layer):
    """Back again: (n, h, w, 4c) to (n, 2h, 2w, c)."""

    def call(self, inputs):
        return tf.nn.depth_to_space(inputs, 2)


def denoiser(
    image_shape: tuple[int, int, int] = (28, 28, 1), *, width: int = 32
) -> keras.Model:
    """A small U-shaped network from (noisy image, noise level) to a clean image.

    Its input (n, h, w, 2) holds the noisy image and, in every pixel of the second
    channel, the noise level. To the best guess that knows one pixel alone, the noisy
    value drawn towards `MIDDLE`, it adds what it has learned from the others; dense
    layers at its coarsest see all of them, so that its images have one size.

    Source: Karras et al. (2022), table 1, for the weights of the two parts; Zhang,
    Zuo and Zhang (2018) for the folded pixels and the level's channel.
    """
    h, w, _ = image_shape
    if h % 4 or w % 4:
        raise ValueError(
            f"`image_shape` must have sides that 4 divides, got {h} x {w}. Pad them."
        )
    both = keras.Input((h, w, 2), name="noisy_and_level")
    noisy, level = both[..., :1] - MIDDLE, both[..., 1:]
    total = ops.sqrt(ops.square(level) + SPREAD**2)
    read = layers.Concatenate()([noisy / total, ops.log(level) / 4])
    fine = _conv(_conv(Fold()(read), width), width)
    coarse = _conv(fine, 2 * width, strides=2)
    coarse = layers.Add()([coarse, _overview(coarse)])
    for _ in range(2):
        coarse = layers.Add()([coarse, _conv(coarse, 2 * width)])
    raised = layers.UpSampling2D(2)(layers.Conv2D(width, 1)(coarse))
    fine = _conv(layers.Add()([fine, raised]), width)
    learned = Unfold()(layers.Conv2D(4, 3, padding="same")(fine))
    alone = noisy * ops.square(SPREAD / total)
    clean = MIDDLE + alone + learned * level * SPREAD / total
    return keras.Model(both, clean, name="denoiser")


def _overview(
    features: keras.KerasTensor, *, narrow: int = 8, hidden: int = 256
) -> keras.KerasTensor:
    """What all places of `features` (n, h, w, c) tell each of them: (n, h, w, c).

    Two dense layers; a convolution would need several layers to look across.
    """
    _, h, w, c = features.shape
    flat = layers.Flatten()(layers.Conv2D(narrow, 1)(features))
    flat = layers.Dense(hidden, activation="swish")(flat)
    flat = layers.Dense(h * w * narrow)(flat)
    return layers.Conv2D(c, 1)(layers.Reshape((h, w, narrow))(flat))


def _conv(
    features: keras.KerasTensor, filters: int, *, strides: int = 1
) -> keras.KerasTensor:
    return layers.Conv2D(
        filters, 3, strides=strides, padding="same", activation="swish"
    )(features)


def add_noise(
    images: tf.Tensor, targets: tf.Tensor, seed: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """Training pairs for `denoiser`, noise drawn anew: `vary` of `fit_targets`.

    Each of `images` (n, h, w, 1) gets a level of its own between `LOWEST` and
    `HIGHEST`, every factor equally likely. Returns (noisy, level) and (target, level),
    both (n, h, w, 2).
    """
    share = tf.random.stateless_uniform((tf.shape(images)[0], 1, 1, 1), seed)
    level = tf.ones_like(images) * LOWEST * (HIGHEST / LOWEST) ** share
    noise = tf.random.stateless_normal(tf.shape(images), seed + 1)
    noisy = tf.concat([images + level * noise, level], axis=-1)
    return noisy, tf.concat([targets, level], axis=-1)


def denoising_loss(target: object, guess: object) -> object:
    """Squared error, (n,), in units of that of the best guess from one pixel alone.

    `target` (n, h, w, 2) is from `add_noise`, `guess` (n, h, w, 1) from the network.

    Source: Karras et al. (2022), table 1 (loss weighting).
    """
    level = ops.square(target[..., 1:])
    alone = level * SPREAD**2 / (level + SPREAD**2)
    return ops.mean(ops.square(target[..., :1] - guess) / alone, axis=(1, 2, 3))


def denoise(model: keras.Model, noisy: np.ndarray, level: float) -> np.ndarray:
    """What `model` takes for the clean images under `noisy` (n, h, w, 1)."""
    require_layout("noisy", noisy, "n h w c")
    require_between("level", level, LOWEST / 2, 2 * HIGHEST)
    levels = np.full_like(noisy, level, dtype=np.float32)
    both = np.concatenate([noisy.astype(np.float32), levels], axis=-1)
    return np.asarray(model(both, training=False))


def noise_levels(steps: int) -> np.ndarray:
    """Levels from `HIGHEST` down to `LOWEST`, each the same fraction of the last."""
    require_at_least("steps", steps, 2)
    return np.geomspace(HIGHEST, LOWEST, steps)


def generate(
    model: keras.Model, num: int, *, steps: int = 16, keep: float = 0.0, seed: int
) -> np.ndarray:
    """Images (num, h, w, 1) in [0, 1] out of noise: denoise, add less noise, repeat.

    `keep` is how much of the noise that was found goes back in, the rest is drawn
    anew: 0 for none, the ratio of two levels for the sampler of Ho et al. (2020),
    algorithm 2, and 1 for a path without new chance, that of Song et al. (2021).
    """
    require_at_least("num", num, 1)
    require_between("keep", keep, 0, 1)
    rng = np.random.default_rng(seed)
    levels = noise_levels(steps)
    h, w, _ = model.output_shape[1:]
    noisy = MIDDLE + levels[0] * rng.normal(size=(num, h, w, 1))
    for level, lower in zip(levels, [*levels[1:], 0.0], strict=True):
        clean = denoise(model, noisy, level)
        found = (noisy - clean) / level
        fresh = rng.normal(size=noisy.shape)
        noisy = clean + lower * (keep * found + np.sqrt(1 - keep**2) * fresh)
    return np.clip(clean, 0, 1)


def nearest(images: np.ndarray, among: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each of `images` the nearest one `among` others: positions and distances.

    Both are (n, h, w, 1) in [0, 1]; a distance is `pixel_distance`, 0 equal and 1
    black against white. Returns (n,) each.
    """
    require_layout("images", images, "n h w c")
    require_layout("among", among, "n h w c")
    require_shape("among", among[0], np.shape(images)[1:], "that of one of `images`")
    first = images.reshape(len(images), -1).astype(np.float32)
    others = among.reshape(len(among), -1).astype(np.float32)
    position = nearest_vectors(first, others, k=1)[:, 0]
    return position, pixel_distance(images, among[position])
