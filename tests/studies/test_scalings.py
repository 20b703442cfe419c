"""The study of scalings: the same images, the same network, other numbers."""

import numpy as np
import pytest

from cnnbook import studies
from cnnbook.training import Recipe


@pytest.fixture(scope="module")
def data():
    return studies.fashion_bytes(num_images=256, num_validation=100)


def test_fashion_bytes_are_bytes_in_two_parts(data):
    (images, labels), (others, other_labels) = data.train, data.validation
    assert images.dtype == others.dtype == np.uint8
    assert (images.shape, len(labels)) == ((256, 28, 28, 1), 256)
    assert (others.shape, len(other_labels)) == ((100, 28, 28, 1), 100)
    assert set(labels.tolist()) == set(range(10))


def test_fashion_bytes_refuses_more_than_there_are():
    with pytest.raises(ValueError, match="`num_validation` must be between 1 and"):
        studies.fashion_bytes(num_validation=5_001)


def test_each_scaling_by_hand():
    train = np.array([0, 0, 255, 255], np.uint8).reshape(1, 2, 2, 1)
    images = np.array([0, 51, 102, 255], np.uint8).reshape(1, 2, 2, 1)
    expected = {
        "raw": [0, 51, 102, 255],
        "batch norm": [0, 51, 102, 255],
        "unit": [0, 0.2, 0.4, 1],
        "signed": [-1, -0.6, -0.2, 1],
        "standard": [-1, -0.6, -0.2, 1],  # train has mean and deviation 127.5
    }
    assert set(expected) == set(studies.SCALINGS)
    for name, values in expected.items():
        found = studies.scaled(images, name, train)
        assert found.dtype == np.float32
        np.testing.assert_allclose(found.ravel(), values, atol=1e-6)


def test_an_unknown_scaling_is_refused():
    with pytest.raises(ValueError, match="`scaling` must be one of 'raw', 'unit'"):
        studies.scaled(np.zeros((1, 2, 2, 1), np.uint8), "none", np.zeros(1))


def test_few_images_are_repeated_to_the_old_number(data):
    images, labels = studies.few(data, 100, seed=3).train
    assert images.shape == data.train[0].shape
    assert len(labels) == 256
    assert len(np.unique(images, axis=0)) == 100
    np.testing.assert_array_equal(images[:100], images[100:200])
    for image, label in zip(images[:100], labels[:100], strict=True):
        place = np.flatnonzero((data.train[0] == image).all(axis=(1, 2, 3)))[0]
        assert data.train[1][place] == label


def test_few_draws_other_images_for_another_seed_and_keeps_validation(data):
    first, other = (studies.few(data, 20, seed=seed) for seed in (0, 1))
    assert not np.array_equal(first.train[0], other.train[0])
    assert first.validation is data.validation
    with pytest.raises(ValueError, match="`num_images` must be between 1 and 256"):
        studies.few(data, 257, seed=0)


def test_the_two_networks_differ_in_the_first_layer_alone():
    plain, normalized = studies.small_cnn(), studies.small_cnn_normalized()
    assert plain.count_params() == 38_826  # as the docstring says
    assert normalized.count_params() - plain.count_params() == 4
    assert [layer.name for layer in normalized.layers][1] == "first"
    tanh = studies.small_cnn(activation="tanh").get_layer("conv2")
    assert tanh.activation.__name__ == "tanh"


def test_a_study_scales_both_parts_and_keeps_to_its_recipe(data):
    study = studies.ScalingStudy("sgd", epochs=1)
    unit = study.run(data, "unit", seed=2)
    assert (unit.num_images, unit.seed) == (256, 2)
    assert unit.recipe == Recipe(
        epochs=1, batch_size=64, optimizer="sgd", peak=0.01, precision="float32"
    )
    images, labels = data.validation
    scores = unit.model.predict(images / np.float32(255), verbose=0)
    assert unit.history["val_accuracy"][-1] == pytest.approx(
        np.mean(scores.argmax(axis=1) == labels)
    )
    normalized = study.run(data, "batch norm", seed=2)
    assert normalized.model.get_layer("first").moving_variance[0] > 100  # raw pixels


def test_a_study_standardizes_validation_images_by_the_training_images(data):
    bright = studies.FashionBytes(
        data.train, (255 - data.validation[0], data.validation[1])
    )
    result = studies.ScalingStudy("sgd", epochs=1).run(bright, "standard", seed=0)
    (images, _), (others, labels) = bright.train, bright.validation
    scores = result.model((others - images.mean()) / images.std())
    assert result.history["val_accuracy"][-1] == pytest.approx(
        np.mean(np.argmax(scores, axis=1) == labels)
    )


def test_a_study_refuses_an_optimizer_without_a_default():
    with pytest.raises(ValueError, match="`optimizer` must be one of 'sgd', 'adam'"):
        studies.ScalingStudy("rmsprop")


def test_curves_are_read_by_the_start_of_their_key():
    record = {
        "entries": {
            "sgd 0.1 raw 0": {"history": {"val_accuracy": [0.1, 0.2]}},
            "sgd 0.1 raw 1": {"history": {"val_accuracy": [0.3, 0.4]}},
            "sgd 0.1 raw-ish 0": {"history": {"val_accuracy": [0.9, 0.9]}},
        }
    }
    found = studies.scaling_curves(record, "sgd 0.1 raw")
    assert found == [[0.1, 0.2], [0.3, 0.4]]
    with pytest.raises(ValueError, match=r"Keys are such as sgd 0\.1 raw 0"):
        studies.scaling_curves(record, "sgd 1 raw")
