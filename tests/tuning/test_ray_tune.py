"""Searches by Ray: what they keep, and what survives a death. One Ray for all tests."""

import gc
import json
import os
import signal
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from cnnbook.tuning import (
    Choice,
    Integer,
    RandomSearch,
    Real,
    Space,
    TrialTable,
    digits,
    search_in_process,
)
from cnnbook.tuning.ray_tune import asha_epochs, ray_cluster, ray_search
from cnnbook.tuning.ray_tune.__main__ import main
from cnnbook.tuning.ray_tune.cluster import ALONE, QUIET, environment
from cnnbook.tuning.ray_tune.keeper import NUMBER, make_keeper

HERE = str(Path(__file__).parent)
HILL = Space({"x": Real(0, 5)})
DIGITS = "cnnbook.tuning.digits:objective"


@pytest.fixture(scope="module")
def cluster():
    ours = [*QUIET, *ALONE, "PYTHONPATH", "RAY_AUTH_TOKEN"]
    before = [os.environ.get(name) for name in ours]
    sys.path.insert(0, HERE)  # of free_objectives
    try:
        with ray_cluster(workers=2):
            yield
    finally:
        sys.path.remove(HERE)
    assert [os.environ.get(name) for name in ours] == before


def curves(num, epochs=9):
    """What `digits` reports for the first draws from its space."""
    found = []
    for number in range(num):
        config = digits.SPACE.sample(np.random.default_rng((0, number)))
        found.append([])
        digits.objective(
            config,
            seed=0,
            epochs=epochs,
            report=lambda epoch, score: found[-1].append(score),
        )
    return found


@pytest.mark.slow
def test_one_worker_stops_the_trials_that_the_rule_stops(cluster, tmp_path):
    trials = ray_search(
        DIGITS, digits.SPACE, folder=tmp_path, num_trials=10, epochs=9, workers=1
    )
    expected = asha_epochs(curves(10))
    assert [trial.epochs for trial in trials] == expected
    assert min(expected) == 1
    assert max(expected) == 9
    for trial, curve in zip(trials, curves(10), strict=True):
        assert trial.status == "done"
        assert trial.score == curve[trial.epochs - 1]
        assert [score for _, score in trial.curve] == curve[: trial.epochs]


@pytest.mark.slow
def test_without_halving_it_finds_what_our_own_search_finds(cluster, tmp_path):
    ours = search_in_process(digits.objective, RandomSearch(digits.SPACE, 3, 2, seed=5))
    rays = ray_search(
        DIGITS,
        digits.SPACE,
        folder=tmp_path,
        num_trials=3,
        epochs=2,
        factor=0,
        seed=5,
    )
    for one, other in zip(ours, rays, strict=True):
        assert one.config == other.config
        assert (one.number, one.score, one.curve) == (
            other.number,
            other.score,
            other.curve,
        )


@pytest.mark.slow
def test_a_trial_whose_process_is_killed_begins_anew(cluster, tmp_path, capsys):
    reports, lines = [], []
    lock = threading.Lock()  # Ray saves callbacks, and could not save this

    def kill_once(number, epoch, pid):
        assert not lock.locked()
        reports.append((number, epoch, pid))
        if (number, epoch) == (1, 2) and len([r for r in reports if r[0] == 1]) == 2:
            os.kill(pid, signal.SIGKILL)

    trials = ray_search(
        DIGITS,
        digits.SPACE,
        folder=tmp_path,
        num_trials=2,
        epochs=4,
        factor=0,
        on_report=kill_once,
        progress=lines.append,
    )
    assert [trial.status for trial in trials] == ["done", "done"]
    assert [len(trial.curve) for trial in trials] == [4, 4]
    epochs = [epoch for number, epoch, _ in reports if number == 1]
    assert epochs == [1, 2, 1, 2, 3, 4]  # two epochs are lost, and no more
    assert "trial 1: its process died, once more" in lines
    assert capsys.readouterr().out == ""


