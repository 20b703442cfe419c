"""The comparisons: parts that do not mix, budgets that are kept, refusals."""

import numpy as np
import pytest

from cnnbook import studies
from cnnbook.data import load_fashion_mnist
from cnnbook.training import Recipe


@pytest.fixture(scope="module")
def fashion():
    return studies.fashion_data(validation=5_000, seed=0)


def test_the_parts_are_whole_and_stratified(fashion):
    sizes = [len(part[0]) for part in (fashion.train, fashion.validation, fashion.test)]
    assert sizes == [55_000, 5_000, 10_000]
    assert np.bincount(fashion.validation[1]).tolist() == [500] * 10
    assert np.bincount(fashion.train[1]).tolist() == [5_500] * 10


def test_all_parts_are_standardized_by_the_training_part(fashion):
    images = fashion.train[0]
    assert images.mean(dtype=float) == pytest.approx(0, abs=1e-3)
    assert images.std(dtype=float) == pytest.approx(1, abs=1e-3)
    # one linear map for all: black is the same number everywhere
    assert (
        fashion.test[0].min() == fashion.train[0].min() == fashion.validation[0].min()
    )


def test_the_test_part_is_the_official_one(fashion):
    np.testing.assert_array_equal(fashion.test[1], load_fashion_mnist().test_labels)


def test_without_validation_all_images_train():
    data = studies.fashion_data(validation=0)
    assert len(data.train[0]) == 60_000
    assert len(data.validation[0]) == 0


def test_validate_keeps_to_its_budget(fashion, monkeypatch):
    tiny = studies.Budget(256, Recipe(epochs=1, precision="float32"))
    monkeypatch.setattr(studies.networks, "BUDGETS", {"tiny": tiny})
    result, accuracy = studies.validate("linear", "tiny", fashion, seed=3)
    assert (result.num_images, result.seed, result.recipe) == (256, 3, tiny.recipe)
    assert accuracy == np.mean(
        result.model.predict(fashion.validation[0], verbose=0).argmax(axis=1)
        == fashion.validation[1]
    )


def test_validate_names_the_networks_there_are(fashion):
    with pytest.raises(ValueError, match="must be one of 'linear', 'mlp'"):
        studies.validate("vgg", "small", fashion, seed=0)


def test_a_record_is_read_by_network_and_budget():
    record = {
        "entries": {
            "mlp small 0": {"accuracy": 0.8, "seconds": 1.0},
            "mlp small 1": {"accuracy": 0.9, "seconds": 3.0},
            "mlp full 0": {"accuracy": 0.5, "seconds": 9.0},
        }
    }
    record["entries"] |= {
        f"{network} small 0": {"accuracy": 0.1, "seconds": 1.0}
        for network in studies.NETWORKS
        if network != "mlp"
    }
    assert studies.accuracies(record, "small")["mlp"] == [0.8, 0.9]
    assert studies.mean_seconds(record, "small")["mlp"] == 2.0


def test_validate_pooling_exchanges_the_pooling_alone(fashion, monkeypatch):
    tiny = studies.Budget(256, Recipe(epochs=1, precision="float32"))
    monkeypatch.setattr(studies.poolings, "POOLING_BUDGETS", {"tiny": tiny})
    result, _ = studies.validate_pooling("average", "tiny", fashion, seed=3)
    assert (result.num_images, result.seed, result.recipe) == (256, 3, tiny.recipe)
    kinds = [type(layer).__name__ for layer in result.model.layers]
    assert kinds.count("AveragePooling2D") == 2
    assert result.model.count_params() == 225_034


@pytest.mark.parametrize(
    ("pooling", "budget", "message"),
    [
        ("median", "short", "`pooling` must be one of 'max', 'average'"),
        ("max", "huge", "`budget` must be one of 'short', 'long', got 'huge'"),
    ],
)
def test_validate_pooling_refuses(fashion, pooling, budget, message):
    with pytest.raises(ValueError, match=message):
        studies.validate_pooling(pooling, budget, fashion, seed=0)


def test_a_record_of_poolings_is_read_by_pooling_and_budget():
    entries = {f"max long {seed}": {"accuracy": 0.8 + seed / 10} for seed in (0, 1)}
    entries["max short 0"] = {"accuracy": 0.5}
    found = studies.pooling_accuracies({"entries": entries}, "long")
    assert found == {"max": [0.8, 0.9]}


def test_the_files_are_read_once(monkeypatch):
    loads = []

    def load():
        loads.append(1)
        return load_fashion_mnist()

    monkeypatch.setattr(studies.fashion, "load_fashion_mnist", load)
    parts = studies.fashion_data()
    assert len(loads) == 1
    split = studies.fashion_split()
    np.testing.assert_array_equal(parts.validation[1], split.validation_labels)
    assert len(loads) == 2
