"""Records: resumed, whole on disk, found from below, and current."""

import pytest

from cnnbook import studies
from cnnbook.records import extend_record, find_folder, load_record
from cnnbook.training import Recipe
from tools.notebook_files import ROOT


def extend(folder, runs):
    lines = []
    record = extend_record(
        "trial", runs, command="make records", folder=folder, report=lines.append
    )
    return record, lines


def test_a_record_is_resumed_where_it_stopped(tmp_path):
    def stop():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        extend(tmp_path, {"a": lambda: {"x": 1}, "b": stop})
    assert load_record("trial", folder=tmp_path)["entries"] == {"a": {"x": 1}}

    def again():
        raise AssertionError("a was there already")

    record, lines = extend(tmp_path, {"a": again, "b": lambda: {"x": 2}})
    assert record["entries"] == {"a": {"x": 1}, "b": {"x": 2}}
    assert lines == ["[1/2] trial a: kept", "[2/2] trial b: done"]


def test_entries_that_are_no_longer_asked_for_are_dropped(tmp_path):
    extend(tmp_path, {"old": lambda: {}})
    record, _ = extend(tmp_path, {"new": lambda: {}})
    assert list(record["entries"]) == ["new"]


def test_a_missing_record_names_the_command(tmp_path):
    with pytest.raises(ValueError, match="Write it with `make records`"):
        load_record("nothing", folder=tmp_path)


def test_the_folder_is_found_from_a_page(tmp_path):
    (tmp_path / "chapters" / "records").mkdir(parents=True)
    page = tmp_path / "chapters" / "training"
    page.mkdir()
    assert find_folder(page) == tmp_path / "chapters" / "records"


def test_outside_the_book_there_is_no_folder(tmp_path):
    with pytest.raises(ValueError, match="Run this from the book's folder"):
        find_folder(tmp_path)


def stored(name):
    return load_record(name, folder=ROOT / "chapters" / "records")["entries"]


def test_the_accurate_record_is_of_the_recipe_in_the_package():
    entries = stored("fashion-mnist-accurate").values()
    assert [entry["seed"] for entry in entries] == [0, 1, 2]
    parameters = studies.accurate_cnn().count_params()
    for entry in entries:
        # a field that came later has its default
        assert Recipe(**entry["recipe"]) == studies.ACCURATE
        assert entry["parameters"] == parameters
        assert entry["num_images"] == 60_000


def test_the_network_record_is_of_the_budgets_in_the_package():
    entries = stored("fashion-mnist-networks")
    assert len(entries) == len(studies.NETWORKS) * len(studies.BUDGETS) * 3
    for key, entry in entries.items():
        network, budget, seed = key.split()
        assert Recipe(**entry["recipe"]) == studies.BUDGETS[budget].recipe
        assert entry["num_images"] == studies.BUDGETS[budget].num_images
        assert entry["parameters"] == studies.NETWORKS[network]().count_params()
        assert entry["seed"] == int(seed)
