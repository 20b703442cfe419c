"""The range test: its rates, its smoothing, what it records, where it stops."""

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnbook.training import (
    RaiseRate,
    RangeTest,
    Recipe,
    range_test,
    rising_rates,
    smoothed,
)


def test_rates_rise_by_the_same_factor_from_low_to_high():
    rates = rising_rates(1e-3, 10, 5)
    np.testing.assert_allclose(rates, [1e-3, 1e-2, 1e-1, 1, 10])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0, 1, 5), "`low` must be 1e-12 or more, got 0"),
        ((1, 1, 5), r"`high` must be above `low` \(1\), got 1"),
        ((1, float("nan"), 5), "`high` must be above `low`"),
        ((1e-3, 1, 1), "`num_steps` must be 2 or more, got 1"),
    ],
)
def test_impossible_ranges_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        rising_rates(*arguments)


def test_smoothing_by_hand():
    # weights 1/2 and 1, then 1/4, 1/2 and 1
    expected = [4, (0.5 * 4 + 1) / 1.5, (0.25 * 4 + 0.5 * 1 + 8) / 1.75]
    np.testing.assert_allclose(smoothed(np.array([4, 1, 8]), memory=0.5), expected)


@settings(deadline=None, max_examples=25)
@given(st.lists(st.floats(-5, 5), min_size=1, max_size=30), st.floats(0, 0.99))
def test_a_smoothed_loss_lies_between_the_losses_before_it(losses, memory):
    found = smoothed(np.array(losses), memory=memory)
    for k, value in enumerate(found, start=1):
        assert min(losses[:k]) - 1e-9 <= value <= max(losses[:k]) + 1e-9
    assert found[0] == pytest.approx(losses[0])


def test_without_memory_nothing_is_smoothed_and_a_memory_of_one_is_refused():
    losses = np.array([3.0, 1.0, 2.0])
    np.testing.assert_array_equal(smoothed(losses, memory=0), losses)
    with pytest.raises(ValueError, match=r"`memory` must be between 0 and 0\.999"):
        smoothed(losses, memory=1)


def test_the_suggestion_is_a_tenth_of_the_rate_of_the_lowest_smoothed_loss():
    losses = np.array([5.0] * 20 + [0.0] * 30 + [50.0] * 10)
    rates = rising_rates(1e-6, 10, 60)
    lowest = rates[49]  # the smoothed loss falls as long as the losses are 0
    assert RangeTest(rates, losses).suggestion() == pytest.approx(lowest / 10)
    assert RangeTest(rates, losses).suggestion(below=1) == pytest.approx(lowest)
    with pytest.raises(ValueError, match="`below` must be 1 or more"):
        RangeTest(rates, losses).suggestion(below=0.5)


def test_a_loss_that_is_no_number_is_not_the_lowest():
    found = RangeTest(rising_rates(1, 100, 3), np.array([2.0, 1.0, np.nan]))
    assert found.suggestion(below=1) == pytest.approx(10)


DATA = (
    np.linspace(-1, 1, 32 * 16, dtype="float32").reshape(32, 4, 4, 1),
    np.arange(32) % 3,
)
SLOW = Recipe(epochs=2, batch_size=8, optimizer="sgd", momentum=0, precision="float32")


def build():
    images = keras.Input((4, 4, 1))
    scores = keras.layers.Dense(3, dtype="float32")(keras.layers.Flatten()(images))
    return keras.Model(images, scores)


def test_every_batch_is_recorded_at_its_own_rate():
    found = range_test(build, DATA, recipe=SLOW, seed=0, low=1e-4, high=1e-2)
    np.testing.assert_allclose(found.rates, rising_rates(1e-4, 1e-2, 8))
    assert found.losses.shape == (8,)


def test_the_losses_are_those_of_single_batches_and_not_their_running_mean():
    """A rate of almost nothing: the weights stay, and an epoch has each image once."""
    found = range_test(build, DATA, recipe=SLOW, seed=0, low=1e-12, high=1.1e-12)
    keras.utils.set_random_seed(0)
    loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    whole = float(loss_of(DATA[1], build()(DATA[0])))
    np.testing.assert_allclose(found.losses[:4].mean(), whole, rtol=1e-5)
    np.testing.assert_allclose(found.losses[4:].mean(), whole, rtol=1e-5)
    assert np.ptp(found.losses) > 0.01


def test_a_run_that_explodes_is_cut_short():
    found = range_test(build, DATA, recipe=SLOW, seed=0, low=1, high=1e6)
    assert 1 < len(found.losses) < 8
    assert len(found.rates) == len(found.losses)
    assert found.smoothed[-1] > 4 * found.smoothed[:-1].min()


def test_a_schedule_of_the_recipe_is_set_aside():
    cosine = Recipe(
        epochs=2, batch_size=8, optimizer="sgd", momentum=0, decay="cosine", peak=9
    )
    found, plain = (
        range_test(build, DATA, recipe=recipe, seed=0, low=1e-4, high=1e-2)
        for recipe in (cosine, SLOW)
    )
    np.testing.assert_allclose(found.losses, plain.losses, rtol=1e-2)


def test_a_limit_below_one_would_stop_at_once():
    with pytest.raises(ValueError, match=r"`limit` must be 1 or more, got 0\.5"):
        RaiseRate(np.ones(3), limit=0.5)
