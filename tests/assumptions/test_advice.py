"""The rule decides as it is written, and the reasons say what was measured."""

import numpy as np
import pytest

from cnnbook.assumptions import CorrelationByDistance, is_clear
from cnnbook.assumptions.advice import Advice, advise

LEVEL = [0.80, 0.81, 0.79]


def correlations(near, far, floor=0.03):
    return CorrelationByDistance(np.array([1, 2, 3]), np.array([near, far, far]), floor)


LOCAL, FLAT = correlations(0.8, 0.2), correlations(0.3, 0.28)


def shifted(points):
    return [value + points / 100 for value in LEVEL]


@pytest.mark.parametrize(
    ("differences", "expected"),
    [
        ([0.03, 0.04, 0.05], True),
        ([0.004, 0.005, 0.006], False),  # sure, and too little
        ([-0.02, 0.04, 0.10], False),  # much, and not sure
        ([-0.03, -0.04, -0.05], False),
        ([0.018, 0.040, 0.062], True),  # 0.04 against 2 * 0.022 / sqrt(3) = 0.025
        ([0.010, 0.010], True),
    ],
)
def test_clear_is_large_and_sure(differences, expected):
    assert is_clear(differences) is expected


def test_one_run_cannot_be_clear():
    with pytest.raises(ValueError, match="at least two runs"):
        is_clear([0.5])


@pytest.mark.parametrize(
    ("correlation", "permuted", "rival", "word"),
    [
        (LOCAL, -5, -2, "cnn"),
        (LOCAL, -5, 0, "cnn"),  # level is enough
        (LOCAL, -5, 3, "not yet"),
        (LOCAL, 0, -2, "not yet"),  # nothing seen is not nothing there
        (LOCAL, 3, -2, "not yet"),  # better when permuted is no reason either
        (correlations(0.375, 0.25), -5, -2, "cnn"),  # exactly one and a half
        (FLAT, -5, -2, "no cnn"),  # the other witness
        (FLAT, 0, 3, "no cnn"),
        (correlations(0.05, 0.05), -5, -2, "cnn"),  # too weak to be compared
        (correlations(0.05, 0.05), 0, -2, "no cnn"),
    ],
)
def test_the_rule(correlation, permuted, rival, word):
    assert advise(correlation, LEVEL, shifted(permuted), shifted(rival)).word == word


def test_reasons_state_the_measurements():
    locality, order, lead = advise(LOCAL, LEVEL, shifted(-5), shifted(-2)).reasons
    assert locality.startswith("Neighbors are 4.0 times as correlated")
    assert "costs the CNN 5.0 ± 0.0 points" in order
    assert "leads the better of MLP and logistic regression by 2.0 ± 0.0" in lead


def test_reasons_of_the_other_answers():
    assert "hardly more alike" in advise(FLAT, LEVEL, LEVEL, LEVEL).reasons[0]
    assert (
        "nothing clear (0.0 ± 0.0 points)"
        in (advise(FLAT, LEVEL, LEVEL, LEVEL).reasons[1])
    )
    assert "are level" in advise(FLAT, LEVEL, LEVEL, LEVEL).reasons[2]
    assert (
        "ahead of the CNN by 3.0"
        in (advise(LOCAL, LEVEL, shifted(-5), shifted(3)).reasons[2])
    )
    faint = advise(correlations(0.05, 0.05), LEVEL, shifted(-5), LEVEL).reasons[0]
    assert "hardly correlated" in faint


def test_advice_is_one_of_three_words():
    with pytest.raises(ValueError, match="`word` must be one of 'cnn', 'not yet'"):
        Advice("perhaps", ())
