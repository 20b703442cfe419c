"""An objective: what a search maximizes, named so that any process can find it.

It is called as `objective(config, seed=…, epochs=…, report=…)`, reports a score after
each epoch by `report(epoch, score)`, epochs counted from 1, and returns a dictionary
of metrics with the final one under "score".
"""

import math
import time
from collections.abc import Callable, Mapping

from cnnbook.named import import_function
from cnnbook.tuning.space import Config
from cnnbook.tuning.trials import Trial

Report = Callable[[int, float], None]
Objective = Callable[..., Mapping]


def load_objective(name: str) -> Objective:
    """The function called `name`, as in "package.module:function"."""
    return import_function("objective", name)


def run_trial(
    objective: Objective,
    number: int,
    config: Config,
    *,
    epochs: int,
    seeds: tuple[int, ...],
    report: Report | None = None,
) -> Trial:
    """Try `config` once for each of `seeds`; an exception makes a failed trial."""
    started = time.perf_counter()
    curve: list[tuple[int, float]] = []
    metrics: list[dict] = []

    def keep(epoch: int, score: float) -> None:
        curve.append((int(epoch), float(score)))
        if report is not None:
            report(epoch, score)

    error = ""
    try:
        for seed in seeds:
            found = objective(dict(config), seed=seed, epochs=epochs, report=keep)
            metrics.append(_checked(found))
    except Exception as raised:  # noqa: BLE001, whatever it does wrong is its result
        error = f"{type(raised).__name__}: {raised}"
    score = None if error else sum(m["score"] for m in metrics) / len(metrics)
    return Trial(
        number=number,
        config=config,
        epochs=epochs,
        seeds=seeds,
        status="failed" if error else "done",
        score=score,
        metrics=tuple(metrics),
        curve=tuple(curve),
        seconds=round(time.perf_counter() - started, 3),
        error=error,
    )


def _checked(found: Mapping) -> dict:
    score = found.get("score") if isinstance(found, Mapping) else None
    if not isinstance(score, int | float) or not math.isfinite(score):
        raise ValueError(
            'an objective must return a dictionary with a finite "score", got '
            f"{found if score is None else score!r}."
        )
    return dict(found)
