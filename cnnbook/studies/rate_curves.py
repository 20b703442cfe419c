"""Accuracy against learning rate, as a curve: how wide its top is, what a guess costs.

Rates are (k,), in rising order; accuracies (k,), those at the rates. Between two rates
the curve is a line in the logarithm of the rate.
"""

import numpy as np

from cnnbook.checks import require_at_least
from cnnbook.studies.scalings import RATES, SCALINGS, scaling_curves


def decades_within(rates: np.ndarray, accuracies: np.ndarray, margin: float) -> float:
    """How many powers of ten of rates come within `margin` of the best accuracy.

    >>> decades_within(np.array([0.01, 0.1, 1.0]), np.array([0.6, 0.8, 0.0]), 0.1)
    0.625
    """
    require_at_least("margin", margin, 0)
    places, least = np.log10(rates), np.max(accuracies) - margin
    width = 0.0
    for k in range(len(places) - 1):
        low, high = sorted(accuracies[k : k + 2])
        # the share of the line between the two that lies at `least` or above
        share = 1.0 if low >= least else 0.0
        if low < least < high:
            share = (high - least) / (high - low)
        width += float(share * (places[k + 1] - places[k]))
    return round(width, 12)


def accuracy_at(
    rates: np.ndarray, accuracies: np.ndarray, rate: np.ndarray | float
) -> np.ndarray:
    """The accuracy at other rates, on the lines between those that were tried."""
    return np.interp(np.log10(rate), np.log10(rates), accuracies)


def best_of_draws(
    rates: np.ndarray,
    accuracies: np.ndarray,
    *,
    num_draws: int,
    low: float = 1e-5,
    high: float = 1.0,
) -> float:
    """The expected best accuracy of `num_draws` rates drawn log-uniformly.

    Exact but for a grid of 2,001 rates from `low` to `high`: the best of n draws is at
    most the i-th smallest of m values with probability (i / m) ** n.
    """
    require_at_least("num_draws", num_draws, 1)
    grid = np.geomspace(low, high, 2_001)
    values = np.sort(accuracy_at(rates, accuracies, grid))
    shares = (np.arange(len(values) + 1) / len(values)) ** num_draws
    return float(np.diff(shares) @ values)


def lost_by_one_rate(record: dict, optimizer: str) -> float:
    """Accuracy lost if all scalings of the images share one rate of `optimizer`.

    `record` is that of `normalization`. For each rate, the loss against the best rate
    of a scaling, at the scaling that loses most; then the rate that loses least.
    """
    table = [
        [
            np.mean([run[-1] for run in scaling_curves(record, f"{start} {scaling}")])
            for scaling in SCALINGS
        ]
        for start in (f"{optimizer} {rate:g}" for rate in RATES[optimizer])
    ]
    return float((np.max(table, axis=0) - table).max(axis=1).min())
