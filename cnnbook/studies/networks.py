"""Five networks on Fashion-MNIST, and the recipe of the best of them."""

from collections.abc import Callable, Mapping
from functools import partial

import keras
import numpy as np

from cnnbook import models
from cnnbook.checks import require_in
from cnnbook.studies.budgets import Budget, accuracies_of, entries, validated
from cnnbook.studies.fashion import FashionData
from cnnbook.training import Recipe, TrainingResult

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

# the same optimizer for all networks: Keras's default Adam, without augmentation
BUDGETS: Mapping[str, Budget] = {
    "small": Budget(6_000, Recipe(epochs=6)),
    "full": Budget(55_000, Recipe(epochs=4)),
}

# what the page trains in about a minute, and what `make records` trains longer
QUICK = Recipe(
    epochs=3,
    batch_size=32,
    optimizer="sgd",
    peak=0.05,
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


def validate(
    network: str, budget: str, data: FashionData, *, seed: int
) -> tuple[TrainingResult, float]:
    """Train one of `NETWORKS` within a budget; its accuracy on the validation set."""
    require_in("network", network, NETWORKS)
    require_in("budget", budget, BUDGETS)
    return validated(NETWORKS[network], BUDGETS[budget], data, seed)


def accuracies(record: dict, budget: str) -> dict[str, list[float]]:
    """From a record of `validate`, the accuracies of every network, seed by seed."""
    return {name: accuracies_of(record, name, budget) for name in NETWORKS}


def mean_seconds(record: dict, budget: str) -> dict[str, float]:
    """From a record of `validate`, the mean training time of every network."""
    return {
        network: float(
            np.mean([entry["seconds"] for entry in entries(record, network, budget)])
        )
        for network in NETWORKS
    }
