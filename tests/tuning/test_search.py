"""A search in processes: order, failures, deaths, and going on after a kill."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from cnnbook.tuning import (
    GridSearch,
    Integer,
    RandomSearch,
    Real,
    Space,
    SuccessiveHalving,
    TrialTable,
    search,
    search_in_process,
)
from cnnbook.tuning.pool import Worker
from tests.tuning.free_objectives import hill

SPACE = Space({"x": Real(0, 6)})
WHOLE = Space({"x": Integer(1, 6)})
HERE = "free_objectives"


@pytest.fixture(autouse=True)
def _workers_find_the_objectives(monkeypatch):
    here = str(Path(__file__).parent)
    monkeypatch.setenv("PYTHONPATH", here)
    monkeypatch.syspath_prepend(here)


def grid(num):
    return GridSearch(WHOLE, num, epochs=1)


def test_two_workers_try_what_one_process_tries(tmp_path):
    engine = SuccessiveHalving(SPACE, 9, 1, 9)
    found = search(f"{HERE}:hill", engine, folder=tmp_path, workers=2, seeds=(0, 1))
    alone = search_in_process(hill, engine, seeds=(0, 1))
    assert [t.config for t in found] == [t.config for t in alone]
    assert [t.score for t in found] == [t.score for t in alone]
    assert [t.curve for t in found] == [t.curve for t in alone]


def test_workers_are_other_processes_of_one_thread_each(tmp_path):
    found = search(f"{HERE}:own_process", grid(6), folder=tmp_path, workers=2)
    pids = {t.score for t in found}
    assert os.getpid() not in pids
    assert 1 <= len(pids) <= 2
    assert {t.metrics[0]["threads"] for t in found} == {1}


def test_failed_trials_are_kept_and_do_not_end_the_search(tmp_path):
    told = []
    found = search(f"{HERE}:stumbling", grid(6), folder=tmp_path, progress=told.append)
    assert [t.status for t in found] == ["done"] * 4 + ["failed"] * 2
    assert found[5].error == "ValueError: x is too large"
    assert len(told) == 6
    assert told[-1] == (
        "[6 finished] trial 5 failed: ValueError: x is too large; best 4.0000, trial 3"
    )
    assert "this goes to the log" in (tmp_path / "workers.log").read_text()


def test_a_trial_whose_process_always_dies_is_lost_and_the_rest_are_not(tmp_path):
    told = []
    found = search(f"{HERE}:dying", grid(6), folder=tmp_path, progress=told.append)
    assert [t.status for t in found] == ["done"] * 4 + ["lost"] * 2
    assert "the process died 2 times" in found[5].error
    assert "trial 4: its process died, once more" in told


def test_a_trial_whose_process_dies_once_is_tried_again(tmp_path, monkeypatch):
    marks = tmp_path / "marks"
    marks.mkdir()
    monkeypatch.setenv("MARKS", str(marks))
    found = search(f"{HERE}:dying_once", grid(6), folder=tmp_path / "t", workers=2)
    assert [t.score for t in found] == [1, 2, 3, 4, 5, 6]
    assert sorted(path.name for path in marks.iterdir()) == ["5", "6"]


def start_search(folder, num_trials):
    """A driver process with two workers; trials of a quarter of a second."""
    code = (
        "from cnnbook.tuning import *\n"
        f"search('{HERE}:slow_hill', RandomSearch(Space({{'x': Real(0, 6)}}), "
        f"{num_trials}, epochs=1), folder={str(folder)!r}, workers=2)"
    )
    return subprocess.Popen([sys.executable, "-c", code])


def children(pid):
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in text.split()]


def wait_until(true, seconds=60):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "nothing happened in time"
        time.sleep(0.02)


def alive(pid):
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


@pytest.mark.slow
def test_a_killed_driver_loses_the_trials_in_flight_and_nothing_else(tmp_path):
    engine = RandomSearch(SPACE, 12, epochs=1)
    table = TrialTable(tmp_path)
    driver = start_search(tmp_path, 12)
    wait_until(lambda: len(table.trials()) >= 4)
    workers = children(driver.pid)
    driver.send_signal(signal.SIGKILL)
    driver.wait()
    wait_until(lambda: not any(alive(pid) for pid in workers))
    before = {path: path.read_bytes() for path in tmp_path.glob("trial-*.json")}
    assert 4 <= len(before) < 12
    # by number: at most the two that ran are missing among the first
    numbers = [trial.number for trial in table.trials()]
    assert len(set(range(max(numbers) + 1)) - set(numbers)) <= 1
    found = search(f"{HERE}:slow_hill", engine, folder=tmp_path, workers=2)
    assert [t.number for t in found] == list(range(12))
    assert [t.config for t in found] == [
        engine.propose(i, []).config for i in range(12)
    ]
    # what was finished was not run again
    assert all(path.read_bytes() == content for path, content in before.items())


@pytest.mark.slow
def test_a_killed_worker_loses_nothing(tmp_path):
    table = TrialTable(tmp_path)
    driver = start_search(tmp_path, 12)
    wait_until(lambda: len(table.trials()) >= 2)
    victim = children(driver.pid)[0]
    os.kill(victim, signal.SIGKILL)
    assert driver.wait(timeout=60) == 0
    assert [t.status for t in table.trials()] == ["done"] * 12
    assert not alive(victim)


def test_the_folder_of_another_search_is_refused(tmp_path):
    search(f"{HERE}:hill", grid(2), folder=tmp_path)
    with pytest.raises(ValueError, match="holds another search: its engine differ"):
        search(f"{HERE}:hill", grid(3), folder=tmp_path)


def test_a_second_search_in_the_same_folder_is_refused(tmp_path):
    table = TrialTable(tmp_path)
    driver = start_search(tmp_path, 12)
    try:
        wait_until(lambda: len(table.trials()) >= 1)
        with pytest.raises(ValueError, match="in use by another search"):
            search(f"{HERE}:slow_hill", grid(2), folder=tmp_path)
    finally:
        driver.kill()
        driver.wait()


def test_a_misspelt_objective_is_refused_before_anything_starts(tmp_path):
    with pytest.raises(ValueError, match="must name a function"):
        search(f"{HERE}:hil", grid(2), folder=tmp_path / "t")
    assert not (tmp_path / "t").exists()


def test_a_worker_that_cannot_import_its_objective_ends_the_search(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(RuntimeError, match="No module named 'free_objectives'"):
        search(f"{HERE}:hill", grid(2), folder=tmp_path / "t")


def test_what_was_searched_lies_beside_the_trials(tmp_path):
    search(f"{HERE}:hill", grid(2), folder=tmp_path)
    stored = json.loads((tmp_path / "search.json").read_text())
    assert stored["objective"] == f"{HERE}:hill"
    assert "GridSearch" in stored["engine"]


def test_a_search_needs_a_seed(tmp_path):
    with pytest.raises(ValueError, match=r"`len\(seeds\)` must be 1 or more"):
        search(f"{HERE}:hill", grid(2), folder=tmp_path, seeds=())


def test_a_worker_counts_the_trials_that_it_was_sent():
    process = SimpleNamespace(stdin=io.BytesIO())
    worker = Worker(process)
    for number in range(3):
        assert worker.begun == number
        worker.send({"number": number})
    assert worker.begun == 3
    sent = [json.loads(line) for line in process.stdin.getvalue().splitlines()]
    assert sent == [{"number": 0}, {"number": 1}, {"number": 2}]
