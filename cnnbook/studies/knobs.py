"""Four knobs of a small network: every combination of ten, three, three and three.

`objective` trains one configuration, for a search; the record `knobs` holds it for all
270, so that a page can run a search of any length by reading it.
"""

import itertools
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache, partial

import keras
import numpy as np

from cnnbook import evaluation
from cnnbook.preprocessing import Standardizer, to_unit
from cnnbook.studies.cases import BASE_ARCHITECTURE, BASE_RECIPE, half_size, trainer_of
from cnnbook.studies.fashion import fashion_split
from cnnbook.training.result import versions
from cnnbook.tuning import Config, Integer, Real, Space
from cnnbook.tuning.objective import Report

SPACE = Space(
    {
        "rate": Real(1e-4, 0.1, log=True),
        "batch_size": Integer(32, 512, log=True),
        "width": Integer(4, 16, log=True),
        "dropout": Real(0.0, 0.5),
    }
)
# the levels of the record; a search of the record is given the nearest
LEVELS = {
    "rate": tuple(float(f"{rate:.3g}") for rate in np.geomspace(1e-4, 0.1, 10)),
    "batch_size": (32, 128, 512),
    "width": (4, 8, 16),
    "dropout": (0.0, 0.25, 0.5),
}
SIZES = tuple(len(levels) for levels in LEVELS.values())
# one of the better ones, trained again and again: how much is luck
REPEATED = {"rate": 0.00464, "batch_size": 32, "width": 16, "dropout": 0.25}
NUM_REPEATS = 20
EPOCHS = 9
NUM_TRAIN = 2_000
NUM_SCORED = 1_000  # validation images that give the score
NUM_CHUNKS, CHUNK = 10, 500  # of the same 5,000, for choosing and for judging


def objective(config: Config, *, seed: int, epochs: int, report: Report) -> dict:
    """Train one configuration of `SPACE`; validation accuracy after each epoch.

    "score" is the accuracy of the first 1,000 validation images. "correct" has the
    number of right answers in each of ten chunks of 500, the same images among them.
    """
    (train, labels), (unseen, answers) = images()
    recipe = replace(
        BASE_RECIPE,
        epochs=epochs,
        peak=config["rate"],
        batch_size=config["batch_size"],
        steps_per_execution=4,
    )
    width = config["width"]
    architecture = replace(
        BASE_ARCHITECTURE, widths=(width, 2 * width), dropout=config["dropout"]
    )
    trainer = trainer_of(architecture, recipe, 14)
    scored = (unseen[:NUM_SCORED], answers[:NUM_SCORED])
    told = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: report(epoch + 1, logs["val_accuracy"])
    )
    result = trainer.train(
        (train, labels), seed=seed, validation=scored, callbacks=[told]
    )
    right = evaluation.predict(result.model, unseen) == answers
    return {
        "score": float(np.mean(right[:NUM_SCORED])),
        "correct": right.reshape(NUM_CHUNKS, CHUNK).sum(axis=1).tolist(),
        "train_accuracy": result.history["accuracy"][-1],
        "cpu_seconds": round(result.cpu_seconds, 2),
    }


@lru_cache(maxsize=1)
def images() -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """2,000 training and 5,000 validation images with labels, (n, 14, 14, 1).

    Standardised by the training images.
    """
    parts = fashion_split()
    train = half_size(to_unit(parts.train_images[:NUM_TRAIN]))
    unseen = half_size(to_unit(parts.validation_images))
    standardize = Standardizer.fit(train)
    return (
        (standardize(train), parts.train_labels[:NUM_TRAIN]),
        (standardize(unseen), parts.validation_labels),
    )


def table_configs() -> list[Config]:
    """The 270 configurations of the record, the last knob fastest."""
    return [named(*values) for values in itertools.product(*LEVELS.values())]


def named(rate: float, batch_size: int, width: int, dropout: float) -> Config:
    """The four values as a configuration."""
    return dict(zip(LEVELS, (rate, batch_size, width, dropout), strict=True))


def index(config: Config) -> int:
    """The place of a recorded configuration among the 270."""
    places = [levels.index(config[name]) for name, levels in LEVELS.items()]
    return int(np.ravel_multi_index(places, SIZES))


def neighbors(place: int) -> list[int]:
    """The places of all configurations that differ by one level of one knob."""
    here = np.unravel_index(place, SIZES)
    found = []
    for axis, size in enumerate(SIZES):
        for level in (here[axis] - 1, here[axis] + 1):
            if 0 <= level < size:
                there = [*here[:axis], level, *here[axis + 1 :]]
                found.append(int(np.ravel_multi_index(there, SIZES)))
    return found


def key(config: Config, seed: int) -> str:
    """The key of an entry of the record."""
    return " ".join(f"{config[name]:g}" for name in LEVELS) + f" {seed}"


def table_entry(config: Config, seed: int) -> dict:
    """What `objective` says of one configuration, its curve and its circumstances."""
    curve: list[float] = []
    metrics = objective(
        config,
        seed=seed,
        epochs=EPOCHS,
        report=lambda epoch, score: curve.append(round(float(score), 4)),
    )
    return metrics | {"curve": curve, "seed": seed, "versions": versions()}


def table_runs() -> dict[str, Callable[[], dict]]:
    """What `cnnbook.records.extend_record` runs: all once, and one of them 20 times."""
    repeats = [(REPEATED, seed) for seed in range(1, NUM_REPEATS)]
    return {
        key(config, seed): partial(table_entry, config, seed)
        for config, seed in [*repeats, *((c, 0) for c in table_configs())]
    }
