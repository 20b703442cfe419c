"""How a network is trained: optimizers, rates, schedules, batches, epochs, compared.

Every case is one change of `Case()`: half-size images (n, 14, 14, 1), 4,000 of them,
6 epochs of 62 batches of 64 unless it says otherwise.
"""

from collections.abc import Callable, Mapping
from functools import partial

import keras
import numpy as np

from cnnbook import evaluation
from cnnbook.checks import require_in
from cnnbook.studies.cases import (
    NUM_CURVE,
    SEEDS,
    Case,
    case_curves,
    case_runs,
    case_values,
    half_size,
)
from cnnbook.studies.fashion import FashionData
from cnnbook.studies.memory import memory_entry
from cnnbook.training import range_test, sharpness

# what is passed to a recipe under the name of each; momentum is Nesterov's
OPTIMIZERS: Mapping[str, Mapping[str, object]] = {
    "Adam": {"optimizer": "adam"},
    "AdamW": {"optimizer": "adamw", "weight_decay": 0.004},
    "RMSprop": {"optimizer": "rmsprop"},
    "SGD+momentum": {"optimizer": "sgd"},
    "SGD": {"optimizer": "sgd", "momentum": 0.0},
}
RATES: Mapping[str, tuple[float, ...]] = {
    "Adam": (1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 1.0),
    "SGD+momentum": (1e-5, 1e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1.0),
    "SGD": (1e-4, 1e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1.0),
    "RMSprop": (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2),
    "AdamW": (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2),
}
SCHEDULES: Mapping[str, Mapping[str, object]] = {
    "constant": {},
    "step": {"decay": "step"},
    "exponential": {"decay": "exponential"},
    "cosine": {"decay": "cosine"},
    "one-cycle": {"one_cycle": True},
}
SCHEDULED_RATES = {"Adam": (3e-3, 1e-2), "SGD+momentum": (3e-2, 1e-1)}
BATCH_SIZES = (16, 32, 64, 128, 256, 512)
BATCH_RATE = 0.02  # of SGD with momentum, at a batch of 64
MEMORY_BATCHES = (16, 64, 256, 1024)

# many epochs, for their curves
LONG: Mapping[str, Case] = {
    "few images": Case().change(num_images=1_000, epochs=60, curve=True),
    "more images": Case().change(epochs=24, curve=True),
    "slow rate": Case().change(epochs=24, peak=1e-4, curve=True),
}


def rate_case(optimizer: str, rate: float, schedule: str = "constant") -> Case:
    """One of `OPTIMIZERS` at a rate, which follows one of `SCHEDULES`."""
    return Case().change(peak=rate, **OPTIMIZERS[optimizer], **SCHEDULES[schedule])


def rate_name(optimizer: str, rate: float, schedule: str = "constant") -> str:
    """Its name in the record.

    >>> rate_name("Adam", 0.01, "cosine")
    'Adam cosine 0.01'
    """
    return f"{optimizer} {schedule} {rate:g}"


def rate_cases() -> dict[str, Case]:
    """Every optimizer at its constant rates."""
    return {
        rate_name(name, rate): rate_case(name, rate)
        for name, rates in RATES.items()
        for rate in rates
    }


def schedule_cases() -> dict[str, Case]:
    """The schedules other than the constant one, each at two rates."""
    return {
        rate_name(name, rate, schedule): rate_case(name, rate, schedule)
        for name, rates in SCHEDULED_RATES.items()
        for schedule in list(SCHEDULES)[1:]
        for rate in rates
    }


def batch_cases() -> dict[str, Case]:
    """Batch sizes at one rate, and at a rate in proportion; 64 images are in both."""
    cases = {}
    for batch_size in BATCH_SIZES:
        for name, factor in (("fixed", 1.0), ("scaled", batch_size / 64)):
            cases[f"batch {batch_size} {name}"] = Case().change(
                optimizer="sgd",
                peak=BATCH_RATE * factor,
                batch_size=batch_size,
                epochs=8,
                curve=True,
            )
    del cases["batch 64 scaled"]
    return cases


def batch_entry(case: Case, data: FashionData, *, seed: int) -> dict:
    """Of a `Case.run`, and the sharpness at 500 training images."""
    result = case.train(data, seed=seed)
    images, labels = data.first(500)
    return case.entry(result, data) | {
        "sharpness": sharpness(result.model, half_size(images), labels)
    }


