"""Optuna, Hyperopt and Keras Tuner as engines of `cnnbook.tuning.search`.

Each is told all finished trials and asked for the next one. The libraries are imported
when they are asked: none is needed for the rest of the package.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cnnbook.checks import require_at_least, require_in
from cnnbook.tuning.engines import Proposal
from cnnbook.tuning.space import Choice, Config, Dimension, Integer, Real, Space
from cnnbook.tuning.trials import Trial


def _seed(seed: int, number: int) -> int:
    """A seed for one proposal, so that it depends on nothing but its number."""
    return int(np.random.SeedSequence((seed, number)).generate_state(1)[0] % 2**31)


@dataclass(frozen=True)
class _Guided:
    """What the three have in common; `method` is one of the class's `METHODS`."""

    space: Space
    num_trials: int
    epochs: int
    method: str
    seed: int = 0

    METHODS = ()

    def __post_init__(self):
        require_at_least("num_trials", self.num_trials, 1)
        require_at_least("epochs", self.epochs, 1)
        require_in("method", self.method, self.METHODS)

    def propose(self, number: int, trials: Sequence[Trial]) -> Proposal | None:
        """What the library suggests after the finished trials."""
        if number >= self.num_trials:
            return None
        done = sorted(
            (t for t in trials if t.status == "done"), key=lambda trial: trial.number
        )
        return Proposal(self._ask(number, done), self.epochs)

    def _ask(self, number: int, done: list[Trial]) -> Config:
        raise NotImplementedError


@dataclass(frozen=True)
class OptunaSearch(_Guided):
    """Optuna's samplers: "tpe" (after 10 random trials) and "random".

    Source: Akiba et al. (2019); the tree-structured Parzen estimator is that of
    Bergstra et al. (2011), section 4.
    """

    METHODS = ("tpe", "random")

    def _ask(self, number: int, done: list[Trial]) -> Config:
        import optuna

        optuna.logging.set_verbosity(optuna.logging.WARNING)
        distributions = {
            name: _optuna_distribution(dimension)
            for name, dimension in self.space.dimensions.items()
        }
        kinds = {
            "tpe": optuna.samplers.TPESampler,
            "random": optuna.samplers.RandomSampler,
        }
        study = optuna.create_study(
            direction="maximize",
            sampler=kinds[self.method](seed=_seed(self.seed, number)),
        )
        study.add_trials(
            [
                optuna.trial.create_trial(
                    params=t.config, distributions=distributions, value=t.score
                )
                for t in done
            ]
        )
        return dict(study.ask(distributions).params)


def _optuna_distribution(dimension: Dimension) -> Any:
    from optuna import distributions

    if isinstance(dimension, Choice):
        return distributions.CategoricalDistribution(dimension.options)
    kind = (
        distributions.FloatDistribution
        if isinstance(dimension, Real)
        else distributions.IntDistribution
    )
    return kind(dimension.low, dimension.high, log=dimension.log)


