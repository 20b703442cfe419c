"""The rule that turns measurements into advice, and the advice in words."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cnnbook.assumptions.correlation import CorrelationByDistance
from cnnbook.checks import require_in
from cnnbook.evaluation import summarize

LOCAL = 1.5  # near over far: from here on, neighbors are more alike than strangers
POINTS = 0.01  # accuracy; less than this is not worth a decision
ABOVE_CHANCE = 2.0  # times the floor: correlations that can be compared at all
WORDS = ("cnn", "not yet", "no cnn")


@dataclass(frozen=True)
class Advice:
    """One of "cnn", "not yet" and "no cnn", and the `reasons`, a sentence each."""

    word: str
    reasons: tuple[str, ...]

    def __post_init__(self) -> None:
        require_in("word", self.word, WORDS)


def is_clear(differences: Sequence[float], *, least: float = POINTS) -> bool:
    """Whether a mean difference, one value for each seed, is more than luck.

    It must be `least` or more, and at least twice its standard error, spread / sqrt(k)
    over k seeds.

    >>> is_clear([0.03, 0.04, 0.05]), is_clear([-0.02, 0.04, 0.1])
    (True, False)
    """
    found = summarize(differences)
    return bool(
        found.mean >= least and found.mean >= 2 * found.spread / math.sqrt(found.n)
    )


def advise(
    correlation: CorrelationByDistance,
    as_they_are: Sequence[float],
    permuted: Sequence[float],
    rival: Sequence[float],
) -> Advice:
    """Decide from the locality of the pixels and from accuracies, one for each seed.

    1. "no cnn" if pixels are correlated (neighbors at twice the floor of chance) but
       neighbors hardly more than strangers: near / far below 1.5.
    2. If permuting the pixels costs the CNN nothing clear (`is_clear` of
       `as_they_are` - `permuted`), it makes no use of who is next to whom: "not yet"
       where neighbors are alike, since more images may show what these do not, and
       "no cnn" where pixels are hardly correlated.
    3. "not yet" if order matters, but the `rival`, the better of MLP and logistic
       regression, is clearly ahead of the CNN.
    4. "cnn" otherwise.
    """
    gap = np.subtract(as_they_are, permuted)
    lead = np.subtract(as_they_are, rival)
    correlated = correlation.near >= ABOVE_CHANCE * correlation.floor
    order = is_clear(gap)
    behind = is_clear(-lead)
    reasons = (
        _locality_reason(correlation, correlated),
        _order_reason(gap, order),
        _lead_reason(lead, behind),
    )
    if correlated and correlation.locality < LOCAL:
        return Advice("no cnn", reasons)
    if not order:
        return Advice("not yet" if correlated else "no cnn", reasons)
    return Advice("not yet" if behind else "cnn", reasons)


def _locality_reason(correlation: CorrelationByDistance, correlated: bool) -> str:
    ratio = f"({correlation.near:.2f} against {correlation.far:.2f})"
    if not correlated:
        return f"Pixels are hardly correlated {ratio}; locality cannot be judged by it."
    if correlation.locality >= LOCAL:
        return (
            f"Neighbors are {correlation.locality:.1f} times as correlated as distant "
            f"pixels {ratio}."
        )
    return f"Neighbors are hardly more alike than distant pixels {ratio}."


def _order_reason(gap: np.ndarray, clear: bool) -> str:
    points = _points(gap)
    if clear:
        return f"Permuting the pixels costs the CNN {points}: it uses their order."
    return f"Permuting the pixels costs the CNN nothing clear ({points})."


def _lead_reason(lead: np.ndarray, behind: bool) -> str:
    points = _points(lead)
    if is_clear(lead):
        return f"The CNN leads the better of MLP and logistic regression by {points}."
    if behind:
        return f"A simpler model is ahead of the CNN by {_points(-lead)}."
    return f"The CNN and the better of the simpler models are level ({points})."


def _points(differences: np.ndarray) -> str:
    found = summarize(list(differences))
    return f"{100 * found.mean:.1f} ± {100 * found.spread:.1f} points"
