"""Search engines that read the record `knobs` instead of training: one second's work.

The seconds of a trial are those of the processor when the record was made; what an
engine itself needs to think is measured, in seconds of the processor as well.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from cnnbook.records import load_record
from cnnbook.studies.knobs import EPOCHS, LEVELS, SIZES, SPACE, key, table_configs
from cnnbook.tuning import (
    Config,
    Engine,
    Evolution,
    HyperoptSearch,
    KerasTunerSearch,
    OptunaSearch,
    RandomSearch,
    SuccessiveHalving,
    run_trial,
)
from cnnbook.tuning.objective import Report

SECONDS = 120  # of one search, training and thinking: some 40 whole trials
MOST_TRIALS = 400

ENGINES: Mapping[str, Callable[[int], Engine]] = {
    "random": lambda seed: RandomSearch(SPACE, MOST_TRIALS, EPOCHS, seed=seed),
    "halving": lambda seed: SuccessiveHalving(SPACE, 27, 1, EPOCHS, seed=seed),
    "evolution": lambda seed: Evolution(SPACE, MOST_TRIALS, EPOCHS, seed=seed),
    "TPE, Optuna": lambda seed: OptunaSearch(
        SPACE, MOST_TRIALS, EPOCHS, "tpe", seed=seed
    ),
    "TPE, Hyperopt": lambda seed: HyperoptSearch(
        SPACE, MOST_TRIALS, EPOCHS, "tpe", seed=seed
    ),
    "Bayesian, Keras Tuner": lambda seed: KerasTunerSearch(
        SPACE, MOST_TRIALS, EPOCHS, "bayesian", seed=seed
    ),
}
# the Gaussian process thinks for a second before each trial
REPEATS = dict.fromkeys(ENGINES, 100) | {"Bayesian, Keras Tuner": 5}


@dataclass(frozen=True)
class Table:
    """The record `knobs` as an objective: `entries` by the key of a configuration."""

    entries: Mapping[str, dict]

    def nearest(self, config: Config) -> Config:
        """The recorded configuration next to `config`; for `dropout`, in its units.

        The others lie on a scale of ratios.
        """
        found = {}
        for name, levels in LEVELS.items():
            scale = np.asarray if name == "dropout" else np.log
            gaps = np.abs(scale(np.array(levels, float)) - scale(float(config[name])))
            found[name] = levels[int(gaps.argmin())]
        return found

    def entry(self, config: Config) -> dict:
        """The entry of the configuration next to `config`, trained from seed 0."""
        return self.entries[key(self.nearest(config), 0)]

    def score_after(self, config: Config, epochs: int) -> float:
        """The score of the configuration next to `config` after so many epochs."""
        return self.entry(config)["curve"][epochs - 1]

    def values(self, name: str = "score") -> np.ndarray:
        """One value of all 270 entries, (10, 3, 3, 3) in the order of `LEVELS`.

        With more axes at the end where the value is a list.
        """
        found = np.array(
            [self.entries[key(c, 0)][name] for c in table_configs()], dtype=float
        )
        return found.reshape(*SIZES, *found.shape[1:])

    def __call__(
        self, config: Config, *, seed: int, epochs: int, report: Report
    ) -> dict:
        """An objective: the score after `epochs`, and the seconds that it took."""
        for epoch in range(1, epochs + 1):
            report(epoch, self.score_after(config, epoch))
        return {
            "score": self.score_after(config, epochs),
            "seconds": self.entry(config)["cpu_seconds"] * epochs / EPOCHS,
        }


@dataclass(frozen=True)
class Course:
    """How a search went: at each of `seconds`, the best score of a whole training."""

    seconds: np.ndarray
    best: np.ndarray
    num_trials: int
    thinking: float

    def at(self, seconds: float) -> float:
        """The best score after so many seconds, NaN before there is one."""
        known = self.best[self.seconds <= seconds]
        return float(known[-1]) if len(known) else float("nan")


def simulate(
    table: Table, engine: Callable[[int], Engine], *, seed: int, seconds: float
) -> Course:
    """Run `engine` on the table until `seconds` are spent.

    An engine that is through starts again with another seed: successive halving is
    repeated while there is time.
    """
    clock, thinking, best = 0.0, 0.0, -np.inf
    times, scores, num_trials, rounds = [], [], 0, 0
    current, finished = engine(seed), []
    while clock < seconds:
        started = time.process_time()
        proposal = current.propose(len(finished), finished)
        thought = time.process_time() - started
        if proposal is None:
            rounds += 1
            current, finished = engine(seed + 1000 * rounds), []
            continue
        trial = run_trial(
            table, len(finished), proposal.config, epochs=proposal.epochs, seeds=(0,)
        )
        finished.append(trial)
        clock += thought + trial.metrics[0]["seconds"]
        thinking += thought
        num_trials += 1
        if trial.epochs == EPOCHS and trial.score > best and clock <= seconds:
            best = trial.score
            times.append(clock)
            scores.append(best)
    return Course(np.array(times), np.array(scores), num_trials, thinking)


def engine_entry(table: Table, name: str, seed: int) -> dict:
    """One search of `SECONDS`, as an entry of a record."""
    course = simulate(table, ENGINES[name], seed=seed, seconds=SECONDS)
    return {
        "seconds": [round(float(s), 2) for s in course.seconds],
        "best": [float(b) for b in course.best],
        "num_trials": course.num_trials,
        "thinking": round(course.thinking, 2),
        "seed": seed,
    }


def engine_runs() -> dict[str, Callable[[], dict]]:
    """Each engine on the record `knobs`, which must be there, repeat by repeat."""
    table = Table(load_record("knobs")["entries"])
    return {
        f"{name} {seed}": partial(engine_entry, table, name, seed)
        for name, repeats in REPEATS.items()
        for seed in range(repeats)
    }


def courses(record: dict, name: str) -> list[Course]:
    """From a record of `engine_runs`, the searches of one engine."""
    return [
        Course(
            np.array(entry["seconds"]),
            np.array(entry["best"]),
            entry["num_trials"],
            entry["thinking"],
        )
        for seed in range(REPEATS[name])
        for entry in [record["entries"][f"{name} {seed}"]]
    ]


def best_at(found: list[Course], seconds: np.ndarray) -> np.ndarray:
    """The best score of each search at each of `seconds`: (searches, seconds)."""
    return np.array([[course.at(s) for s in seconds] for course in found])
