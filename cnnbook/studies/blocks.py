"""Four blocks at equal multiply-adds and at equal seconds, and a table to search.

Images are Fashion-MNIST's at half size, (n, 14, 14, 1), standardised. The record
`modern-blocks` holds a run of each block and seed, epoch by epoch, and each of the 48
architectures of `SPACE`, trained from two seeds: one to search by, one to judge by;
the likely winners have three judges more.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial

import keras
import numpy as np

from cnnbook import evaluation
from cnnbook.architecture import Architecture
from cnnbook.beyond.blocks import KINDS, block_network
from cnnbook.checks import require_at_least, require_in
from cnnbook.reference import count_network
from cnnbook.studies.cases import BASE_RECIPE, SEEDS, half_size, trainer_of
from cnnbook.studies.fashion import FashionData
from cnnbook.training import Trainer
from cnnbook.tuning import Choice, Config, Space
from cnnbook.tuning.objective import Report

NUM_TRAIN = 2_000
NUM_JUDGED = 2_000  # validation images
# plain blocks are cheap, so they are given epochs to spend the others' seconds on
EPOCHS = {"plain": 24, "separable": 10, "inverted": 10, "convnext": 10}

SPACE = Space(
    {
        "width": Choice((4, 8, 16)),
        "convs": Choice((1, 2)),
        "kernel": Choice((3, 5)),
        "pooling": Choice(("max", "average")),
        "head": Choice(("average", "dense")),
    }
)
BY_HAND = {"width": 8, "convs": 2, "kernel": 3, "pooling": "max", "head": "dense"}
NUM_SEARCHED, SEARCH_EPOCHS = 1_000, 6
SEARCH_SEED, JUDGE_SEED = 0, 1
# the six best by the seed of the search are judged by more
FINALISTS = tuple(
    {"width": w, "convs": c, "kernel": k, "pooling": pooling, "head": "dense"}
    for w, c, k, pooling in (
        (16, 1, 5, "max"),
        (16, 1, 3, "max"),
        (16, 2, 3, "max"),
        (8, 2, 3, "max"),  # by hand
        (8, 1, 5, "max"),
        (16, 1, 5, "average"),
    )
)
MORE_JUDGES = (2, 3, 4)


@lru_cache(maxsize=4)
def block_trainer(kind: str, epochs: int) -> Trainer:
    """The trainer of one kind of block."""
    return Trainer(partial(block_network, kind), replace(BASE_RECIPE, epochs=epochs))


class _Clock(keras.callbacks.Callback):
    """Processor seconds of the training steps of each epoch."""

    def __init__(self):
        super().__init__()
        self.seconds: list[float] = []
        self._started = 0.0

    def on_epoch_begin(self, epoch, logs=None):
        self._started = time.process_time()

    def on_test_begin(self, logs=None):
        self.seconds.append(time.process_time() - self._started)


def train_block(
    kind: str, data: FashionData, *, seed: int, epochs: int | None = None
) -> tuple[keras.Model, dict]:
    """Train a network of one kind of block: the network, and an entry of the record.

    `accuracy` and `seconds` are lists, one value for each epoch: validation accuracy
    after it, and processor seconds of its training steps, the first with compilation.
    """
    require_in("kind", kind, KINDS)
    epochs = EPOCHS[kind] if epochs is None else epochs
    require_at_least("epochs", epochs, 1)
    clock = _Clock()
    images, labels = data.first(NUM_TRAIN)
    result = block_trainer(kind, epochs).train(
        (half_size(images), labels),
        seed=seed,
        validation=_judged(data),
        callbacks=[clock],
    )
    counted = count_network(result.model)
    return result.model, {
        "accuracy": [round(v, 4) for v in result.history["val_accuracy"]],
        "seconds": [round(v, 3) for v in clock.seconds],
        "seed": seed,
        "epochs": epochs,
        "parameters": counted.parameters,
        "macs": counted.macs,
        "device": result.device,
        "versions": result.versions,
        "judged_on": "validation",
    }


def _judged(data: FashionData) -> tuple[np.ndarray, np.ndarray]:
    images, labels = data.validation
    return half_size(images[:NUM_JUDGED]), labels[:NUM_JUDGED]


def seconds_per_epoch(record: dict, kind: str) -> float:
    """Median over epochs and seeds, those with compilation left out."""
    entries = record["entries"]
    return float(
        np.median([entries[f"{kind} {seed}"]["seconds"][1:] for seed in SEEDS])
    )


def block_accuracies(record: dict, kind: str) -> np.ndarray:
    """Validation accuracy after each epoch: (seeds, epochs)."""
    return np.array([record["entries"][f"{kind} {s}"]["accuracy"] for s in SEEDS])


def architecture_of(config: Mapping) -> Architecture:
    """The network that a configuration of `SPACE` stands for."""
    SPACE.require(config)
    choices = dict(config)
    width = choices.pop("width")
    return Architecture(widths=(width, 2 * width), hidden=32, **choices)


def candidate_entry(config: Config, data: FashionData, *, seed: int) -> dict:
    """Train one architecture of `SPACE`: an entry of the record."""
    architecture = architecture_of(config)
    recipe = replace(BASE_RECIPE, epochs=SEARCH_EPOCHS)
    images, labels = data.first(NUM_SEARCHED)
    result = trainer_of(architecture, recipe, 14).train(
        (half_size(images), labels), seed=seed
    )
    unseen, answers = _judged(data)
    guesses = evaluation.predict(result.model, unseen)
    return {
        "accuracy": evaluation.accuracy(answers, guesses),
        "macs": count_network(result.model).macs,
        "cpu_seconds": round(result.cpu_seconds, 2),
        "config": dict(config),
        "seed": seed,
        "versions": result.versions,
        "judged_on": "validation",
    }


def candidate_key(config: Config, seed: int) -> str:
    """The key of an entry of the record."""
    return " ".join(str(config[name]) for name in SPACE.dimensions) + f" {seed}"


def candidates() -> list[Config]:
    """All 48 configurations of `SPACE`, the last choice fastest."""
    return SPACE.grid({n: len(d.options) for n, d in SPACE.dimensions.items()})


@dataclass(frozen=True)
class Candidates:
    """The record as an objective: `entries` by `candidate_key`."""

    entries: Mapping[str, dict]

    def value(self, config: Config, seed: int) -> float:
        """The recorded accuracy of a network trained from `seed`."""
        return self.entries[candidate_key(config, seed)]["accuracy"]

    def worth(self, config: Config) -> float:
        """What the judges say: the mean accuracy over all seeds but the search's."""
        seeds = (JUDGE_SEED, *MORE_JUDGES)
        known = [seed for seed in seeds if candidate_key(config, seed) in self.entries]
        return float(np.mean([self.value(config, seed) for seed in known]))

    def __call__(
        self, config: Config, *, seed: int, epochs: int, report: Report
    ) -> dict:
        """An objective: what the search may see, whatever `seed` it asks for."""
        return {"score": self.value(config, SEARCH_SEED)}


def block_runs(data: FashionData) -> dict[str, Callable[[], dict]]:
    """What `cnnbook.records.extend_record` runs for the record `modern-blocks`."""

    def block_entry(kind: str, seed: int) -> dict:
        return train_block(kind, data, seed=seed)[1]

    blocks = {
        f"{kind} {seed}": partial(block_entry, kind, seed)
        for kind in KINDS
        for seed in SEEDS
    }
    searched = {
        candidate_key(config, seed): partial(candidate_entry, config, data, seed=seed)
        for config in candidates()
        for seed in (SEARCH_SEED, JUDGE_SEED)
    }
    again = {
        candidate_key(config, seed): partial(candidate_entry, config, data, seed=seed)
        for config in FINALISTS
        for seed in MORE_JUDGES
    }
    return blocks | searched | again
