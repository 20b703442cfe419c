"""The training runs behind a report: one small CNN, one MLP, one linear model.

Images are (n, h, w, c) float32, standardised. Each network takes the same number of
steps in every trial, whatever the number of images: few of them are shown often.
"""

from functools import partial

import keras
import numpy as np
from sklearn.linear_model import LogisticRegression

from cnnbook import evaluation, models
from cnnbook.assumptions.network import small_cnn
from cnnbook.assumptions.pixels import permute_pixels, shift_pixels
from cnnbook.assumptions.sample import BATCH, Sample
from cnnbook.training import Recipe, Trainer

NETWORKS = ("CNN", "MLP")
STEPS = 150
RECIPE = Recipe(
    epochs=1,  # over images repeated as often as it takes to fill the steps
    batch_size=BATCH,
    peak=0.01,
    one_cycle=True,
    precision="float32",
    steps_per_execution=STEPS,
)
FEW = 160  # training images at least, where the order of pixels is tried
SHIFTS = (0, 1, 2, 3)  # pixels
NUM_SHIFTED = 300


class Trials:
    """Trains the networks of one report; each architecture is compiled once."""

    def __init__(self, image_shape: tuple[int, int, int], num_classes: int):
        cnn = partial(small_cnn, image_shape, num_classes)
        mlp = partial(models.mlp, image_shape, num_classes, width=64)
        self._trainers = {"CNN": Trainer(cnn, RECIPE), "MLP": Trainer(mlp, RECIPE)}

    def train(
        self, network: str, images: np.ndarray, labels: np.ndarray, *, seed: int
    ) -> keras.Model:
        """A new "CNN" or "MLP", trained for 150 steps of 32 of these images."""
        repeated = np.arange(STEPS * BATCH) % len(images)
        data = images[repeated], labels[repeated]
        return self._trainers[network].train(data, seed=seed).model


def score(model: keras.Model, images: np.ndarray, labels: np.ndarray) -> float:
    """The accuracy of `model`."""
    return evaluation.accuracy(labels, evaluation.predict(model, images))


def few_divisor(num_images: int) -> int:
    """4, 2 or 1: a quarter of the training images, if that leaves 160 of them.

    >>> few_divisor(800), few_divisor(320), few_divisor(96)
    (4, 2, 1)
    """
    return next((d for d in (4, 2) if num_images // d >= FEW), 1)


def permutation_trial(
    trials: Trials, sample: Sample, *, seed: int
) -> dict[str, tuple[float, float]]:
    """Validation accuracy of CNN and MLP: pixels as they are, pixels permuted.

    The permutation is drawn by `seed` and is the same for all images. Few training
    images are used (`few_divisor`): an assumption that fits is worth most there.
    """
    h, w = sample.images.shape[1:3]
    order = np.random.default_rng(seed).permutation(h * w)
    images, labels = sample.first(few_divisor(len(sample.images)))
    found = {}
    for network in NETWORKS:
        accuracies = []
        for move in (np.asarray, partial(permute_pixels, order=order)):
            model = trials.train(network, move(images), labels, seed=seed)
            unseen = move(sample.validation_images)
            accuracies.append(score(model, unseen, sample.validation_labels))
        found[network] = tuple(accuracies)
    return found


def linear_trial(sample: Sample, divisor: int) -> float:
    """Validation accuracy of logistic regression on n / `divisor` images."""
    part = slice(len(sample.images) // divisor)
    # strong decay (C), because there may be more pixels than images
    model = LogisticRegression(C=0.1, tol=1e-3, max_iter=2_000)
    flat = sample.images.reshape(len(sample.images), -1)
    unseen = sample.validation_images.reshape(len(sample.validation_images), -1)
    model.fit(flat[part], sample.labels[part])
    return float(model.score(unseen, sample.validation_labels))


def shift_trial(model: keras.Model, sample: Sample) -> list[float]:
    """Accuracy on validation images moved by 0, 1, 2 and 3 pixels.

    Means over the directions in which the image is longer than the shift.
    """
    images = sample.validation_images[:NUM_SHIFTED]
    labels = sample.validation_labels[:NUM_SHIFTED]
    h, w = images.shape[1:3]
    means = []
    for shift in SHIFTS:
        moves = [(0, shift), (0, -shift)] if w > shift else []
        moves += [(shift, 0), (-shift, 0)] if h > shift else []
        moves = moves if shift else [(0, 0)]
        moved = [score(model, shift_pixels(images, *move), labels) for move in moves]
        means.append(float(np.mean(moved)))
    return means


def memory_trial(
    trials: Trials, sample: Sample, *, noise: bool, seed: int
) -> tuple[float, float]:
    """Training and validation accuracy of a CNN where there is nothing to learn.

    With `noise`, images are replaced by Gaussian noise of the same mean and
    deviation; otherwise labels are shuffled among the images.
    """
    rng = np.random.default_rng(seed)
    seen, seen_labels = sample.first(few_divisor(len(sample.images)))
    unseen, labels = sample.validation_images, sample.validation_labels
    if noise:
        seen = rng.normal(size=seen.shape).astype(np.float32)
        unseen = rng.normal(size=unseen.shape).astype(np.float32)
    else:
        seen_labels, labels = rng.permutation(seen_labels), rng.permutation(labels)
    model = trials.train("CNN", seen, seen_labels, seed=seed)
    return score(model, seen, seen_labels), score(model, unseen, labels)
