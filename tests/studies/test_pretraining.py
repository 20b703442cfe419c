"""Learning without labels first: turns, weights that are taken over, few labels."""

import keras
import numpy as np
import pytest
from PIL import Image
from sklearn.linear_model import LogisticRegression

from cnnbook import studies
from cnnbook.studies import pretraining
from cnnbook.training import Recipe

QUICK = Recipe(epochs=1, batch_size=16, precision="float32")


@pytest.fixture(scope="module")
def images():
    return studies.fashion_data().first(40)[0]


def test_quarter_turns_are_those_of_pillow(images):
    turned, turns = studies.quarter_turns(images)
    assert turned.shape == (160, 28, 28, 1)
    for position in (0, 45, 90, 135):
        picture = Image.fromarray(images[position % 40, :, :, 0])
        theirs = np.asarray(picture.rotate(90 * turns[position]))
        np.testing.assert_array_equal(turned[position, :, :, 0], theirs)


def test_four_quarter_turns_are_none(images):
    turned, turns = studies.quarter_turns(images)
    np.testing.assert_array_equal(turned[turns == 0], images)
    again, _ = studies.quarter_turns(turned[turns == 3])
    np.testing.assert_array_equal(again[40:80], images)


def test_quarter_turns_want_square_images():
    with pytest.raises(ValueError, match="must be square, got 28 x 20 pixels"):
        studies.quarter_turns(np.zeros((1, 28, 20, 1)))


def test_pre_training_learns_four_turns(images):
    model = studies.pretrain(images, seed=0, recipe=QUICK)
    assert model.output_shape == (None, 4)


def test_a_frozen_network_is_not_changed_and_its_maps_are_what_is_read(images):
    labels = np.arange(40) % 10
    network = studies.striding_cnn()
    before = [np.array(weights) for weights in network.get_weights()]
    predict = studies.fit_frozen(network, images, labels)
    for weights, kept in zip(network.get_weights(), before, strict=True):
        np.testing.assert_array_equal(weights, kept)

    by_hand = network.get_layer("conv1")(images)
    features = np.array(network.get_layer("conv2")(by_hand)).reshape(40, -1)
    features = (features - features.mean(axis=0)) / features.std()
    theirs = LogisticRegression(C=0.01, tol=0.01).fit(features, labels)
    assert np.mean(predict(images) == theirs.predict(features)) > 0.97


def test_a_network_is_prepared_once_for_each_seed(images):
    labels = np.arange(40) % 10
    calls = []

    def prepare(seed):
        calls.append(seed)
        keras.utils.set_random_seed(seed)
        return studies.striding_cnn()

    fit = studies.FrozenFit(prepare)
    first, other, again = (fit(images, labels, seed)(images) for seed in (0, 1, 0))
    assert calls == [0, 1]
    np.testing.assert_array_equal(first, again)
    assert len(other) == 40


def test_each_pre_training_sees_its_own_images_and_no_label(images, monkeypatch):
    seen = []

    def pretrain(some, *, seed):
        seen.append(some)
        return studies.striding_cnn(num_classes=4)

    monkeypatch.setattr(pretraining, "pretrain", pretrain)
    monkeypatch.setattr(pretraining, "NUM_UNLABELED", 15)
    fit = studies.pretraining_methods(images)["pre-trained"]
    for seed in (0, 1):
        fit(images, np.arange(40) % 10, seed)
    assert [some.shape for some in seen] == [(15, 28, 28, 1)] * 2
    assert len(np.unique(seen[0], axis=0)) == 15
    assert not np.array_equal(seen[0], seen[1])


def test_untrained_networks_differ_by_their_seed(images):
    fit = studies.pretraining_methods(images)["untrained"]
    for seed in (0, 1):
        fit(images, np.arange(40) % 10, seed)
    first, second = (fit.networks[seed].get_weights()[0] for seed in (0, 1))
    assert not np.array_equal(first, second)


def test_a_record_of_few_labels_is_read_by_the_way_to_start(images):
    names = studies.pretraining_methods(images)
    entries = {
        f"{name} {count} 0": {"accuracy": count / 1e4}
        for name in names
        for count in studies.LABEL_COUNTS
    }
    curves = studies.pretraining_curves({"entries": entries})
    assert set(curves) == set(names)
    assert curves["pre-trained"].tolist() == [[0.005, 0.01, 0.05, 0.2]]
