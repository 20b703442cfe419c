"""A search by Ray Tune that keeps its trials as `cnnbook.tuning.search` does."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from cnnbook.checks import require_at_least, require_in
from cnnbook.tuning.objective import load_objective, run_trial
from cnnbook.tuning.ray_tune.cluster import ray_cluster
from cnnbook.tuning.ray_tune.keeper import NUMBER, make_keeper
from cnnbook.tuning.space import Choice, Config, Dimension, Real, Space
from cnnbook.tuning.trials import Trial, TrialTable

SEARCHERS = ("random", "optuna", "hyperopt")


def ray_search(
    objective: str,
    space: Space,
    *,
    folder: str | Path,
    num_trials: int,
    epochs: int,
    searcher: str = "random",
    factor: int = 3,
    seed: int = 0,
    workers: int = 2,
    address: str | None = None,
    most_deaths: int = 2,
    on_report: Callable[[int, int, int], None] | None = None,
    progress: Callable[[str], None] | None = None,
) -> list[Trial]:
    """Try `num_trials` configurations on a Ray cluster; all trials, by number.

    Parameters
    ----------
    objective : "package.module:function", importable on every machine.
    folder : of the table, on this machine. Trials that it holds are not run again.
    searcher : "random" draws what `RandomSearch` of the same `seed` draws; "optuna" and
        "hyperopt" are Ray's adaptors of their TPE.
    factor : of asynchronous successive halving (ASHA), which stops trials early; 0
        lets each have all its `epochs`.
    workers, address : as in `ray_cluster`; at most `workers` trials run at a time.
    most_deaths : a trial whose process dies is begun anew until it has died so often.
    on_report : called with (trial number, epoch, process id) after each report.
    progress : called with a line after each trial.

    A trial that ASHA stopped is "done" with the epochs it had; `best_trial` compares
    those of the largest budget. A search that goes on keeps its finished trials and
    their numbers; ASHA and the guided searchers begin with no memory of them.
    """
    require_in("searcher", searcher, SEARCHERS)
    for name, value in (("num_trials", num_trials), ("epochs", epochs)):
        require_at_least(name, value, 1)
    require_at_least("most_deaths", most_deaths, 1)
    if factor:
        require_at_least("factor", factor, 2)
    load_objective(objective)
    table = TrialTable(folder)
    kept = table.trials()
    missing = sorted(set(range(num_trials)) - {trial.number for trial in kept})
    if not missing:
        return kept
    with ray_cluster(address, workers=workers):
        from ray import tune
        from ray.tune.logger import JsonLoggerCallback

        keeper = make_keeper(
            table,
            missing,
            epochs,
            lambda given: _tried(given, space, seed),
            most_deaths,
            on_report,
            progress,
        )
        param_space, algorithm = _searcher(searcher, space, missing, kept, seed)
        tuner = tune.Tuner(
            tune.with_resources(_trainable(objective, space, epochs, seed), {"cpu": 1}),
            param_space=param_space,
            tune_config=tune.TuneConfig(
                metric="score",
                mode="max",
                search_alg=algorithm,
                num_samples=1 if searcher == "random" else len(missing),
                max_concurrent_trials=workers,
                scheduler=_scheduler(epochs, factor),
                reuse_actors=True,  # importing TensorFlow takes longer than a trial
            ),
            run_config=tune.RunConfig(
                name="ray",
                storage_path=str(table.folder.resolve()),
                failure_config=tune.FailureConfig(max_failures=most_deaths - 1),
                callbacks=[keeper, JsonLoggerCallback()],
                progress_reporter=_silent(),
                verbose=0,
            ),
        )
        tuner.fit()
    return table.trials()


def _trainable(
    objective: str, space: Space, epochs: int, seed: int
) -> Callable[[dict], None]:
    """What a Ray process runs: one configuration, reported epoch by epoch."""

    def trainable(given: dict) -> None:
        from ray import tune

        def report(epoch: int, score: float) -> None:
            # the last one comes with the result
            if epoch < epochs:
                tune.report({"epoch": epoch, "score": score})

        trial = run_trial(
            # loaded inside, so that a machine that lacks it makes a failed trial
            lambda *given, **options: load_objective(objective)(*given, **options),
            0,  # the keeper knows the number
            _tried(given, space, seed),
            epochs=epochs,
            seeds=(0,),
            report=report,
        )
        score = -np.inf if trial.score is None else trial.score
        tune.report({"epoch": epochs, "score": score, "trial": asdict(trial)})

    return trainable


def _silent() -> Any:
    """A reporter that reports nothing: `progress` has a line for each trial."""
    from ray.tune import ProgressReporter

    class Silent(ProgressReporter):
        def should_report(self, trials, done=False):
            return False

        def report(self, trials, done, *sys_info):
            pass

    return Silent()


def _tried(given: dict, space: Space, seed: int) -> Config:
    """The configuration that Ray has given, or the one of the number it has given."""
    if NUMBER in given:
        return space.sample(np.random.default_rng((seed, given[NUMBER])))
    return dict(given)


def _searcher(
    searcher: str, space: Space, missing: list[int], kept: list[Trial], seed: int
) -> tuple[dict, Any]:
    """Ray's parameter space and search algorithm."""
    from ray import tune

    if searcher == "random":
        return {NUMBER: tune.grid_search(missing)}, None
    domains = {name: _domain(d) for name, d in space.dimensions.items()}
    seed += len(kept)  # a search that goes on must not propose the same again
    if searcher == "optuna":
        from ray.tune.search.optuna import OptunaSearch

        return domains, OptunaSearch(seed=seed)
    from ray.tune.search.hyperopt import HyperOptSearch

    return domains, HyperOptSearch(random_state_seed=seed)


def _domain(dimension: Dimension) -> Any:
    from ray import tune

    if isinstance(dimension, Choice):
        return tune.choice(list(dimension.options))
    if isinstance(dimension, Real):
        draw = tune.loguniform if dimension.log else tune.uniform
        return draw(dimension.low, dimension.high)
    draw = tune.lograndint if dimension.log else tune.randint
    return draw(dimension.low, dimension.high + 1)  # Ray leaves the upper end out


def _scheduler(epochs: int, factor: int) -> Any:
    from ray.tune.schedulers import ASHAScheduler, FIFOScheduler

    if not factor:
        return FIFOScheduler()
    return ASHAScheduler(time_attr="epoch", max_t=epochs, reduction_factor=factor)
