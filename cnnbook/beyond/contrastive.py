"""Learning from images without labels: two views of one image should look alike.

Images are (n, h, w, c) float32, standardized. Embeddings are (2 n, d), the two views
of an image in rows that follow each other: 0 and 1, 2 and 3, and so on.
"""

from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

from cnnbook.checks import require_at_least, require_between, require_layout
from cnnbook.models import IMAGE_SHAPE

WIDTHS = (16, 32, 64)


def nt_xent(embeddings: np.ndarray, temperature: float = 0.2) -> np.ndarray:
    """How badly each view is told from all others by its partner: (2 n,), 0 or more.

    Every other view of the batch is a class, and the similarity to it, the cosine
    over `temperature`, its score; the loss is the cross-entropy of the partner.

    Source: Chen et al. (2020), equation 1, "normalized temperature-scaled cross
    entropy".
    """
    _require_pairs(embeddings)
    _require_temperature(temperature)
    lengths = np.linalg.norm(embeddings, axis=1, keepdims=True)
    if lengths.min() == 0:
        raise ValueError(
            "`embeddings` must have a direction, got a row of zeros. A network that "
            "answers with zeros has died: lower its rate."
        )
    directions = embeddings / lengths
    scores = directions @ directions.T / temperature
    np.fill_diagonal(scores, -np.inf)  # no view is its own partner
    rows = np.arange(len(scores))
    highest = scores.max(axis=1)
    total = np.exp(scores - highest[:, None]).sum(axis=1)
    return highest + np.log(total) - scores[rows, rows ^ 1]


@dataclass(frozen=True)
class NTXent:
    """`nt_xent` as a loss for `compile`: the labels that Keras passes are not read."""

    temperature: float = 0.2
    __name__ = "nt_xent"  # Keras asks a loss for its name

    def __post_init__(self):
        _require_temperature(self.temperature)

    def __call__(
        self, _: keras.KerasTensor, embeddings: keras.KerasTensor
    ) -> keras.KerasTensor:
        """Losses (2 n,) of embeddings (2 n, d); Keras takes their mean."""
        directions = ops.normalize(embeddings, axis=1)
        scores = ops.matmul(directions, ops.transpose(directions)) / self.temperature
        num = ops.shape(scores)[0]
        scores = scores - 1e9 * ops.eye(num)  # finite: an infinity has no gradient
        partners = ops.bitwise_xor(ops.arange(num), 1)
        return ops.sparse_categorical_crossentropy(partners, scores, from_logits=True)


def two_views(
    images: tf.Tensor, seed: tuple[int, int], *, smallest: float = 0.3
) -> tf.Tensor:
    """Two random views of each image, one after the other: (2 n, h, w, c).

    A view is a window with between `smallest` and all of the area, enlarged to the
    whole; mirrored or not; its contrast times 0.5 to 1.5. `seed` is two integers.

    Source: Chen et al. (2020), section 3, without what it does to colors.
    """
    require_layout("images", images, "n h w c")
    require_between("smallest", smallest, 0.01, 1)
    n, (h, w) = tf.shape(images)[0], images.shape[1:3]
    drawn = tf.random.stateless_uniform((2 * n, 6), seed)
    area, stretch, top, left, mirror, gain = tf.unstack(drawn, axis=1)
    side = tf.sqrt(smallest + (1 - smallest) * area)
    stretch = tf.exp((stretch - 0.5) * 0.5)  # width over height, 0.78 to 1.28
    high = tf.minimum(side / tf.sqrt(stretch), 1.0)
    wide = tf.minimum(side * tf.sqrt(stretch), 1.0)
    top, left = top * (1 - high), left * (1 - wide)
    # a box whose right edge comes first is read from right to left
    first = tf.where(mirror < 0.5, left + wide, left)
    last = tf.where(mirror < 0.5, left, left + wide)
    boxes = tf.stack([top, first, top + high, last], axis=1)
    views = tf.image.crop_and_resize(images, boxes, tf.repeat(tf.range(n), 2), (h, w))
    background = tf.reduce_min(images)
    return background + (views - background) * (0.5 + gain)[:, None, None, None]


