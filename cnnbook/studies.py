"""Comparisons on Fashion-MNIST: a page runs a sample, `make records` the whole.

Images are (n, h, w, c) float32, standardised by the training images; labels (n,).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import keras
import numpy as np

from cnnbook import evaluation, models
from cnnbook.checks import require_in
from cnnbook.data import load_fashion_mnist, split
from cnnbook.preprocessing import Standardizer, to_unit
from cnnbook.training import Recipe, TrainingResult, train

# the network of the page, and the wider one of the record
quick_cnn = partial(models.residual_cnn, stem=16, widths=(48, 96))
accurate_cnn = partial(models.residual_cnn, stem=32, widths=(96, 192))

NETWORKS: Mapping[str, Callable[[], keras.Model]] = {
    "linear": models.linear,
    "mlp": models.mlp,
    "source_cnn": models.source_cnn,
    "gap_cnn": models.gap_cnn,
    "residual_cnn": quick_cnn,
}


@dataclass(frozen=True)
class Budget:
    """What every network of a comparison may spend."""

    num_images: int
    recipe: Recipe


# the same optimizer for all networks: Keras's default Adam, without augmentation
BUDGETS: Mapping[str, Budget] = {
    "small": Budget(6_000, Recipe(epochs=6)),
    "full": Budget(55_000, Recipe(epochs=4)),
}

# how the maps get smaller, at what a page can train at once and at twelve times that
POOLING_BUDGETS: Mapping[str, Budget] = {
    "short": Budget(1_000, Recipe(epochs=4, batch_size=64, precision="float32")),
    "long": Budget(12_000, Recipe(epochs=6, batch_size=64, precision="float32")),
}

# what the page trains in about a minute, and what `make records` trains longer
QUICK = Recipe(
    epochs=3,
    optimizer="sgd",
    peak=0.2,
    one_cycle=True,
    weight_decay=5e-4,
    shift=0,
)
ACCURATE = Recipe(
    epochs=14,
    optimizer="sgd",
    peak=0.2,
    one_cycle=True,
    weight_decay=5e-4,
    label_smoothing=0.1,
    shift=2,
)


@dataclass(frozen=True)
class FashionData:
    """Fashion-MNIST ready for training: three pairs of (images, labels)."""

    train: tuple[np.ndarray, np.ndarray]
    validation: tuple[np.ndarray, np.ndarray]
    test: tuple[np.ndarray, np.ndarray]

    def first(self, num_images: int) -> tuple[np.ndarray, np.ndarray]:
        """The first `num_images` of the training images, which are in random order."""
        images, labels = self.train
        return images[:num_images], labels[:num_images]


def fashion_data(*, validation: int = 5_000, seed: int = 0) -> FashionData:
    """Load, split off a stratified validation set, and standardise all three parts.

    With `validation` 0, all 60,000 images are for training and the validation part
    is empty.
    """
    raw = load_fashion_mnist()
    train_part = (raw.train_images, raw.train_labels)
    held_out = (raw.train_images[:0], raw.train_labels[:0])
    if validation:
        parts = split(*train_part, validation=validation, seed=seed)
        train_part = (parts.train_images, parts.train_labels)
        held_out = (parts.validation_images, parts.validation_labels)
    standardize = Standardizer.fit(to_unit(train_part[0]))

    def ready(part: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        images, labels = part
        return (standardize(to_unit(images)) if len(images) else images), labels

    test_part = (raw.test_images, raw.test_labels)
    return FashionData(ready(train_part), ready(held_out), ready(test_part))


def validate(
    network: str, budget: str, data: FashionData, *, seed: int
) -> tuple[TrainingResult, float]:
    """Train one of `NETWORKS` within a budget; its accuracy on the validation set."""
    require_in("network", network, NETWORKS)
    require_in("budget", budget, BUDGETS)
    return _validated(NETWORKS[network], BUDGETS[budget], data, seed)


def validate_pooling(
    pooling: str, budget: str, data: FashionData, *, seed: int
) -> tuple[TrainingResult, float]:
    """Train the source's network with one of `models.POOLINGS`; as `validate`."""
    require_in("pooling", pooling, models.POOLINGS)
    require_in("budget", budget, POOLING_BUDGETS)
    build = partial(models.plain_cnn, pooling=pooling)
    return _validated(build, POOLING_BUDGETS[budget], data, seed)


def _validated(
    build: Callable[[], keras.Model], budget: Budget, data: FashionData, seed: int
) -> tuple[TrainingResult, float]:
    result = train(
        build, data.first(budget.num_images), recipe=budget.recipe, seed=seed
    )
    images, labels = data.validation
    return result, evaluation.accuracy(labels, evaluation.predict(result.model, images))


def accuracies(record: dict, budget: str) -> dict[str, list[float]]:
    """From a record of `validate`, the accuracies of every network, seed by seed."""
    return {name: _accuracies(record, name, budget) for name in NETWORKS}


def pooling_accuracies(record: dict, budget: str) -> dict[str, list[float]]:
    """From a record of `validate_pooling`, the accuracies of each, seed by seed."""
    found = {name: _accuracies(record, name, budget) for name in models.POOLINGS}
    return {name: values for name, values in found.items() if values}


def _accuracies(record: dict, name: str, budget: str) -> list[float]:
    return [entry["accuracy"] for entry in _entries(record, name, budget)]


def mean_seconds(record: dict, budget: str) -> dict[str, float]:
    """From a record of `validate`, the mean training time of every network."""
    return {
        network: float(
            np.mean([entry["seconds"] for entry in _entries(record, network, budget)])
        )
        for network in NETWORKS
    }


def _entries(record: dict, network: str, budget: str) -> Iterator[dict]:
    for key, entry in record["entries"].items():
        if key.startswith(f"{network} {budget} "):
            yield entry
