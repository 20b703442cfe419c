"""Which learning rates a network bears, found in one short run of rising rates.

Rates and losses are (steps,) float64, one for each batch.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import keras
import numpy as np

from cnnbook.checks import require_at_least, require_between
from cnnbook.training.recipe import Recipe
from cnnbook.training.run import train


def rising_rates(low: float, high: float, num_steps: int) -> np.ndarray:
    """`num_steps` rates from `low` to `high`, each the same factor above the last.

    >>> rising_rates(0.001, 1, 4).round(6).tolist()
    [0.001, 0.01, 0.1, 1.0]
    """
    require_at_least("low", low, 1e-12)
    if not high > low:
        raise ValueError(f"`high` must be above `low` ({low:g}), got {high!r}.")
    require_at_least("num_steps", num_steps, 2)
    return np.geomspace(low, high, num_steps)


def smoothed(losses: np.ndarray, *, memory: float = 0.9) -> np.ndarray:
    """Running average (steps,) that weighs a loss k steps back by `memory` ** k.

    Divided by the sum of the weights, so that it starts at the first loss and not at
    zero: the correction of Kingma and Ba (2015), section 3.

    >>> smoothed(np.array([4.0, 1.0]), memory=0.5).tolist()
    [4.0, 2.0]
    """
    require_between("memory", memory, 0, 0.999)
    average, found = 0.0, []
    for k, loss in enumerate(losses, start=1):
        average = memory * average + (1 - memory) * loss
        found.append(average / (1 - memory**k))
    return np.array(found)


@dataclass(frozen=True)
class RangeTest:
    """The loss of each batch at the rate of its step, until the loss exploded."""

    rates: np.ndarray
    losses: np.ndarray

    @property
    def smoothed(self) -> np.ndarray:
        """The losses, `smoothed` over about ten steps."""
        return smoothed(self.losses)

    def suggestion(self, *, below: float = 10.0) -> float:
        """The rate `below` times smaller than that of the lowest smoothed loss.

        At the lowest loss itself the loss has stopped falling: that rate is too high.
        """
        require_at_least("below", below, 1)
        return float(self.rates[np.nanargmin(self.smoothed)] / below)


class RaiseRate(keras.callbacks.Callback):
    """Before each batch sets the next of `rates`, after it writes down the loss.

    Training stops when the rates are used up, or the smoothed loss is not a number or
    is `limit` times the lowest so far. Needs `steps_per_execution` 1.
    """

    def __init__(self, rates: np.ndarray, *, limit: float = 4.0):
        super().__init__()
        require_at_least("limit", limit, 1)
        self.rates = np.asarray(rates)
        self.limit = limit
        self.losses: list[float] = []
        self._sum = 0.0

    def on_train_batch_begin(self, batch: int, logs: dict | None = None) -> None:
        """Set the rate."""
        self.model.optimizer.learning_rate = self.rates[len(self.losses)]

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        """Write down the loss of this batch, and stop where it leads nowhere."""
        # Keras reports the mean over the batches of the epoch so far
        before = 0.0 if batch == 0 else self._sum
        self._sum = logs["loss"] * (batch + 1)
        self.losses.append(self._sum - before)
        averages = smoothed(np.array(self.losses))
        if (
            len(self.losses) == len(self.rates)
            or not averages[-1] <= self.limit * averages.min()
        ):
            self.model.stop_training = True


def range_test(
    build: Callable[[], keras.Model],
    data: tuple[np.ndarray, np.ndarray],
    *,
    recipe: Recipe,
    seed: int,
    low: float = 1e-6,
    high: float = 10.0,
) -> RangeTest:
    """Train once by `recipe`, but at a rate that rises from `low` to `high`.

    The schedule and the rate of `recipe` are not used; its `epochs` say how slowly
    the rate rises. The model is thrown away.

    Source: Smith (2017), section 3.3, with a line in the logarithm of the rate.
    """
    rates = rising_rates(low, high, recipe.num_steps(len(data[0])))
    constant = replace(
        recipe, peak=low, one_cycle=False, decay="none", steps_per_execution=1
    )
    callback = RaiseRate(rates)
    train(build, data, recipe=constant, seed=seed, callbacks=[callback])
    losses = np.array(callback.losses)
    return RangeTest(rates[: len(losses)], losses)
