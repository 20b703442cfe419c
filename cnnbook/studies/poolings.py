"""How the maps of the source's network get smaller: maximum, average, stride."""

from collections.abc import Mapping
from functools import partial

from cnnbook import models
from cnnbook.checks import require_in
from cnnbook.studies.budgets import Budget, accuracies_of, validated
from cnnbook.studies.fashion import FashionData
from cnnbook.training import Recipe, TrainingResult

# how the maps get smaller, at what a page can train at once and at twelve times that
POOLING_BUDGETS: Mapping[str, Budget] = {
    "short": Budget(1_000, Recipe(epochs=4, batch_size=64, precision="float32")),
    "long": Budget(12_000, Recipe(epochs=6, batch_size=64, precision="float32")),
}


def validate_pooling(
    pooling: str, budget: str, data: FashionData, *, seed: int
) -> tuple[TrainingResult, float]:
    """Train the source's network with one of `models.POOLINGS`; as `validate`."""
    require_in("pooling", pooling, models.POOLINGS)
    require_in("budget", budget, POOLING_BUDGETS)
    build = partial(models.plain_cnn, pooling=pooling)
    return validated(build, POOLING_BUDGETS[budget], data, seed)


def pooling_accuracies(record: dict, budget: str) -> dict[str, list[float]]:
    """From a record of `validate_pooling`, the accuracies of each, seed by seed."""
    found = {name: accuracies_of(record, name, budget) for name in models.POOLINGS}
    return {name: values for name, values in found.items() if values}