@pytest.mark.slow
def test_failed_and_lost_trials_do_not_end_the_search(cluster, tmp_path):
    failing = ray_search(
        "free_objectives:stumbling",
        Space({"x": Choice((2, 6))}),
        folder=tmp_path / "failing",
        num_trials=4,
        epochs=1,
        factor=0,
    )
    assert {(t.config["x"], t.status, t.error) for t in failing} == {
        (2, "done", ""),
        (6, "failed", "ValueError: x is too large"),
    }
    dying = ray_search(
        "free_objectives:dying",
        Space({"x": Choice((2, 6))}),
        folder=tmp_path / "dying",
        num_trials=3,
        epochs=1,
        factor=0,
        most_deaths=1,
    )
    assert {(t.config["x"], t.status) for t in dying} == {(2, "done"), (6, "lost")}
    lost = next(trial for trial in dying if trial.status == "lost")
    assert "died" in lost.error


@pytest.mark.slow
@pytest.mark.parametrize("searcher", ["optuna", "hyperopt"])
def test_the_guided_searchers_stay_within_the_space(cluster, tmp_path, searcher):
    space = Space(
        {
            "x": Real(0.1, 5, log=True),
            "depth": Integer(1, 2),
            "kind": Choice(("a", "b")),
        }
    )
    trials = ray_search(
        "free_objectives:hill",
        space,
        folder=tmp_path,
        num_trials=4,
        epochs=1,
        factor=0,
        searcher=searcher,
    )
    assert [trial.number for trial in trials] == [0, 1, 2, 3]
    for trial in trials:
        space.require(trial.config)
    assert len({trial.config["x"] for trial in trials}) == 4


# a driver that dies does not close the files of Ray's logger
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.slow
def test_a_search_whose_driver_died_goes_on_from_its_table(cluster, tmp_path):
    def die(number, epoch, pid):
        if number == 2:
            raise KeyboardInterrupt

    options = {"folder": tmp_path, "epochs": 1, "factor": 0, "workers": 1}
    with pytest.raises(KeyboardInterrupt):
        ray_search(DIGITS, digits.SPACE, num_trials=4, on_report=die, **options)
    gc.collect()
    kept = {path.name: path.read_bytes() for path in tmp_path.glob("trial-*.json")}
    assert sorted(kept) == ["trial-00000.json", "trial-00001.json"]
    run = []
    trials = ray_search(
        DIGITS,
        digits.SPACE,
        num_trials=4,
        on_report=lambda number, epoch, pid: run.append(number),
        **options,
    )
    assert run == [2, 3]
    assert [trial.status for trial in trials] == ["done"] * 4
    assert all((tmp_path / name).read_bytes() == text for name, text in kept.items())


@pytest.mark.slow
def test_the_command_line_does_the_same(cluster, tmp_path, monkeypatch, capsys):
    space = tmp_path / "space.json"
    space.write_text(json.dumps(digits.SPACE.to_json()))
    arguments = ["ray_tune", DIGITS, str(space), str(tmp_path / "table")]
    arguments += ["--trials", "2", "--epochs", "1", "--factor", "0"]
    monkeypatch.setattr(sys, "argv", arguments)
    assert main() == 0
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 3
    assert said[-1].startswith("best: trial ")


def test_a_search_that_is_complete_starts_no_ray(tmp_path, monkeypatch):
    table = TrialTable(tmp_path)
    for trial in search_in_process(digits.objective, RandomSearch(digits.SPACE, 2, 1)):
        table.write(trial)
    monkeypatch.setitem(sys.modules, "ray", None)  # importing it would raise
    trials = ray_search(DIGITS, digits.SPACE, folder=tmp_path, num_trials=2, epochs=1)
    assert [trial.number for trial in trials] == [0, 1]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"searcher": "grid"}, "`searcher` must be one of 'random', 'optuna'"),
        ({"num_trials": 0}, "`num_trials` must be 1 or more"),
        ({"epochs": 0}, "`epochs` must be 1 or more"),
        ({"factor": 1}, "`factor` must be 2 or more, got 1"),
        ({"most_deaths": 0}, "`most_deaths` must be 1 or more"),
        ({"objective": "cnnbook.tuning.digits:nothing"}, "`objective` must name"),
    ],
)
def test_impossible_searches_are_refused_before_ray_starts(tmp_path, change, message):
    options = {"objective": DIGITS, "num_trials": 2, "epochs": 9} | change
    with pytest.raises(ValueError, match=message):
        ray_search(space=digits.SPACE, folder=tmp_path, **options)


