"""Learning without labels first: turns, weights that are taken over, few labels."""

import numpy as np
import pytest
from PIL import Image

from cnnbook import evaluation, studies, training
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


def test_all_weights_are_taken_over_but_those_of_the_scores(images):
    teacher = studies.pretrain(images, seed=0, recipe=QUICK)
    student = studies.continued(teacher)
    assert student.output_shape == (None, 10)
    for ours, theirs in zip(student.layers[:-1], teacher.layers[:-1], strict=True):
        for mine, given in zip(ours.get_weights(), theirs.get_weights(), strict=True):
            np.testing.assert_array_equal(mine, given)


def test_a_fit_starts_from_its_own_seeds_pre_training(images, monkeypatch):
    labels = np.arange(40) % 10
    calls = []

    def pretrained(some, *, seed, recipe):
        calls.append((len(some), seed))
        return studies.striding_cnn(num_classes=4)

    monkeypatch.setattr(pretraining, "pretrain", pretrained)
    fit = studies.PretrainedFit(images)
    predictions = {seed: fit(images, labels, seed)(images) for seed in (0, 1, 0)}
    assert calls == [(40, 0), (40, 1)]
    recipe = studies.sample_size_recipe(40)
    for seed, teacher in fit.pretrained.items():
        plain = training.train(
            lambda teacher=teacher: studies.continued(teacher),
            (images, labels),
            recipe=recipe,
            seed=seed,
        )
        expected = evaluation.predict(plain.model, images)
        np.testing.assert_array_equal(predictions[seed], expected)


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
