"""Trials, and the folder that keeps them: one file for each, whole or not there.

A score is a number of which more is better.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from cnnbook.checks import require_in
from cnnbook.files import write_atomically
from cnnbook.tuning.space import Config

if TYPE_CHECKING:  # it takes a second to import, and workers have no use for it
    import pandas as pd

STATUSES = ("done", "failed", "lost")


@dataclass(frozen=True)
class Trial:
    """One configuration tried.

    `score` is the mean over `seeds`, None unless `status` is "done"; `metrics` has a
    dictionary for each seed. A trial "failed" where the objective raised or gave no
    finite score, and is "lost" where its process died twice; `error` says how.
    `epochs` is the budget it had. `curve` holds (epoch, score) as reported.
    """

    number: int
    config: Config
    epochs: int
    seeds: tuple[int, ...]
    status: str
    score: float | None = None
    metrics: tuple[dict, ...] = ()
    curve: tuple[tuple[int, float], ...] = field(default=(), repr=False)
    seconds: float = 0.0
    error: str = ""

    def __post_init__(self):
        require_in("status", self.status, STATUSES)
        for name in ("seeds", "metrics"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        object.__setattr__(self, "curve", tuple(map(tuple, self.curve)))


class TrialTable:
    """The trials of one search, in a folder that survives the search.

    Each is a file of its own that is written whole and renamed, so that a process
    killed at any moment leaves all finished trials behind, and nothing else.
    """

    def __init__(self, folder: str | Path):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)

    def write(self, trial: Trial) -> None:
        """Keep a finished trial; one of the same number is replaced."""
        text = json.dumps(asdict(trial), indent=1) + "\n"
        write_atomically(self.folder / f"trial-{trial.number:05d}.json", text)

    def trials(self) -> list[Trial]:
        """All finished trials, by number."""
        return [
            Trial(**json.loads(path.read_text(encoding="utf-8")))
            for path in sorted(self.folder.glob("trial-*.json"))
        ]

    def frame(self) -> "pd.DataFrame":
        """A row for each trial: number, status, score, seconds, epochs, the knobs."""
        return trial_frame(self.trials())


def trial_frame(trials: Sequence[Trial]) -> "pd.DataFrame":
    """A row for each trial: number, status, score, seconds, epochs, the knobs."""
    import pandas as pd

    return pd.DataFrame(
        [
            {
                "number": trial.number,
                "status": trial.status,
                "score": trial.score,
                "seconds": trial.seconds,
                "epochs": trial.epochs,
                **trial.config,
            }
            for trial in trials
        ]
    )


def best_trial(trials: Sequence[Trial]) -> Trial:
    """The finished trial of the highest score, among those of the largest budget.

    A score after few epochs is not comparable with one after many.
    """
    done = [trial for trial in trials if trial.status == "done"]
    if not done:
        errors = {trial.error for trial in trials}
        raise ValueError(
            f"`trials` must hold a finished one, got {len(trials)} of which none is "
            f"done. Errors: {'; '.join(sorted(errors)) or 'none'}."
        )
    most = max(trial.epochs for trial in done)
    return max((trial for trial in done if trial.epochs == most), key=lambda t: t.score)
