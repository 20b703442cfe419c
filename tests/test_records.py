"""Records: resumed, whole on disk, found from below, and current."""

import numpy as np
import pytest

from cnnbook import studies
from cnnbook.interpretation import card
from cnnbook.records import extend_record, find_folder, load_record
from cnnbook.studies import attribution, labels
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
    with pytest.raises(ValueError, match="Run this from the book's folder, or install"):
        find_folder(tmp_path)


def stored(name):
    return load_record(name, folder=ROOT / "chapters" / "records")["entries"]


def test_the_attribution_record_is_of_the_networks_and_methods_in_the_package():
    entries = stored("attribution")
    recipes = {"scene_cnn": attribution.RECIPE, "marked": attribution.SHORT}
    sizes = {"scene_cnn": attribution.NUM_TRAINING, "marked": attribution.NUM_MARKED}
    assert set(entries) == {f"{name} {seed}" for name in recipes for seed in range(3)}
    everyone = {*card.METHODS, *card.BASELINES}
    for key, entry in entries.items():
        name, seed = key.split()
        assert Recipe(**entry["recipe"]) == recipes[name]
        assert entry["num_images"] == sizes[name]
        assert entry["parameters"] == attribution.scene_cnn().count_params()
        assert entry["seed"] == int(seed)
        assert entry["judged_on"] == "held-out scenes"
        assert set(entry["scores" if name == "scene_cnn" else "hits"]) == everyone


def check_curves(entries, methods, sizes):
    """Each point asked for, seed by seed, and no other."""
    expected = {
        f"{name} {size} {seed}": (size, seed)
        for name in methods
        for size in sizes[name]
        for seed in range(3)
    }
    points = [(entry["num_images"], entry["seed"]) for entry in entries.values()]
    assert dict(zip(entries, points, strict=True)) == expected
    assert [seed for _, seed in points] == [0, 1, 2] * (len(points) // 3)
    assert {entry["judged_on"] for entry in entries.values()} == {"validation"}


def test_the_sample_size_record_is_of_the_methods_sizes_and_seeds_in_the_package():
    methods = studies.sample_size_methods()
    check_curves(stored("sample-size"), methods, studies.SAMPLE_SIZES)


def test_the_pretraining_record_is_of_the_methods_counts_and_seeds_in_the_package():
    methods = studies.pretraining_methods(np.zeros((1, 28, 28, 1), np.float32))
    counts = dict.fromkeys(methods, studies.LABEL_COUNTS)
    check_curves(stored("pretraining"), methods, counts)


def test_the_fewer_labels_record_is_of_the_tasks_counts_and_seeds_in_the_package():
    entries = stored("fewer-labels")
    for task, sizes in labels.TASKS.items():
        found = {
            key.removeprefix(f"{task}: "): entry
            for key, entry in entries.items()
            if key.startswith(f"{task}: ")
        }
        check_curves(found, sizes, sizes)
    assert len(entries) == 3 * sum(
        len(counts) for sizes in labels.TASKS.values() for counts in sizes.values()
    )


def test_two_records_agree_on_the_run_that_they_share():
    alone, compared = stored("sample-size"), stored("pretraining")
    for seed in range(3):
        one, other = alone[f"CNN 100 {seed}"], compared[f"from scratch 100 {seed}"]
        assert one["accuracy"] == pytest.approx(other["accuracy"], abs=0.005)


def test_the_cheap_entries_of_the_sample_size_record_come_out_again():
    entries, data = stored("sample-size"), studies.fashion_data()
    methods = studies.sample_size_methods()
    for name in ("HOG + linear SVM", "logistic regression"):
        again = studies.curve_point(methods[name], data, num_images=100, seed=1)
        # another processor may round a pixel or a weight the other way
        accuracy = entries[f"{name} 100 1"]["accuracy"]
        assert again["accuracy"] == pytest.approx(accuracy, abs=0.006)
