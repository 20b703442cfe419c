"""An objective by name, and what becomes of a trial that goes wrong."""

import pytest

from cnnbook.tuning import load_objective, run_trial
from tests.tuning.free_objectives import hill, stumbling


def test_a_trial_by_hand():
    heard = []
    found = run_trial(
        hill,
        4,
        {"x": 2},
        epochs=2,
        seeds=(0, 1),
        report=lambda epoch, score: heard.append((epoch, score)),
    )
    assert (found.number, found.status, found.error) == (4, "done", "")
    assert found.score == pytest.approx(-1 + 0.02 + 0.5)
    assert [m["score"] for m in found.metrics] == pytest.approx([-0.98, 0.02])
    assert found.curve == ((1, -0.99), (2, -0.98)) * 2
    assert heard == list(found.curve)


@pytest.mark.parametrize(
    ("x", "error"),
    [(5, "ValueError: x is too large"), (0, "ValueError: an objective must return")],
)
def test_a_trial_that_raises_or_has_no_score_failed(x, error):
    found = run_trial(stumbling, 0, {"x": x}, epochs=1, seeds=(0,))
    assert (found.status, found.score) == ("failed", None)
    assert found.error.startswith(error)


def test_an_objective_that_returns_a_number_is_told_what_to_return():
    found = run_trial(lambda c, **_: 0.9, 0, {}, epochs=1, seeds=(0,))
    assert 'must return a dictionary with a finite "score", got 0.9' in found.error


def test_an_objective_cannot_change_the_configuration_that_is_kept():
    def grasping(config, **_):
        config["x"] = 9
        return {"score": 1.0}

    assert run_trial(grasping, 0, {"x": 1}, epochs=1, seeds=(0,)).config == {"x": 1}


def test_it_is_found_by_its_name():
    assert load_objective("tests.tuning.free_objectives:hill") is hill


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("hill", 'must look like "package.module:function"'),
        ("no.such:hill", "No module named 'no'"),
        ("tests.tuning.free_objectives:valley", "A function of a notebook cannot be"),
        ("tests.tuning.free_objectives:os", "must be a function"),
    ],
)
def test_an_objective_that_is_not_there_is_refused(name, message):
    with pytest.raises(ValueError, match=message):
        load_objective(name)
