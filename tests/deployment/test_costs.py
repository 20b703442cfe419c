"""Costs by hand; all prices here are made up."""

import math

import numpy as np
import pytest

from cnnbook.deploy.costs import (
    Function,
    Instances,
    always_on_cost,
    autoscaled_cost,
    break_even_rate,
    per_million,
    serverless_cost,
)

MACHINE = Instances(price_hour=2.0, capacity=100, headroom=0.5, least=1)
CALLS = Function(
    price_request=0.001,
    price_gb_second=0.01,
    memory_gb=0.5,
    seconds=0.2,
    cold_seconds=3.0,
    keep_warm=600,
)
DAY = [10.0] * 12 + [120.0] * 12


def test_instances_by_hand():
    assert [MACHINE.needed(rate) for rate in (0, 1, 50, 51, 500)] == [1, 1, 1, 2, 10]


def test_always_on_pays_the_peak_at_night_too():
    assert always_on_cost(DAY, MACHINE) == 24 * 3 * 2.0


def test_autoscaled_pays_each_hour_by_its_own_rate():
    assert autoscaled_cost(DAY, MACHINE) == (12 * 1 + 12 * 3) * 2.0


def test_autoscaling_never_costs_more_and_is_equal_for_even_traffic():
    rng = np.random.default_rng(0)
    for rates in rng.gamma(0.5, 200, size=(50, 24)).tolist():
        assert autoscaled_cost(rates, MACHINE) <= always_on_cost(rates, MACHINE)
    even = [80.0] * 24
    assert autoscaled_cost(even, MACHINE) == always_on_cost(even, MACHINE)


def test_a_call_by_hand():
    rate = math.log(2) / 600  # half of all gaps are longer than `keep_warm`
    assert CALLS.cold_share(rate) == pytest.approx(0.5)
    assert CALLS.price_call(rate) == pytest.approx(0.001 + 0.01 * 0.5 * (0.2 + 1.5))


def test_the_share_of_cold_calls_is_that_of_a_simulation():
    rate = 1 / 400
    gaps = np.random.default_rng(0).exponential(1 / rate, 200_000)
    share = np.mean(gaps > CALLS.keep_warm)
    assert CALLS.cold_share(rate) == pytest.approx(share, abs=0.004)


def test_serverless_is_paid_by_the_call():
    warm = 0.001 + 0.01 * 0.5 * 0.2
    assert serverless_cost([0.0, 10.0], CALLS) == pytest.approx(36_000 * warm)


def test_a_million_by_hand():
    # 1 a second for an hour: 3,600 predictions for 9
    assert per_million(9.0, [1.0]) == pytest.approx(2500.0)


def test_at_the_break_even_rate_both_cost_the_same():
    rate = break_even_rate(MACHINE, CALLS)
    assert rate == pytest.approx(2.0 / 3600 / 0.002, rel=1e-3)  # warm by then
    fixed, paid = always_on_cost([rate], MACHINE), serverless_cost([rate], CALLS)
    assert paid == pytest.approx(fixed)
    assert (
        serverless_cost([rate / 2], CALLS) < fixed < serverless_cost([2 * rate], CALLS)
    )


def test_two_instances_break_even_at_twice_the_rate():
    two = Instances(price_hour=2.0, capacity=100, headroom=0.5, least=2)
    once, twice = (break_even_rate(each, CALLS) for each in (MACHINE, two))
    assert twice == pytest.approx(2 * once, rel=1e-3)


def test_a_function_that_is_always_cheaper_breaks_even_nowhere():
    free = Function(0, 0, 0.5, 0.2, 3.0, 600)
    assert break_even_rate(MACHINE, free) == math.inf


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Instances(1, capacity=0), "`capacity` must be more than 0"),
        (lambda: Instances(1, 1, headroom=1.5), "`headroom` must be between 0 and 1"),
        (lambda: Instances(-1, 1), "`price_hour` must be 0 or more"),
        (lambda: Function(0, 0, 0, -1, 0, 0), "`seconds` must be 0 or more"),
        (lambda: always_on_cost([], MACHINE), "one hour or more, got none"),
        (lambda: serverless_cost([math.nan], CALLS), "`rates` must be 0 or more"),
        (lambda: per_million(1.0, [0.0]), "a million of them has no price"),
    ],
)
def test_what_cannot_be_priced_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
