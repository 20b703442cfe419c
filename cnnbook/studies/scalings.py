"""The same network on the same images under several scalings of their pixels.

Images are (n, 28, 28, 1) uint8 until a study scales them; labels are (n,).
"""

from dataclasses import dataclass
from functools import partial

import keras
import numpy as np
from keras import layers

from cnnbook.checks import require_between, require_in
from cnnbook.preprocessing import Preprocessor
from cnnbook.studies.fashion import fashion_split
from cnnbook.training import Recipe, Trainer, TrainingResult

SCALINGS = ("raw", "unit", "signed", "standard", "batch norm")
# the rates that each scaling may choose from, and Keras's default among them
RATES = {"sgd": (0.1, 0.01, 0.001, 0.0001), "adam": (0.01, 0.001, 0.0001)}
DEFAULT_RATES = {"sgd": 0.01, "adam": 0.001}
FEW = (50, 150, 500, 1_500, 5_000)  # images, each set repeated up to the last


@dataclass(frozen=True)
class FashionBytes:
    """Fashion-MNIST as stored: two pairs of (images uint8, labels)."""

    train: tuple[np.ndarray, np.ndarray]
    validation: tuple[np.ndarray, np.ndarray]


def fashion_bytes(
    *, num_images: int = 2_000, num_validation: int = 1_000
) -> FashionBytes:
    """The first images of a stratified split of Fashion-MNIST, unscaled."""
    parts = fashion_split()
    for name, count, available in (
        ("num_images", num_images, len(parts.train_labels)),
        ("num_validation", num_validation, len(parts.validation_labels)),
    ):
        require_between(name, count, 1, available)
    return FashionBytes(
        (parts.train_images[:num_images], parts.train_labels[:num_images]),
        (
            parts.validation_images[:num_validation],
            parts.validation_labels[:num_validation],
        ),
    )


def small_cnn(
    *, first: layers.Layer | None = None, activation: str = "relu"
) -> keras.Model:
    """Two convolutions of stride 2 and two dense layers: 38,826 parameters.

    `first` is a layer between image and network, such as a normalization.
    """
    images = keras.Input((28, 28, 1), name="image")
    features = images if first is None else first(images)
    for number, filters in ((1, 8), (2, 16)):
        features = layers.Conv2D(
            filters, 3, strides=2, activation=activation, name=f"conv{number}"
        )(features)
    features = layers.Flatten()(features)
    features = layers.Dense(64, activation=activation, name="hidden")(features)
    scores = layers.Dense(10, dtype="float32", name="scores")(features)
    return keras.Model(images, scores, name="small_cnn")


def small_cnn_normalized() -> keras.Model:
    """`small_cnn` behind a batch normalization of the pixels."""
    return small_cnn(first=layers.BatchNormalization(momentum=0.9, name="first"))


def scaled(images: np.ndarray, scaling: str, training_images: np.ndarray) -> np.ndarray:
    """Bytes (n, h, w, c) as float32 under one of `SCALINGS`.

    "raw" and "batch norm" keep 0-255, "unit" is [0, 1], "signed" is [-1, 1], and
    "standard" has the mean and deviation of `training_images` at 0 and 1.
    """
    require_in("scaling", scaling, SCALINGS)
    if scaling in ("raw", "batch norm"):
        return images.astype(np.float32)
    return Preprocessor.fit(training_images, scaling)(images)


def few(data: FashionBytes, num_images: int, *, seed: int) -> FashionBytes:
    """`data` with that many training images, repeated until they are as many as before.

    So every size of set gets the same number of steps. `seed` draws the images.
    """
    images, labels = data.train
    require_between("num_images", num_images, 1, len(images))
    drawn = np.random.default_rng(seed).permutation(len(images))[:num_images]
    # np.resize begins again at the first image where the last one is used up
    repeated = tuple(np.resize(part[drawn], part.shape) for part in (images, labels))
    return FashionBytes(repeated, data.validation)


class ScalingStudy:
    """Trains `small_cnn` under any of `SCALINGS`, all else being equal.

    A plain network and one with batch normalization are each compiled once. `rate` is
    the learning rate, by default Keras's own; SGD has a Nesterov momentum of 0.9.
    """

    def __init__(self, optimizer: str, *, rate: float | None = None, epochs: int = 5):
        require_in("optimizer", optimizer, DEFAULT_RATES)
        recipe = Recipe(
            epochs=epochs,
            batch_size=64,
            optimizer=optimizer,
            peak=DEFAULT_RATES[optimizer] if rate is None else rate,
            precision="float32",
        )
        self._plain = Trainer(small_cnn, recipe)
        self._normalized = Trainer(small_cnn_normalized, recipe)

    def run(self, data: FashionBytes, scaling: str, *, seed: int) -> TrainingResult:
        """Scale `data` and train once, with validation after each epoch."""
        ready = partial(scaled, scaling=scaling, training_images=data.train[0])
        train, validation = (
            (ready(images), labels) for images, labels in (data.train, data.validation)
        )
        trainer = self._normalized if scaling == "batch norm" else self._plain
        return trainer.train(train, seed=seed, validation=validation)


def scaling_curves(record: dict, start: str) -> list[list[float]]:
    """Validation accuracies by epoch, of each run whose key begins with `start`."""
    found = [
        entry["history"]["val_accuracy"]
        for key, entry in record["entries"].items()
        if key.startswith(f"{start} ")
    ]
    if not found:
        raise ValueError(
            f"`start` must begin the key of a run, got {start!r}. Keys are such as "
            f"{', '.join(list(record['entries'])[:2])}."
        )
    return found
