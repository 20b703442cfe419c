"""How to choose between candidates whose scores are few, noisy and have a price.

Scores are numbers of which more is better, such as accuracies, one for each seed.
"""

from collections.abc import Callable, Sequence

import numpy as np

from cnnbook.checks import require_at_least


def clearly_above(
    first: Sequence[float], second: Sequence[float], *, least: float = 0.01
) -> bool:
    """Whether runs `first` lie above runs `second` by more than luck explains.

    Their means must differ by more than `least` and by more than the seeds do: the sum
    of half the range of each.

    >>> clearly_above([0.84, 0.85, 0.86], [0.80, 0.81, 0.82])
    True
    """
    gain = np.mean(first) - np.mean(second)
    return bool(gain > max(least, (np.ptp(first) + np.ptp(second)) / 2))


def grow(
    score: Callable[[int], float], sizes: Sequence[int], *, least: float = 0.0
) -> tuple[int, list[int]]:
    """Try ever larger `sizes` until the score gains `least` or less.

    Returns the last size that was a gain, and all that were tried.
    """
    require_at_least("len(sizes)", len(sizes), 1)
    chosen, best = sizes[0], score(sizes[0])
    for i, size in enumerate(sizes[1:], start=2):
        found = score(size)
        if found - best <= least:
            return chosen, list(sizes[:i])
        chosen, best = size, found
    return chosen, list(sizes)


def pareto_front(costs: Sequence[float], values: Sequence[float]) -> np.ndarray:
    """Which of n candidates no other beats: (n,) bool.

    Another beats one if it costs no more and is worth no less, and is better in one of
    the two.
    """
    cost, value = np.asarray(costs, float), np.asarray(values, float)
    if cost.ndim != 1 or cost.shape != value.shape:
        raise ValueError(
            f"`costs` and `values` must be of one length, got shapes {cost.shape} and "
            f"{value.shape}. Give one of each for every candidate."
        )
    # [i, j]: is j at least as good as i, and is it better?
    no_worse = (cost[None] <= cost[:, None]) & (value[None] >= value[:, None])
    better = (cost[None] < cost[:, None]) | (value[None] > value[:, None])
    return ~(no_worse & better).any(axis=1)
