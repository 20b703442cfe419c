"""Schedules: by hand, their laws, what they refuse, and that Keras can store one."""

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnbook.training import OneCycle
from cnnbook.training.schedules import DECAYS, decaying


def rates(schedule, num_steps):
    return np.array([float(schedule(step)) for step in range(num_steps + 1)])


def test_one_cycle_by_hand():
    found = rates(OneCycle(1.0, 10, warmup=0.2), 10)
    expected = [0, 0.5, 1, 0.875, 0.75, 0.625, 0.5, 0.375, 0.25, 0.125, 0]
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_without_warmup_it_falls_from_the_peak():
    found = rates(OneCycle(0.1, 4, warmup=0), 4)
    np.testing.assert_allclose(found[1:], [0.075, 0.05, 0.025, 0], atol=1e-7)


def test_the_rate_stays_zero_after_the_last_step():
    schedule = OneCycle(1.0, 10)
    assert [float(schedule(step)) for step in (10, 11, 1000)] == [0, 0, 0]


def test_a_step_of_the_optimizer_is_as_good_as_a_number():
    schedule = OneCycle(1.0, 10)
    assert float(schedule(keras.Variable(1, dtype="int64"))) == pytest.approx(0.5)


@settings(deadline=None, max_examples=25)
@given(
    peak=st.floats(1e-5, 10),
    num_steps=st.integers(2, 60),
    warmup=st.floats(0.05, 0.95),
)
def test_it_rises_once_and_falls_once_and_never_exceeds_its_peak(
    peak, num_steps, warmup
):
    found = rates(OneCycle(peak, num_steps, warmup=warmup), num_steps)
    top = int(found.argmax())
    assert found.min() >= 0
    assert found.max() <= peak * (1 + 1e-5)
    assert found[0] == 0
    assert found[-1] <= peak * 1e-5
    assert (np.diff(found[: top + 1]) >= 0).all()
    assert (np.diff(found[top:]) <= 0).all()


def test_twice_the_peak_is_twice_the_rate_everywhere():
    low, high = rates(OneCycle(0.1, 7), 7), rates(OneCycle(0.2, 7), 7)
    np.testing.assert_allclose(high, 2 * low, rtol=1e-6)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"peak": -0.1, "num_steps": 5}, "`peak` must be 0 or more, got -0.1"),
        ({"peak": float("nan"), "num_steps": 5}, "`peak` must be 0 or more, got nan"),
        ({"peak": 0.1, "num_steps": 0}, "`num_steps` must be 1 or more, got 0"),
        ({"peak": 0.1, "num_steps": 5, "warmup": 1}, "`warmup` must be between 0"),
        ({"peak": 0.1, "num_steps": 5, "warmup": -0.1}, "`warmup` must be between 0"),
    ],
)
def test_impossible_schedules_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        OneCycle(**arguments)


def test_keras_builds_it_again_from_its_config():
    schedule = OneCycle(0.3, 9, warmup=0.4)
    stored = keras.saving.serialize_keras_object(schedule)
    again = keras.saving.deserialize_keras_object(stored)
    assert isinstance(again, OneCycle)
    np.testing.assert_array_equal(rates(again, 9), rates(schedule, 9))


@pytest.mark.parametrize(
    ("decay", "expected"),
    [
        # at the start, a quarter, half, three quarters and the end of 8 steps
        ("step", [1, 1, 0.1, 0.01, 0.01]),
        ("exponential", [1, 0.01**0.25, 0.1, 0.01**0.75, 0.01]),
        ("cosine", [1, (1 + 0.5**0.5) / 2, 0.5, (1 - 0.5**0.5) / 2, 0]),
    ],
)
def test_decays_by_hand(decay, expected):
    found = rates(decaying(decay, 1.0, 8), 8)[[0, 2, 4, 6, 8]]
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_a_step_falls_after_half_and_after_three_quarters_of_the_steps():
    found = rates(decaying("step", 1.0, 100), 99)
    assert np.flatnonzero(np.diff(found)).tolist() == [49, 74]


FORMULAS = {
    "step": lambda share: np.where(share < 0.5, 1, np.where(share < 0.75, 0.1, 0.01)),
    "exponential": lambda share: 0.01**share,
    "cosine": lambda share: (1 + np.cos(np.pi * share)) / 2,
}


@settings(deadline=None, max_examples=15)
@given(
    decay=st.sampled_from(DECAYS[1:]),
    start=st.floats(1e-5, 10),
    quarters=st.integers(1, 15),
)
def test_decays_agree_with_their_formulas_and_never_exceed_their_start(
    decay, start, quarters
):
    num_steps = 4 * quarters
    found = rates(decaying(decay, start, num_steps), num_steps)
    expected = start * FORMULAS[decay](np.arange(num_steps + 1) / num_steps)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6 * start)
    assert found.max() <= start * (1 + 1e-5)
    assert (np.diff(found) <= 1e-6 * start).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("none", 0.1, 5), "`decay` must be one of 'step', 'exponential', 'cosine'"),
        (("linear", 0.1, 5), "`decay` must be one of 'step', 'exponential', 'cosine'"),
        (("step", -1, 5), "`start` must be 0 or more, got -1"),
        (("cosine", 0.1, 0), "`num_steps` must be 1 or more, got 0"),
    ],
)
def test_impossible_decays_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        decaying(*arguments)
