"""What the driver of a Ray search writes down: one file for each finished trial."""

from collections.abc import Callable
from typing import Any

from cnnbook.tuning.space import Config
from cnnbook.tuning.trials import Trial, TrialTable

NUMBER = "trial_number"  # a name in Ray's configuration that is no hyperparameter


def make_keeper(
    table: TrialTable,
    numbers: list[int],
    epochs: int,
    tried: Callable[[dict], Config],
    most_deaths: int,
    on_report: Callable[[int, int, int], None] | None,
    progress: Callable[[str], None] | None,
) -> Any:
    """A callback of Ray Tune that writes trials into `table`, numbered by `numbers`.

    A trial that carries a number of its own, under `NUMBER`, keeps it. `tried` finds
    the configuration in what Ray hands to a trial.
    """
    from ray.tune import Callback

    say = progress or (lambda line: None)

    class Keeper(Callback):
        def __init__(self):
            self.numbers: dict[str, int] = {}
            self.curves: dict[str, list[tuple[int, float]]] = {}

        def __reduce__(self):
            # Ray saves its callbacks; the table is all that this one has to keep, and
            # what it calls may hold locks and files
            return Callback, ()

        def on_trial_start(self, iteration, trials, trial, **info):
            if trial.trial_id not in self.numbers:
                # Ray starts trials in any order: the number that one carries counts
                self.numbers[trial.trial_id] = trial.config.get(
                    NUMBER, numbers[len(self.numbers)]
                )
            self.curves[trial.trial_id] = []

        def on_trial_result(self, iteration, trials, trial, result, **info):
            found = (result["epoch"], result["score"])
            self.curves[trial.trial_id].append(found)
            if on_report is not None:
                on_report(self.numbers[trial.trial_id], found[0], result["pid"])

        def on_trial_complete(self, iteration, trials, trial, **info):
            curve = self.curves[trial.trial_id]
            self.keep(trial, finished(trial.last_result, tried(trial.config), curve))

        def on_trial_recover(self, iteration, trials, trial, **info):
            say(f"trial {self.numbers[trial.trial_id]}: its process died, once more")

        def on_trial_error(self, iteration, trials, trial, **info):
            self.keep(
                trial,
                {
                    "config": tried(trial.config),
                    "epochs": epochs,
                    "status": "lost",
                    "error": f"the process died {most_deaths} times",
                },
            )

        def keep(self, trial, found):
            number = self.numbers[trial.trial_id]
            kept = Trial(**found | {"number": number, "seeds": (0,)})
            table.write(kept)
            told = f"score {kept.score:.4f}" if kept.score is not None else kept.error
            say(f"trial {number}: {kept.status} after {kept.epochs} epochs, {told}")

    return Keeper()


def finished(result: dict, config: Config, curve: list[tuple[int, float]]) -> dict:
    """Fields of a trial from the last report of Ray: whole, or stopped early."""
    if "trial" in result:
        return dict(result["trial"])
    return {
        "config": config,
        "epochs": result["epoch"],
        "status": "done",
        "score": result["score"],
        "metrics": ({"score": result["score"], "stopped_early": True},),
        "curve": tuple(curve),
        "seconds": round(result["time_total_s"], 3),
    }
