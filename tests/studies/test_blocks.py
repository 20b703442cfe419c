"""The comparison of blocks, and the table of architectures, read from small records."""

import numpy as np
import pytest

from cnnbook import studies
from cnnbook.studies import blocks
from cnnbook.tuning import RandomSearch, search_in_process


def made_up():
    return {
        blocks.candidate_key(config, seed): {"accuracy": place / 100 + seed / 2}
        for place, config in enumerate(blocks.candidates())
        for seed in (0, 1)
    }


def test_every_candidate_is_another_network():
    networks = {blocks.architecture_of(config) for config in blocks.candidates()}
    assert len(networks) == 48
    assert blocks.BY_HAND in blocks.candidates()


def test_a_search_sees_the_first_seed_and_not_the_judge():
    table = blocks.Candidates(made_up())
    (trial,) = search_in_process(table, RandomSearch(blocks.SPACE, 1, 1), seeds=(1,))
    assert trial.score == table.value(trial.config, blocks.SEARCH_SEED) < 0.5
    assert table.value(trial.config, blocks.JUDGE_SEED) >= 0.5


def test_judges_are_all_seeds_but_the_first():
    key = blocks.candidate_key(blocks.BY_HAND, 0)[:-1]
    values = {f"{key}{seed}": {"accuracy": v} for seed, v in ((0, 1), (1, 0.5), (3, 0))}
    assert blocks.Candidates(values).worth(blocks.BY_HAND) == 0.25
    assert blocks.BY_HAND in blocks.FINALISTS


def test_seconds_leave_the_epoch_of_compilation_out():
    entries = {f"plain {s}": {"seconds": [9.0, 1.0, 2.0, 3.0]} for s in (0, 1, 2)}
    assert blocks.seconds_per_epoch({"entries": entries}, "plain") == 2.0


def test_a_block_is_trained_for_the_epochs_that_were_asked_for(monkeypatch):
    monkeypatch.setattr(blocks, "NUM_TRAIN", 64)
    monkeypatch.setattr(blocks, "NUM_JUDGED", 50)
    data = studies.fashion_data()
    network, entry = blocks.train_block("separable", data, seed=0, epochs=2)
    assert len(entry["accuracy"]) == len(entry["seconds"]) == entry["epochs"] == 2
    assert entry["parameters"] == network.count_params()
    assert entry["seed"] == 0
    assert all(round(50 * accuracy, 2).is_integer() for accuracy in entry["accuracy"])


def test_accuracies_are_seeds_by_epochs():
    entries = {f"plain {s}": {"accuracy": [0.1 * s, 0.5]} for s in (0, 1, 2)}
    found = blocks.block_accuracies({"entries": entries}, "plain")
    np.testing.assert_allclose(found, [[0, 0.5], [0.1, 0.5], [0.2, 0.5]])


def test_an_impossible_candidate_is_refused():
    with pytest.raises(ValueError, match=r"`config\['kernel'\]`"):
        blocks.architecture_of(blocks.BY_HAND | {"kernel": 4})
    with pytest.raises(ValueError, match="`kind` must be one of"):
        blocks.train_block("dense", None, seed=0)
