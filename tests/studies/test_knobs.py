"""The table of four knobs, and searches that read it."""

import numpy as np
import pytest

from cnnbook.records import load_record
from cnnbook.studies import engines, knobs
from cnnbook.tuning import RandomSearch, SuccessiveHalving, search_in_process


def score_of(config):
    """Made up: best at the sixth rate, width counts a little, dropout nothing."""
    rate = knobs.LEVELS["rate"].index(config["rate"])
    return round(0.8 - 0.02 * abs(rate - 5) + config["width"] / 1000, 4)


@pytest.fixture(scope="module")
def table():
    entries = {
        knobs.key(config, 0): {
            "curve": [round(score_of(config) - (8 - e) / 100, 4) for e in range(9)],
            "score": score_of(config),
            "correct": [400] * 10,
            "cpu_seconds": 3.0,
        }
        for config in knobs.table_configs()
    }
    return engines.Table(entries)


def test_there_is_every_combination_once_and_its_place_is_known():
    configs = knobs.table_configs()
    assert len({knobs.key(config, 0) for config in configs}) == len(configs) == 270
    assert [knobs.index(config) for config in configs] == list(range(270))
    assert all(knobs.SPACE.require(config) is None for config in configs)


def test_neighbors_differ_by_one_step_of_one_knob():
    corner = knobs.neighbors(0)
    assert len(corner) == 4
    middle = knobs.index(
        {"rate": 0.00215, "batch_size": 128, "width": 8, "dropout": 0.25}
    )
    around = [knobs.table_configs()[i] for i in knobs.neighbors(middle)]
    here = knobs.table_configs()[middle]
    assert len(around) == 8
    assert all(sum(a[k] != here[k] for k in here) == 1 for a in around)
    # a neighbor's neighbor is oneself
    assert all(middle in knobs.neighbors(i) for i in knobs.neighbors(middle))


def test_the_record_is_of_this_table_and_says_how_it_was_made():
    entries = load_record("knobs")["entries"]
    assert set(entries) == set(knobs.table_runs())
    for entry in entries.values():
        assert len(entry["curve"]) == knobs.EPOCHS
        assert entry["curve"][-1] == pytest.approx(entry["score"], abs=1e-3)
        # the scored images are the first two chunks
        assert sum(entry["correct"][:2]) == round(1000 * entry["score"])
        assert set(entry["versions"]) == {"python", "tensorflow", "keras"}


def test_a_configuration_is_given_the_nearest_level_on_its_scale(table):
    found = table.nearest(
        {"rate": 0.0031, "batch_size": 70, "width": 11, "dropout": 0.13}
    )
    # 11 is nearer to 8 as a ratio: 11 / 8 < 16 / 11
    assert found == {"rate": 0.00215, "batch_size": 128, "width": 8, "dropout": 0.25}


def test_a_look_up_reports_and_costs_what_the_training_did(table):
    heard = []
    config = knobs.table_configs()[5]
    found = table(
        config, seed=0, epochs=3, report=lambda epoch, score: heard.append(epoch)
    )
    assert found == {"score": table.entry(config)["curve"][2], "seconds": 1.0}
    assert heard == [1, 2, 3]


def test_values_lie_in_the_order_of_the_levels(table):
    scores = table.values()
    assert scores.shape == (10, 3, 3, 3)
    assert scores.argmax() == knobs.index(
        {"rate": 0.00464, "batch_size": 32, "width": 16, "dropout": 0.0}
    )
    assert table.values("correct").shape == (10, 3, 3, 3, 10)


def test_a_search_spends_its_seconds_and_no_more(table):
    course = engines.simulate(
        table, lambda seed: RandomSearch(knobs.SPACE, 100, 9, seed), seed=0, seconds=31
    )
    # 3 seconds each; the eleventh is begun in time and ends too late to count
    assert course.num_trials == 11
    assert course.seconds.max() <= 31
    assert np.all(np.diff(course.best) > 0)
    assert np.isnan(course.at(2.9))
    assert course.at(30.9) == course.best[-1]


def test_the_course_is_that_of_the_search_itself(table):
    engine = RandomSearch(knobs.SPACE, 10, 9, seed=4)
    course = engines.simulate(table, lambda seed: engine, seed=0, seconds=30.5)
    scores = [t.score for t in search_in_process(table, engine)]
    assert course.at(30.5) == max(scores)


def test_halving_starts_again_while_there_is_time(table):
    course = engines.simulate(
        table,
        lambda seed: SuccessiveHalving(knobs.SPACE, 9, 1, 9, seed=seed),
        seed=0,
        seconds=40,
    )
    # 13 trials and 27 epochs cost 9 seconds; scores of a third do not count
    assert course.num_trials > 3 * 13
    assert course.seconds.min() == pytest.approx(9, abs=0.2)


def test_an_entry_of_the_record_tells_its_course(table, monkeypatch):
    monkeypatch.setattr(engines, "SECONDS", 30.5)
    entry = engines.engine_entry(table, "random", 3)
    course = engines.simulate(table, engines.ENGINES["random"], seed=3, seconds=30.5)
    np.testing.assert_allclose(entry["seconds"], course.seconds, atol=0.2)
    assert entry["best"] == course.best.tolist()
    assert entry["num_trials"] == course.num_trials == 11
    assert entry["seed"] == 3
    assert entry["thinking"] < 1


def test_the_record_of_engines_has_every_search():
    record = load_record("engines")
    for name, repeats in engines.REPEATS.items():
        found = engines.courses(record, name)
        assert len(found) == repeats
        best = engines.best_at(found, np.array([60.0, 120.0]))
        assert np.all(best[:, 1] >= best[:, 0])
