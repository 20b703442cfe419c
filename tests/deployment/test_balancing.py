"""The record of load balancing: current, and what it says of a death."""

from cnnbook.records import load_record
from tools.balancing import DEATHS, NUM_CALLERS, ROUNDS
from tools.notebook_files import ROOT


def stored(kind):
    record = load_record("load-balancing", folder=ROOT / "chapters" / "records")
    assert record["command"] == "make records NAMES=load-balancing"
    return [entry for key, entry in record["entries"].items() if key.startswith(kind)]


def test_the_record_is_of_the_rounds_and_callers_in_the_tool():
    assert len(stored("rates")) == ROUNDS
    assert len(stored("death of two")) == DEATHS
    for entry in stored("death"):
        assert entry["callers"] == NUM_CALLERS
        assert entry["asked"] == sum(entry["statuses"].values())
        assert {"processor", "cores", "seconds", "versions"} <= set(entry)


def test_rates_were_measured_without_a_failed_answer():
    for entry in stored("rates"):
        assert [entry[n]["failed"] for n in "12"] == [0, 0]
        assert all(entry[n]["p50_ms"] <= entry[n]["p99_ms"] for n in "12")


def test_the_killed_worker_was_at_work():
    for entry in stored("death"):
        assert entry["before"] > 0
        assert entry["nginx_met_it"]
