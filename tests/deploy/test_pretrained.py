"""The network of the package: what it is worth, and that its record is its own."""

import keras
import numpy as np
import pytest

from cnnbook import deploy, studies
from cnnbook.data import load_fashion_mnist


def test_the_weights_are_small_enough_to_travel_with_the_package():
    assert (deploy.FILES / "fashion.keras").stat().st_size < 1_500_000


def test_the_record_says_how_the_weights_arose():
    record = deploy.training_record()
    assert record["num_images"] == 55_000
    assert record["validation_images"] == 5_000
    assert record["seconds"] > 0
    assert set(record["versions"]) == {"python", "tensorflow", "keras"}
    assert record["command"].startswith("python -m tools.train_served --seed 0")


def test_the_constants_are_those_of_the_training_images():
    trained = deploy.pretrained()
    unit = studies.fashion_split().train_images / 255
    assert trained.mean == pytest.approx([unit.mean()], rel=1e-5)
    assert trained.deviation == pytest.approx([unit.std()], rel=1e-5)
    pixels = load_fashion_mnist().test_images[:2]
    expected = (pixels / 255 - unit.mean()) / unit.std()
    np.testing.assert_allclose(trained.preprocessor(pixels), expected, atol=1e-5)


def test_it_recognizes_what_it_has_never_seen():
    data = load_fashion_mnist()
    images, labels = data.test_images[:1000], data.test_labels[:1000]
    found = deploy.reference_probabilities(deploy.pretrained(), images).argmax(axis=1)
    accuracy = np.mean(found == labels)
    recorded = deploy.training_record()["validation_accuracy"]
    assert accuracy > 0.92
    assert abs(accuracy - recorded) < 0.03


def test_its_file_may_not_bring_code_along(monkeypatch):
    asked = []

    def load(path, **how):
        asked.append(how["safe_mode"])
        return read(path, **how)

    read = keras.saving.load_model
    monkeypatch.setattr(keras.saving, "load_model", load)
    deploy.pretrained()
    assert asked == [True]


def test_the_network_is_float32_and_not_compiled():
    model = deploy.pretrained().model
    assert {w.dtype for w in model.weights} == {"float32"}
    assert {layer.compute_dtype for layer in model.layers} == {"float32"}
    assert not model.compiled
