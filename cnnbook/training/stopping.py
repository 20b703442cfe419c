"""When early stopping would have stopped a run, read from its curve."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from cnnbook.checks import require_at_least, require_in


class Stop(NamedTuple):
    """`epochs` that were trained, and the `best` of them, both counted from 1."""

    epochs: int
    best: int


def early_stop(
    values: Sequence[float], *, patience: int, better: str = "lower"
) -> Stop:
    """Stop when `patience` epochs in a row have brought no new best value.

    `better` is "lower" for a loss, "higher" for an accuracy. A tie is no new best.
    A run that is never stopped has as many epochs as `values`.

    >>> early_stop([0.9, 0.5, 0.6, 0.7, 0.4], patience=2)
    Stop(epochs=4, best=2)
    """
    require_at_least("len(values)", len(values), 1)
    require_at_least("patience", patience, 1)
    require_in("better", better, ("lower", "higher"))
    signed = np.asarray(values, float) * (1 if better == "lower" else -1)
    best = 0
    for epoch in range(1, len(signed)):
        if signed[epoch] < signed[best]:
            best = epoch
        elif epoch - best >= patience:
            return Stop(epoch + 1, best + 1)
    return Stop(len(signed), best + 1)
