"""A curve of accuracy against rate: its width, values between, what draws find."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnbook import studies
from cnnbook.studies.rate_curves import (
    accuracy_at,
    best_of_draws,
    decades_within,
    lost_by_one_rate,
)


def test_a_width_by_hand():
    rates = np.array([1e-3, 1e-2, 1e-1, 1.0])
    accuracies = np.array([0.4, 0.8, 0.8, 0.4])
    assert decades_within(rates, accuracies, 0.0) == 1
    assert decades_within(rates, accuracies, 0.1) == 1.5
    assert decades_within(rates, accuracies, 0.9) == 3
    with pytest.raises(ValueError, match="`margin` must be 0 or more"):
        decades_within(rates, accuracies, -0.1)


@settings(deadline=None, max_examples=12)
@given(
    st.lists(st.integers(0, 100), min_size=2, max_size=8),
    st.floats(0.01, 0.5),
)
def test_a_width_agrees_with_counting_on_a_fine_grid(hundredths, margin):
    accuracies = np.array(hundredths) / 100
    rates = np.geomspace(1e-4, 1, len(accuracies))
    fine = accuracy_at(rates, accuracies, np.geomspace(1e-4, 1, 8_001))
    share = np.mean(fine >= accuracies.max() - margin)
    assert decades_within(rates, accuracies, margin) == pytest.approx(
        4 * share, abs=0.02
    )


def test_halfway_between_two_rates_the_accuracy_is_halfway():
    found = accuracy_at(np.array([0.01, 1.0]), np.array([0.2, 0.6]), 0.1)
    assert found == pytest.approx(0.4)


def test_the_best_of_draws_from_a_straight_line_is_known():
    """The best of n uniform numbers is n / (n + 1) on average."""
    rates, accuracies = np.array([1e-5, 1.0]), np.array([0.0, 1.0])
    for num_draws in (1, 2, 5):
        found = best_of_draws(rates, accuracies, num_draws=num_draws)
        assert found == pytest.approx(num_draws / (num_draws + 1), abs=1e-3)
    with pytest.raises(ValueError, match="`num_draws` must be 1 or more"):
        best_of_draws(rates, accuracies, num_draws=0)


def test_the_best_of_draws_agrees_with_drawing():
    rates = np.geomspace(1e-5, 1, 6)
    accuracies = np.array([0.1, 0.5, 0.9, 0.8, 0.3, 0.0])
    drawn = 10 ** np.random.default_rng(0).uniform(-5, 0, (20_000, 3))
    best = accuracy_at(rates, accuracies, drawn).max(axis=1).mean()
    found = best_of_draws(rates, accuracies, num_draws=3)
    assert found == pytest.approx(best, abs=0.005)


def test_one_rate_for_all_loses_what_the_worst_scaling_loses():
    """Rate number i is right on every scaling but number i, where it guesses."""
    rates = studies.RATES["adam"]
    found = {
        f"adam {rate:g} {scaling} {seed}": {
            "history": {"val_accuracy": [0.0, 0.1 if i == j else 0.7 + 0.1 * seed]}
        }
        for i, rate in enumerate(rates)
        for j, scaling in enumerate(studies.SCALINGS)
        for seed in (0, 1)
    }
    assert lost_by_one_rate({"entries": found}, "adam") == pytest.approx(0.65)
    for scaling in studies.SCALINGS:
        for seed in (0, 1):
            entry = found[f"adam {rates[0]:g} {scaling} {seed}"]
            entry["history"]["val_accuracy"] = [0.0, 0.72]
    assert lost_by_one_rate({"entries": found}, "adam") == pytest.approx(0.03)
