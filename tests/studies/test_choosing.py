"""Choosing: what counts as better, when to stop growing, and what nobody beats."""

import numpy as np
import pytest

from cnnbook.studies import choosing


def test_a_gain_must_exceed_a_point_and_the_seeds():
    above = choosing.clearly_above
    assert above([0.83, 0.83, 0.83], [0.81, 0.81, 0.81])
    assert not above([0.819, 0.819, 0.819], [0.81, 0.81, 0.81])  # 0.009
    assert above([0.819, 0.819, 0.819], [0.81, 0.81, 0.81], least=0.005)
    # half ranges 0.02 and 0.03: a gain of 0.04 is not enough, 0.06 is
    assert not above([0.82, 0.84, 0.86], [0.77, 0.80, 0.83])
    assert above([0.84, 0.86, 0.88], [0.77, 0.80, 0.83])


def test_two_sides_are_never_above_each_other():
    rng = np.random.default_rng(0)
    for first, second in rng.normal(0.8, 0.02, size=(200, 2, 3)):
        both = (
            choosing.clearly_above(first, second),
            choosing.clearly_above(second, first),
        )
        assert not all(both)


def test_growing_stops_at_the_first_size_without_a_gain():
    scores = {2: 0.80, 4: 0.82, 6: 0.82, 8: 0.90}
    assert choosing.grow(scores.get, [2, 4, 6, 8]) == (4, [2, 4, 6])
    assert choosing.grow(scores.get, [2, 4, 6, 8], least=0.03) == (2, [2, 4])
    assert choosing.grow(scores.get, [2, 4]) == (4, [2, 4])
    assert choosing.grow(scores.get, [2]) == (2, [2])


def test_growing_asks_for_no_score_twice_nor_beyond_the_stop():
    asked = []

    def score(size):
        asked.append(size)
        return -size

    choosing.grow(score, [1, 2, 3])
    assert asked == [1, 2]


def test_growing_needs_a_size():
    with pytest.raises(ValueError, match=r"len\(sizes\)"):
        choosing.grow(float, [])


def test_the_front_by_hand():
    front = choosing.pareto_front
    assert front([1, 2, 3], [5, 4, 6]).tolist() == [True, False, True]
    assert front([1, 1, 2], [5, 6, 6]).tolist() == [False, True, False]
    assert front([1, 1], [5, 5]).tolist() == [True, True]
    assert front([], []).tolist() == []


def test_whatever_one_values_the_best_is_on_the_front():
    rng = np.random.default_rng(0)
    costs, values = rng.normal(size=(2, 50))
    front = choosing.pareto_front(costs, values)
    assert 1 < front.sum() < 50
    for price in rng.exponential(size=200):
        assert front[np.argmax(values - price * costs)]


def test_every_other_is_beaten_by_one_of_the_front():
    rng = np.random.default_rng(1)
    costs, values = rng.integers(0, 9, size=(2, 60))
    front = choosing.pareto_front(costs, values)
    for cost, value in zip(costs[~front], values[~front], strict=True):
        assert np.any((costs[front] <= cost) & (values[front] >= value))


def test_costs_and_values_go_together():
    with pytest.raises(ValueError, match="of one length"):
        choosing.pareto_front([1, 2], [1])