class Judge(keras.callbacks.Callback):
    """Adds to each epoch's logs the accuracy on images that choose nothing."""

    def __init__(self, images: np.ndarray, labels: np.ndarray):
        super().__init__()
        self.images = images
        self.labels = labels

    def on_epoch_end(self, epoch: int, logs: dict) -> None:
        """Keras puts what is added to `logs` into the history."""
        guesses = evaluation.predict(self.model, self.images)
        logs["judged_accuracy"] = evaluation.accuracy(self.labels, guesses)


def long_entry(case: Case, data: FashionData, *, seed: int) -> dict:
    """Of a `Case.run` with curves; the validation images outside them judge it."""
    images, labels = data.validation
    judge = Judge(half_size(images[NUM_CURVE:]), labels[NUM_CURVE:])
    return case.entry(case.train(data, seed=seed, callbacks=[judge]), data)


def range_entry(optimizer: str, data: FashionData, *, seed: int) -> dict:
    """A range test over two epochs, 124 steps from 1e-6 to 10."""
    case = rate_case(optimizer, 1e-3).change(epochs=2)
    images, labels = data.first(case.num_images)
    build = partial(case.architecture.build, (14, 14, 1))
    found = range_test(
        build, (half_size(images), labels), recipe=case.recipe, seed=seed
    )
    return {
        "rates": [float(f"{rate:.6g}") for rate in found.rates],
        "losses": [float(f"{loss:.6g}") for loss in found.losses],
        "suggestion": found.suggestion(),
        "seed": seed,
    }


def optimization_runs(data: FashionData) -> dict[str, Callable[[], dict]]:
    """For `cnnbook.records.extend_record`: all that the page reads."""
    runs = case_runs(rate_cases(), data)
    for seed in SEEDS:
        for name in OPTIMIZERS:
            runs[f"range {name} {seed}"] = partial(range_entry, name, data, seed=seed)
    runs |= case_runs(batch_cases(), data, entry=batch_entry)
    runs |= case_runs(LONG, data, entry=long_entry)
    runs |= case_runs(schedule_cases(), data)
    for batch_size in MEMORY_BATCHES:
        for mode in ("forward", "training"):
            name = f"memory {mode} {batch_size}"
            runs[name] = partial(memory_entry, batch_size, mode)
    return runs


def rate_values(
    record: dict, optimizer: str, schedule: str = "constant", value: str = "accuracy"
) -> tuple[np.ndarray, np.ndarray]:
    """The rates (k,) of an optimizer in the record, and a value at each: (seeds, k)."""
    table = RATES if schedule == "constant" else SCHEDULED_RATES
    rates = table[optimizer]
    values = [
        case_values(record, rate_name(optimizer, rate, schedule), value)
        for rate in rates
    ]
    return np.array(rates), np.array(values).T


def best_rate(record: dict, optimizer: str, schedule: str) -> tuple[float, np.ndarray]:
    """The better of `SCHEDULED_RATES`, and its accuracies (seeds,)."""
    found = [
        (rate, case_values(record, rate_name(optimizer, rate, schedule)))
        for rate in SCHEDULED_RATES[optimizer]
    ]
    return max(found, key=lambda pair: pair[1].mean())


def batch_values(
    record: dict, batch_size: int, kind: str, value: str = "accuracy"
) -> np.ndarray:
    """A value (seeds,) of a batch size at its "fixed" or "scaled" rate."""
    return case_values(record, _batch_name(batch_size, kind), value)


def batch_seconds(record: dict, batch_size: int) -> float:
    """Processor seconds of a whole run: the median over seeds and both rates."""
    return float(
        np.median(
            [
                batch_values(record, batch_size, kind, "cpu_seconds")
                for kind in ("fixed", "scaled")
            ]
        )
    )


def batch_accuracy(record: dict, batch_size: int, *, epochs: float) -> np.ndarray:
    """Accuracies (seeds,) after so many epochs, by lines between whole ones.

    At the fixed or at the scaled rate, whichever is better on average.
    """
    both = [
        np.array(
            [
                np.interp(epochs, np.arange(1, len(run) + 1), run)
                for run in case_curves(record, _batch_name(batch_size, kind))
            ]
        )
        for kind in ("fixed", "scaled")
    ]
    return max(both, key=lambda runs: runs.mean())


def _batch_name(batch_size: int, kind: str) -> str:
    require_in("kind", kind, ("fixed", "scaled"))
    return f"batch {batch_size} {'fixed' if batch_size == 64 else kind}"
