"""Random variants by Keras layers, in units that say what they are.

A batch is (n, h, w, c). The same layers serve in two places: at the front of a model,
where they draw from a state of their own, and in a `tf.data` pipeline, where
`stateless` lets the seed of each batch decide everything.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import keras
import tensorflow as tf

from cnnbook.checks import require_at_least, require_between, require_in
from cnnbook.preprocessing.pipeline import Augmentation

FLIPS = ("none", "horizontal", "vertical", "both")
FILLS = ("nearest", "reflect", "constant", "wrap")


@dataclass(frozen=True)
class Variation:
    """The most by which an image may change; 0 or "none" leaves a change out.

    Every amount is drawn evenly between its negative and itself, for each image anew.

    Parameters
    ----------
    flip : "horizontal", "vertical" or "both", each with probability 1/2 on its own.
    degrees : angle of rotation about the middle.
    shift : along each axis, in pixels.
    zoom : of height and width together; 0.1 shows nine tenths to eleven tenths.
    shear : angle by which columns lean, in degrees. Keras keeps the top row in place.
    brightness : share of the value range that is added.
    contrast : share by which distances from the mean of an image grow or shrink.
    value_range : darkest and brightest possible value, which `brightness` and
        `contrast` need.
    fill : what is shown where the image has ended.
    """

    flip: str = "none"
    degrees: float = 0.0
    shift: float = 0.0
    zoom: float = 0.0
    shear: float = 0.0
    brightness: float = 0.0
    contrast: float = 0.0
    value_range: tuple[float, float] | None = None
    fill: str = "nearest"

    def __post_init__(self):
        require_in("flip", self.flip, FLIPS)
        require_in("fill", self.fill, FILLS)
        require_between("degrees", self.degrees, 0, 180)
        require_at_least("shift", self.shift, 0)
        require_between("zoom", self.zoom, 0, 0.99)
        require_between("shear", self.shear, 0, 45)
        require_between("brightness", self.brightness, 0, 1)
        require_between("contrast", self.contrast, 0, 1)
        if (self.brightness or self.contrast) and self.value_range is None:
            raise ValueError(
                "`brightness` and `contrast` need a `value_range`, got None. Say what "
                "is black and what is white: (0, 255) for bytes, (0, 1) for to_unit."
            )

    def layers(self, h: int, w: int, *, seed: int | None = None) -> list[keras.Layer]:
        """Keras layers for images of (h, w) pixels, in the order of the fields.

        `seed` gives each layer one of its own; without it they start by chance.
        """
        for name, size in (("h", h), ("w", w)):
            require_at_least(name, size, max(self.shift, 1))
        return [
            kind(**options, seed=None if seed is None else seed + i)
            for i, (kind, options) in enumerate(self._plan(h, w))
        ]

    def augmentation(self, h: int, w: int) -> Augmentation:
        """The function of (images, seed) for `batches`: see `stateless`."""
        return stateless(self.layers(h, w))

    def _plan(self, h: int, w: int) -> Iterator[tuple[type, dict]]:
        """Each layer that is wanted, with its arguments in the units of Keras."""
        layers, filled = keras.layers, {"fill_mode": self.fill}
        for mode in ("horizontal", "vertical"):
            if self.flip in (mode, "both"):
                yield layers.RandomFlip, {"mode": mode}
        if self.degrees:
            yield layers.RandomRotation, {"factor": self.degrees / 360} | filled
        if self.shift:
            part = {"height_factor": self.shift / h, "width_factor": self.shift / w}
            yield layers.RandomTranslation, part | filled
        if self.zoom:
            yield layers.RandomZoom, {"height_factor": self.zoom} | filled
        if self.shear:
            slope = math.tan(math.radians(self.shear))
            yield layers.RandomShear, {"x_factor": min(slope, 1.0)} | filled
        shades = {"value_range": self.value_range}
        if self.brightness:
            yield layers.RandomBrightness, {"factor": self.brightness} | shades
        if self.contrast:
            both = (self.contrast, self.contrast)  # one number would only raise it
            yield layers.RandomContrast, {"factor": both} | shades


class _Draws(keras.random.SeedGenerator):
    """Seeds counted up from a given one, without a variable that threads share."""

    def __init__(self, seed: tf.Tensor):  # no super: it would make that variable
        self.seed = tf.cast(seed, tf.int64)
        self.count = 0

    def next(self, ordered: bool = True) -> tf.Tensor:
        self.count += 1
        return self.seed + tf.constant([0, self.count], tf.int64)


def stateless(chain: Sequence[keras.Layer]) -> Augmentation:
    """Turn Keras's random image layers into a function of (images, seed).

    Used as they are in `Dataset.map`, such layers draw from a variable, which parallel
    calls reach in an order that nobody fixes. Here the (2,) `seed` of the batch decides
    every draw, so that a run repeats on any number of threads.
    """

    def vary(images: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
        draws = _Draws(seed)
        for layer in chain:
            drawn = layer.get_random_transformation(images, training=True, seed=draws)
            images = layer.transform_images(images, drawn, training=True)
        return images

    return vary