def encoder(
    image_shape: tuple[int, int, int] = IMAGE_SHAPE,
    widths: tuple[int, ...] = WIDTHS,
) -> keras.Model:
    """Convolutions alone, each with steps of two pixels: maps (n, 4, 4, 64) of 28x28.

    The first reads 5x5 pixels, the others 3x3.
    """
    images = keras.Input(image_shape, name="image")
    maps = images
    for i, width in enumerate(widths, start=1):
        maps = layers.Conv2D(
            width,
            5 if i == 1 else 3,
            strides=2,
            padding="same",
            activation="relu",
            name=f"conv{i}",
        )(maps)
    return keras.Model(images, maps, name="encoder")


def with_projection(described: keras.Model, width: int = 64) -> keras.Model:
    """`described`, an encoder, and the small network that only the loss sees.

    Answers with embeddings (n, width). It shares its convolutions with `described`.
    """
    features = layers.Flatten()(described.output)
    features = layers.Dense(2 * width, activation="relu")(features)
    embeddings = layers.Dense(width, name="embedding")(features)
    return keras.Model(described.input, embeddings, name="contrastive")


@dataclass(frozen=True)
class Contrastive:
    """How to pre-train on pairs of views; `rate` is the highest of Adam's rates."""

    epochs: int = 8
    batch_size: int = 128
    rate: float = 0.003
    temperature: float = 0.2
    smallest: float = 0.3

    def pretrain(
        self, images: np.ndarray, *, seed: int
    ) -> tuple[keras.Model, list[float]]:
        """An `encoder` that has seen `images` (n, h, w, c), and its loss by epoch."""
        require_layout("images", images, "n h w c")
        require_at_least("len(images)", len(images), self.batch_size)
        keras.utils.set_random_seed(seed)
        described = encoder(images.shape[1:])
        model = with_projection(described)
        num_batches = len(images) // self.batch_size
        decay = keras.optimizers.schedules.CosineDecay(
            self.rate, num_batches * self.epochs
        )
        model.compile(
            keras.optimizers.Adam(decay),
            NTXent(self.temperature),
            steps_per_execution=num_batches,
        )
        fitted = model.fit(
            self._pairs(images, seed),
            epochs=self.epochs,
            steps_per_epoch=num_batches,
            shuffle=False,  # the data set is shuffled by seed already
            verbose=0,
        )
        return described, [float(loss) for loss in fitted.history["loss"]]

    def _pairs(self, images: np.ndarray, seed: int) -> tf.data.Dataset:
        """Batches of views with labels that nobody reads, in a new order each epoch."""
        batches = tf.data.Dataset.from_tensor_slices(images)
        batches = batches.shuffle(len(images), seed=seed)
        batches = batches.batch(self.batch_size, drop_remainder=True).repeat()
        numbered = tf.data.Dataset.zip(batches, tf.data.Dataset.counter())

        def look_twice(some: tf.Tensor, step: tf.Tensor) -> tuple:
            numbers = tf.stack([tf.constant(seed, tf.int64), step])
            views = two_views(some, numbers, smallest=self.smallest)
            return views, tf.zeros(2 * self.batch_size)

        return numbered.map(look_twice).prefetch(2)


def _require_pairs(embeddings: np.ndarray) -> None:
    require_layout("embeddings", embeddings, "n d")
    if len(embeddings) % 2 or len(embeddings) < 4:
        raise ValueError(
            "`embeddings` must have two rows for each of two images or more, got "
            f"{len(embeddings)}. Put the two views of an image one after the other."
        )


def _require_temperature(temperature: float) -> None:
    if not temperature > 0:
        raise ValueError(
            f"`temperature` must be above 0, got {temperature!r}. 0.1 to 0.5 is usual."
        )