def test_the_environment_is_restored(monkeypatch):
    monkeypatch.setenv("THERE", "before")
    monkeypatch.delenv("NOT_THERE", raising=False)
    with environment({"THERE": "during", "NOT_THERE": "during"}):
        assert os.environ["THERE"] == os.environ["NOT_THERE"] == "during"
    assert os.environ["THERE"] == "before"
    assert "NOT_THERE" not in os.environ


def test_trials_that_start_out_of_order_keep_their_numbers(tmp_path):
    table = TrialTable(tmp_path)
    keeper = make_keeper(
        table, [0, 1, 2], 1, lambda given: {"x": given[NUMBER]}, 2, None, None
    )
    for number in (2, 0, 1):  # as the processes of two workers happen to be ready
        trial = SimpleNamespace(
            trial_id=f"id {number}",
            config={NUMBER: number},
            last_result={"epoch": 1, "score": 10.0 * number, "time_total_s": 0.1},
        )
        keeper.on_trial_start(0, [], trial)
        keeper.on_trial_complete(0, [], trial)
    kept = [(t.number, t.config["x"], t.score) for t in table.trials()]
    assert kept == [(0, 0, 0.0), (1, 1, 10.0), (2, 2, 20.0)]


def test_halving_by_hand():
    # at epoch 1: 5 goes on; 4 is below the best third of {5}; 6 is not; of {5, 4, 6}
    # the best third begins at 5.33, so 5.2 stops and 7 goes on. At epoch 3: 5 goes
    # on, 2 stops, and 7 goes on
    given = [[5, 5, 5], [4, 9, 9], [6, 6, 2], [5.2, 9, 9], [7, 7, 7]]
    assert asha_epochs(given) == [3, 1, 3, 1, 3]
    # 4 was stopped and still counts: the best third of {5, 4} begins at 4.67
    assert asha_epochs([[5, 5, 5], [4, 9, 9], [4.8, 6, 2]]) == [3, 1, 3]
    longer = [[5, 5, 5, 5], [6, 6, 2, 9], [7, 7, 7, 7]]
    assert asha_epochs(longer) == [4, 3, 4]


def test_halving_depends_on_the_order():
    rising = [[score] * 9 for score in (1, 2, 3)]
    assert asha_epochs(rising) == [9, 9, 9]
    assert asha_epochs(rising[::-1]) == [9, 1, 1]


def test_halving_refuses_nonsense():
    with pytest.raises(ValueError, match="`factor` must be 2 or more"):
        asha_epochs([[1]], factor=1)
    with pytest.raises(ValueError, match="`min_epochs` must be 1 or more"):
        asha_epochs([[1]], min_epochs=0)


def test_digits_are_learned_and_repeat():
    config = {"rate": 0.5, "momentum": 0.5, "batch_size": 64}
    seen = []
    options = {"seed": 0, "epochs": 3, "report": lambda *found: seen.append(found)}
    first = digits.objective(config, **options)
    assert first["score"] > 0.9
    assert seen == [(1, seen[0][1]), (2, seen[1][1]), (3, first["score"])]
    assert digits.objective(config, **options) == first
    frozen = digits.objective(config | {"rate": 1e-9}, **options)
    assert frozen["score"] < 0.9


def test_digits_follow_the_gradient_of_the_cross_entropy():
    (images, targets), _ = digits._data()
    images, targets = images[:20], targets[:20]
    rng = np.random.default_rng(1)
    weights, direction = rng.normal(size=(2, 65, 10)) * 0.1

    def loss(at):
        return -np.mean(np.log((digits.softmax(images @ at) * targets).sum(axis=1)))

    gradient = images.T @ (digits.softmax(images @ weights) - targets) / 20
    numeric = (
        loss(weights + 1e-5 * direction) - loss(weights - 1e-5 * direction)
    ) / 2e-5
    assert np.sum(gradient * direction) == pytest.approx(numeric, rel=1e-6)
