"""Ways to use few labels: what each method learns from, and what it leaves alone."""

import numpy as np
import pytest

from cnnbook import studies
from cnnbook.beyond.contrastive import Contrastive
from cnnbook.studies import labels as study
from cnnbook.training import Recipe


@pytest.fixture(scope="module")
def data():
    return studies.fashion_data().first(80)


@pytest.fixture(scope="module")
def encoders(data):
    return study.Encoders(
        data,
        contrastive=Contrastive(epochs=1, batch_size=16),
        supervised=Recipe(epochs=1, batch_size=16, precision="float32"),
        num_images=48,
    )


@pytest.mark.parametrize("kind", ["random", "contrastive", "supervised"])
def test_an_encoder_is_made_once_and_answers_with_maps(encoders, kind):
    found = encoders.get(kind, 0)
    assert found is encoders.get(kind, 0)
    assert found.output_shape == (None, 4, 4, 64)
    other = encoders.get(kind, 1).get_weights()
    assert not np.allclose(found.get_weights()[0], other[0])


def test_an_unknown_kind_is_refused(encoders):
    with pytest.raises(ValueError, match="must be one of 'random', 'contrastive'"):
        encoders.get("magic", 0)


def test_both_pre_trainings_see_the_same_images(encoders):
    first, _ = encoders._chosen(3)
    again, _ = encoders._chosen(3)
    np.testing.assert_array_equal(first, again)
    assert len(first) == 48


@pytest.mark.parametrize("name", ["pixels", "contrastive, frozen"])
def test_a_frozen_method_answers_and_changes_no_encoder(encoders, data, name):
    images, labels = data
    before = encoders.get("contrastive", 0).get_weights()
    predict = study.label_methods(encoders)[name](images, labels, 0)
    assert np.mean(predict(images) == labels) > 0.5
    for ours, kept in zip(
        encoders.get("contrastive", 0).get_weights(), before, strict=True
    ):
        np.testing.assert_array_equal(ours, kept)


def test_fine_tuning_at_a_rate_of_zero_is_the_frozen_probe(encoders, data):
    images, labels = data
    turned = images[:, ::-1]  # which nobody was trained on

    def prepare(seed):
        return encoders.get("contrastive", seed)

    frozen = study.Frozen(prepare)(images, labels, 0)(turned)
    tuned = study.FineTuned(prepare, peak=0.0)(images, labels, 0)(turned)
    assert np.mean(frozen == tuned) > 0.98
    moved = study.FineTuned(prepare, peak=0.01)(images, labels, 0)(turned)
    assert not np.array_equal(frozen, moved)


def test_a_digit_is_enlarged_by_three_and_framed():
    small = np.arange(64.0).reshape(1, 8, 8, 1)
    large = study.enlarged_digits(small)
    assert large.shape == (1, 28, 28, 1)
    np.testing.assert_array_equal(large[0, 3:-2:3, 3:-2:3, 0], small[0, :, :, 0])
    assert large[0, :2].max() == large[0, :, -2:].max() == 0


def test_shuffled_digits_have_the_same_pixels_in_one_other_order():
    small = np.stack([np.arange(64.0), np.arange(64.0) * 2]).reshape(2, 8, 8, 1)
    first, second = study.enlarged_digits(small, seed=0)[:, 3:-2:3, 3:-2:3, 0]
    np.testing.assert_array_equal(2 * first, second)
    assert sorted(first.ravel()) == list(range(64))
    assert (first.ravel() != np.arange(64)).mean() > 0.9


def test_digits_are_standardized_and_split():
    data = study.digits_data()
    images, labels = data.train
    assert images.shape == (1_197, 28, 28, 1)
    assert data.validation[0].shape == (600, 28, 28, 1)
    assert images.mean() == pytest.approx(0, abs=1e-5)
    assert np.bincount(labels).min() > 100
    assert [len(part) for part in data.test] == [0, 0]


def test_a_digit_set_without_pixels_is_refused():
    with pytest.raises(ValueError, match=r"`images` must be \(n, h, w, c\)"):
        study.enlarged_digits(np.zeros((8, 8)))
