"""Are two marks, far apart, the same? A task that no single place can answer."""

import time
from collections.abc import Callable
from functools import partial

import keras
import numpy as np

from cnnbook.beyond.transformers import build_vit, patch_tokens
from cnnbook.checks import require_at_least, require_in

SIDE, PATCH, WIDTH = 28, 4, 32
KINDS = ("attention", "no attention", "near", "near, hidden layer", "far")


def two_marks(
    num_images: int, *, seed: int, marks: int = 4, noise: float = 0.1
) -> tuple[np.ndarray, np.ndarray]:
    """Draw images (n, 28, 28, 1) float32 with two marks, and labels: 1 if the same.

    Parameters
    ----------
    marks : how many different ones there are, each of 4 x 4 random pixels of 1 and -1,
        the same for all seeds.
    noise : standard deviation, added everywhere.

    A mark lies on the grid of 7 x 7 patches, the one in the first two columns, the
    other in the last two; half of the labels are 1, on average.
    """
    require_at_least("num_images", num_images, 1)
    require_at_least("marks", marks, 2)
    shapes = np.random.default_rng(7).choice([-1.0, 1.0], size=(marks, PATCH, PATCH))
    rng = np.random.default_rng(seed)
    labels = rng.integers(2, size=num_images)
    first = rng.integers(marks, size=num_images)
    other = (first + rng.integers(1, marks, size=num_images)) % marks
    kinds = np.stack([first, np.where(labels == 1, first, other)], axis=1)
    rows = rng.integers(SIDE // PATCH, size=(num_images, 2))
    columns = np.array([0, 5]) + rng.integers(2, size=(num_images, 2))
    images = rng.normal(0, noise, size=(num_images, SIDE, SIDE))
    for i in range(num_images):
        for kind, row, column in zip(kinds[i], rows[i], columns[i], strict=True):
            y, x = PATCH * row, PATCH * column
            images[i, y : y + PATCH, x : x + PATCH] += shapes[kind]
    return images[..., None].astype("float32"), labels


def build_relation(kind: str) -> keras.Model:
    """A network on the 7 x 7 patches with one linear layer on the mean of the places.

    "attention" has one block of it, "no attention" none; "near" has one convolution of
    3 x 3 patches, "far" three, after which the middle sees the whole image. "near,
    hidden layer" has a dense layer between the mean and the scores.
    """
    require_in("kind", kind, KINDS)
    shape = (SIDE, SIDE, 1)
    if kind == "attention":
        return build_vit(shape=shape, classes=2, width=WIDTH, blocks=1)
    layers = keras.layers
    inputs = keras.Input(shape, name="image")
    tokens = patch_tokens(inputs, patch=PATCH, width=WIDTH)
    if kind == "no attention":
        for i in range(2):
            tokens = layers.Dense(2 * WIDTH, activation="gelu", name=f"dense{i}")(
                tokens
            )
        mean = layers.GlobalAveragePooling1D(name="mean")(tokens)
        return keras.Model(inputs, layers.Dense(2, name="scores")(mean))
    grid = SIDE // PATCH
    maps = layers.Reshape((grid, grid, WIDTH), name="grid")(tokens)
    for i in range(3 if kind == "far" else 1):
        maps = layers.Conv2D(
            WIDTH, 3, padding="same", activation="relu", name=f"conv{i + 1}"
        )(maps)
    mean = layers.GlobalAveragePooling2D(name="mean")(maps)
    if kind == "near, hidden layer":
        mean = layers.Dense(64, activation="relu", name="hidden")(mean)
    return keras.Model(inputs, layers.Dense(2, name="scores")(mean))


def trained_relation(
    kind: str, *, seed: int, num_images: int = 4000, epochs: int = 10
) -> tuple[keras.Model, dict]:
    """Train one network, and judge it on 2,000 new images.

    Returns the network and `{"accuracy", "parameters", "seconds", …}`.
    """
    images, labels = two_marks(num_images, seed=seed)
    unseen, truth = two_marks(2000, seed=1000 + seed)
    keras.utils.set_random_seed(seed)
    model = build_relation(kind)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.003), loss)
    started = time.process_time()
    model.fit(images, labels, batch_size=64, epochs=epochs, verbose=0)
    spent = time.process_time() - started
    guesses = model.predict(unseen, batch_size=500, verbose=0).argmax(axis=1)
    return model, {
        "kind": kind,
        "seed": seed,
        "epochs": epochs,
        "num_images": num_images,
        "parameters": model.count_params(),
        "cpu_seconds": round(spent, 2),
        "accuracy": float(np.mean(guesses == truth)),
        "judged_on": "new images",
    }


def relation_entry(kind: str, *, seed: int) -> dict:
    """What a run is remembered by."""
    return trained_relation(kind, seed=seed)[1]


def relation_runs() -> dict[str, Callable[[], dict]]:
    """Every network with three seeds."""
    return {
        f"{kind} {seed}": partial(relation_entry, kind, seed=seed)
        for seed in range(3)
        for kind in KINDS
    }
