"""One network trained within one budget, and the records of such runs.

Images are (n, h, w, c) float32, labels (n,) integers. The key of an entry of a record
is `"<name> <budget> <seed>"`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import keras

from cnnbook import evaluation
from cnnbook.studies.fashion import FashionData
from cnnbook.training import Recipe, TrainingResult, train


@dataclass(frozen=True)
class Budget:
    """What every network of a comparison may spend."""

    num_images: int
    recipe: Recipe


def validated(
    build: Callable[[], keras.Model], budget: Budget, data: FashionData, seed: int
) -> tuple[TrainingResult, float]:
    """Train `build` within a budget; its accuracy on the validation set."""
    result = train(
        build, data.first(budget.num_images), recipe=budget.recipe, seed=seed
    )
    images, labels = data.validation
    return result, evaluation.accuracy(labels, evaluation.predict(result.model, images))


def entries(record: dict, name: str, budget: str) -> Iterator[dict]:
    """The entries of a record of one network at one budget, in the order of seeds."""
    for key, entry in record["entries"].items():
        if key.startswith(f"{name} {budget} "):
            yield entry


def accuracies_of(record: dict, name: str, budget: str) -> list[float]:
    """The accuracies of one network at one budget, seed by seed."""
    return [entry["accuracy"] for entry in entries(record, name, budget)]
