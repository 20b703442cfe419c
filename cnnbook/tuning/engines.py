"""Grid, random search and successive halving, as functions of what is known.

An engine answers one question: given all finished trials, what should the trial of
this number try? It keeps nothing to itself, so that a search can stop at any moment
and go on from its table.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from cnnbook.checks import require_at_least
from cnnbook.tuning.space import Config, Space
from cnnbook.tuning.trials import Trial


@dataclass(frozen=True)
class Proposal:
    """What a trial should try, and for how many epochs."""

    config: Config
    epochs: int


WAIT = "wait"  # for trials that are running now


class Engine(Protocol):
    """What a search asks."""

    def propose(self, number: int, trials: Sequence[Trial]) -> Proposal | str | None:
        """The trial of this `number`, `WAIT`, or None where the search is over.

        `trials` are the finished ones, of any status and in any order of numbers.
        """
        ...


@dataclass(frozen=True)
class GridSearch:
    """Every combination of `levels` values of each dimension, one after the other."""

    space: Space
    levels: int | Mapping[str, int]
    epochs: int

    def propose(self, number: int, trials: Sequence[Trial]) -> Proposal | None:
        """The combination of this number; None after the last."""
        grid = self.space.grid(self.levels)
        return Proposal(grid[number], self.epochs) if number < len(grid) else None


@dataclass(frozen=True)
class RandomSearch:
    """`num_trials` independent draws from the space.

    Source: Bergstra and Bengio (2012).
    """

    space: Space
    num_trials: int
    epochs: int
    seed: int = 0

    def __post_init__(self):
        require_at_least("num_trials", self.num_trials, 1)
        require_at_least("epochs", self.epochs, 1)

    def propose(self, number: int, trials: Sequence[Trial]) -> Proposal | None:
        """A draw that depends on the seed and the number alone."""
        if number >= self.num_trials:
            return None
        rng = np.random.default_rng((self.seed, number))
        return Proposal(self.space.sample(rng), self.epochs)


@dataclass(frozen=True)
class SuccessiveHalving:
    """Many configurations for a few epochs; the best of them for more, and so on.

    The first rung draws `num_configs` at random and gives each `min_epochs`. The best
    of each rung, one in `factor`, are trained anew with `factor` times the epochs,
    until `max_epochs`. A rung starts when the one before it is complete; trials are
    numbered rung by rung, and a failed one counts as the worst.

    Source: Jamieson and Talwalkar (2016), algorithm 1, with a fixed number of epochs
    for each rung.
    """

    space: Space
    num_configs: int
    min_epochs: int
    max_epochs: int
    factor: int = 3
    seed: int = 0

    def __post_init__(self):
        require_at_least("min_epochs", self.min_epochs, 1)
        require_at_least("max_epochs", self.max_epochs, self.min_epochs)
        require_at_least("factor", self.factor, 2)
        require_at_least("num_configs", self.num_configs, self.factor)

    def rungs(self) -> list[tuple[int, int]]:
        """(number of configurations, epochs) of each rung."""
        found = [(self.num_configs, self.min_epochs)]
        num, epochs = found[-1]
        while epochs * self.factor <= self.max_epochs and num >= self.factor:
            num, epochs = num // self.factor, epochs * self.factor
            found.append((num, epochs))
        return found

    def propose(self, number: int, trials: Sequence[Trial]) -> Proposal | str | None:
        """The draw or the survivor of this number."""
        start = 0
        for rung, (num, epochs) in enumerate(self.rungs()):
            if number < start + num:
                if rung == 0:
                    rng = np.random.default_rng((self.seed, number))
                    return Proposal(self.space.sample(rng), epochs)
                survivors = self._survivors(rung, start, trials)
                if survivors is None:
                    return WAIT
                return Proposal(survivors[number - start], epochs)
            start += num
        return None

    def _survivors(
        self, rung: int, start: int, trials: Sequence[Trial]
    ) -> list[Config] | None:
        """The best of the rung before `rung`, best first; None until it is complete."""
        before = self.rungs()[rung - 1][0]
        entered = [t for t in trials if start - before <= t.number < start]
        if len(entered) < before:
            return None
        # the sort is stable: of equals the earlier number goes on
        entered.sort(key=lambda t: t.number)
        ranked = sorted(entered, key=_badness)
        return [trial.config for trial in ranked]


def _badness(trial: Trial) -> float:
    return float("inf") if trial.score is None else -trial.score


@dataclass(frozen=True)
class Evolution:
    """Mutate a good one: aging evolution.

    After `population` random draws, each trial changes one dimension of the best of
    `tournament` trials drawn from the last `population` finished ones; what is older
    has died, however good it was.

    Source: Real et al. (2019), algorithm 1.
    """

    space: Space
    num_trials: int
    epochs: int
    population: int = 10
    tournament: int = 5
    seed: int = 0

    def __post_init__(self):
        require_at_least("population", self.population, 2)
        require_at_least("tournament", self.tournament, 1)

    def propose(self, number: int, trials: Sequence[Trial]) -> Proposal | None:
        """A draw, or a mutant of a survivor."""
        if number >= self.num_trials:
            return None
        rng = np.random.default_rng((self.seed, number))
        drawn = self.space.sample(rng)
        if number < self.population or not trials:
            return Proposal(drawn, self.epochs)
        alive = sorted(trials, key=lambda t: t.number)[-self.population :]
        chosen = rng.choice(len(alive), min(self.tournament, len(alive)), replace=False)
        parent = min((alive[i] for i in chosen), key=_badness)
        name = rng.choice(list(self.space.dimensions))
        return Proposal(parent.config | {name: drawn[name]}, self.epochs)
