"""What a million predictions cost, by the reader's own prices.

Prices are in one currency, whichever; rates are predictions a second. A rate of an
instance, a cold start and the seconds of a call are measured before they come here.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from cnnbook.checks import require_at_least, require_between

HOUR = 3600  # seconds
MILLION = 1_000_000


@dataclass(frozen=True)
class Instances:
    """Machines that are paid by the hour, used or not.

    capacity : predictions a second of one, at the latency that is promised.
    headroom : share of the capacity that is planned with, (0, 1]; the rest is for
        bursts, and for the time until another one is ready.
    least : how many run at the lowest load; 2 survive the loss of one.
    """

    price_hour: float
    capacity: float
    headroom: float = 0.7
    least: int = 2

    def __post_init__(self):
        require_at_least("price_hour", self.price_hour, 0)
        _require_positive("capacity", self.capacity)
        _require_positive("headroom", self.headroom)
        require_between("headroom", self.headroom, 0, 1)
        require_at_least("least", self.least, 0)

    def needed(self, rate: float) -> int:
        """How many instances a rate takes."""
        require_at_least("rate", rate, 0)
        return max(self.least, math.ceil(rate / (self.capacity * self.headroom)))


@dataclass(frozen=True)
class Function:
    """A serverless function, paid by the call and by memory times duration.

    price_gb_second : for 1 GB during a second; a cold start is billed like a call.
    seconds, cold_seconds : duration of a warm call, and what a cold one adds.
    keep_warm : seconds after which an idle copy is taken away (providers do not
        promise it: measure it, or take a range).
    """

    price_request: float
    price_gb_second: float
    memory_gb: float
    seconds: float
    cold_seconds: float
    keep_warm: float

    def __post_init__(self):
        for name, value in vars(self).items():
            require_at_least(name, value, 0)

    def cold_share(self, rate: float) -> float:
        """Share of calls that find no warm copy, for calls at random times.

        Calls of a Poisson process of `rate` are exponentially far apart, and one copy
        answers them: a call is cold if none came in the `keep_warm` seconds before.
        """
        require_at_least("rate", rate, 0)
        return math.exp(-rate * self.keep_warm)

    def price_call(self, rate: float) -> float:
        """Mean price of one call at `rate`, cold starts among them."""
        duration = self.seconds + self.cold_share(rate) * self.cold_seconds
        return self.price_request + self.price_gb_second * self.memory_gb * duration


def always_on_cost(rates: Sequence[float], instances: Instances) -> float:
    """Cost of hours with mean `rates`, provisioned for the largest throughout."""
    _require_hours(rates)
    return len(rates) * instances.needed(max(rates)) * instances.price_hour


def autoscaled_cost(rates: Sequence[float], instances: Instances) -> float:
    """Cost of hours with mean `rates`, each with as many instances as it needs.

    A lower bound: real autoscalers follow late, and bursts within the hour are left
    to the headroom.
    """
    _require_hours(rates)
    return sum(map(instances.needed, rates)) * instances.price_hour


def serverless_cost(rates: Sequence[float], function: Function) -> float:
    """Cost of hours with mean `rates`, each call paid by itself."""
    _require_hours(rates)
    return sum(HOUR * rate * function.price_call(rate) for rate in rates)


def per_million(cost: float, rates: Sequence[float]) -> float:
    """Cost of a million predictions, where hours with mean `rates` cost `cost`."""
    _require_hours(rates)
    predictions = HOUR * sum(rates)
    if not predictions:
        raise ValueError(
            "`rates` must hold a prediction, got zeros alone. Without any, a "
            "million of them has no price."
        )
    return MILLION * cost / predictions


def break_even_rate(instances: Instances, function: Function) -> float:
    """The constant rate below which the function costs less than the instances.

    Infinite where the function is cheaper at every rate that the fewest instances
    could serve: then compare at the rate in question.
    """
    from scipy.optimize import brentq

    paid = max(1, instances.least)
    price = paid * instances.price_hour
    top = paid * instances.capacity * instances.headroom

    def difference(rate: float) -> float:
        return serverless_cost([rate], function) - price

    if difference(top) <= 0:
        return math.inf
    return brentq(difference, 0, top)


def _require_positive(name: str, value: float) -> None:
    if not value > 0:
        raise ValueError(f"`{name}` must be more than 0, got {value!r}.")


def _require_hours(rates: Sequence[float]) -> None:
    if len(rates) == 0:
        raise ValueError("`rates` must hold one hour or more, got none.")
    for rate in rates:
        require_at_least("rates", rate, 0)
