"""Asynchronous successive halving, as a rule on scores alone."""

from collections.abc import Sequence

import numpy as np

from cnnbook.checks import require_at_least


def asha_epochs(
    curves: Sequence[Sequence[float]], *, factor: int = 3, min_epochs: int = 1
) -> list[int]:
    """How many epochs each trial gets if the trials come one after the other.

    Parameters
    ----------
    curves : the score after each epoch, for as long as a trial would go on.

    After `min_epochs`, and then after `factor` times as many again and again, a trial
    stops if its score is below the best 1 / factor of those that were there before
    it. The first one has nobody to be compared with.

    Source: Li et al. (2020), in the form in which Ray has it: a trial that falls
    behind is stopped, where the paper's algorithm 2 lets it wait for a promotion.

    >>> asha_epochs([[1, 1, 1], [0, 0, 0], [2, 2, 2]])
    [3, 1, 3]
    """
    require_at_least("factor", factor, 2)
    require_at_least("min_epochs", min_epochs, 1)
    reached: dict[int, list[float]] = {}
    epochs = []
    for curve in curves:
        epoch = min_epochs
        while epoch <= len(curve):
            score = curve[epoch - 1]
            before = reached.setdefault(epoch, [])
            needed = np.percentile(before, 100 * (1 - 1 / factor)) if before else score
            before.append(score)
            if score < needed:
                break
            epoch *= factor
        epochs.append(min(epoch, len(curve)))
    return epochs