@dataclass(frozen=True)
class HyperoptSearch(_Guided):
    """Hyperopt's algorithms: "tpe" (after 20 random trials), "anneal" and "random".

    Source: Bergstra, Yamins and Cox (2013).
    """

    METHODS = ("tpe", "anneal", "random")

    def _ask(self, number: int, done: list[Trial]) -> Config:
        import hyperopt

        algorithms = {
            "tpe": hyperopt.tpe.suggest,
            "anneal": hyperopt.anneal.suggest,
            "random": hyperopt.rand.suggest,
        }
        domain = hyperopt.base.Domain(
            lambda config: 0.0,
            {
                name: _hyperopt_dimension(name, dimension)
                for name, dimension in self.space.dimensions.items()
            },
        )
        known = hyperopt.trials_from_docs([self._document(t) for t in done])
        [found] = algorithms[self.method](
            [number], domain, known, _seed(self.seed, number)
        )
        values = {name: value[0] for name, value in found["misc"]["vals"].items()}
        return {
            name: self._plain(dimension, values[name])
            for name, dimension in self.space.dimensions.items()
        }

    @staticmethod
    def _plain(dimension: Dimension, value: Any) -> Any:
        if isinstance(dimension, Choice):
            return dimension.options[int(value)]
        if isinstance(dimension, Integer):
            # quantized, so possibly one step beyond an end
            return min(max(round(float(value)), dimension.low), dimension.high)
        return min(max(float(value), dimension.low), dimension.high)

    def _document(self, trial: Trial) -> dict:
        """A finished trial as Hyperopt keeps it; it minimizes, so the sign changes."""
        values = {
            name: [dimension.options.index(trial.config[name])]
            if isinstance(dimension, Choice)
            else [trial.config[name]]
            for name, dimension in self.space.dimensions.items()
        }
        return {
            "state": 2,  # hyperopt.JOB_STATE_DONE
            "tid": trial.number,
            "spec": None,
            "result": {"loss": -trial.score, "status": "ok"},
            "misc": {
                "tid": trial.number,
                "cmd": None,
                "idxs": {name: [trial.number] for name in values},
                "vals": values,
            },
            "exp_key": None,
            "owner": None,
            "version": 0,
            "book_time": None,
            "refresh_time": None,
        }


def _hyperopt_dimension(name: str, dimension: Dimension) -> Any:
    from hyperopt import hp

    if isinstance(dimension, Choice):
        return hp.choice(name, list(dimension.options))
    if isinstance(dimension, Real):
        if dimension.log:
            return hp.loguniform(
                name, math.log(dimension.low), math.log(dimension.high)
            )
        return hp.uniform(name, dimension.low, dimension.high)
    # half a step beyond each end, as in Integer.at
    low, high = dimension.low - 0.5, dimension.high + 0.5
    if dimension.log:
        return hp.qloguniform(name, math.log(low), math.log(high), 1)
    return hp.quniform(name, low, high, 1)


@dataclass(frozen=True)
class KerasTunerSearch(_Guided):
    """Keras Tuner's oracles: "bayesian" (after 3 random trials for each dimension).

    A Gaussian process and its lower confidence bound; also "random". Keras Tuner needs
    tensorboard, which TensorFlow 2.21 no longer installs.

    Source: O'Malley et al. (2019), Keras Tuner.
    """

    METHODS = ("bayesian", "random")

    def _ask(self, number: int, done: list[Trial]) -> Config:
        import keras_tuner

        kinds = {
            "bayesian": keras_tuner.oracles.BayesianOptimizationOracle,
            "random": keras_tuner.oracles.RandomSearchOracle,
        }
        oracle = kinds[self.method](
            objective=keras_tuner.Objective("score", "max"),
            max_trials=self.num_trials,
            hyperparameters=_keras_tuner_space(self.space),
            seed=_seed(self.seed, number),
        )
        for t in done:
            knobs = _keras_tuner_space(self.space)
            knobs.values = dict(t.config)
            key = str(t.number)
            oracle.trials[key] = keras_tuner.engine.trial.Trial(
                hyperparameters=knobs, trial_id=key, status="COMPLETED"
            )
            oracle.trials[key].score = t.score
        found = oracle.populate_space(str(number))["values"]
        # its whole numbers with log=True can lie one beyond the upper end
        return {
            name: min(max(found[name], dimension.low), dimension.high)
            if isinstance(dimension, Integer)
            else found[name]
            for name, dimension in self.space.dimensions.items()
        }


def _keras_tuner_space(space: Space) -> Any:
    import keras_tuner

    knobs = keras_tuner.HyperParameters()
    for name, dimension in space.dimensions.items():
        if isinstance(dimension, Choice):
            knobs.Choice(name, list(dimension.options))
            continue
        kind = knobs.Float if isinstance(dimension, Real) else knobs.Int
        sampling = "log" if dimension.log else "linear"
        kind(name, dimension.low, dimension.high, sampling=sampling)
    return knobs
