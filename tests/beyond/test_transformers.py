"""Small transformers and their rivals: sizes, laws, the clock, and refusals."""

import keras
import numpy as np
import pytest

from cnnbook.beyond import relations, seconds, transformers
from cnnbook.beyond.attention import cut_patches, join_patches


@pytest.fixture(scope="module")
def images():
    rng = np.random.default_rng(0)
    return rng.normal(size=(4, 28, 28, 1)).astype("float32")


def shuffled(images):
    patches = cut_patches(images, 4)
    order = np.random.default_rng(1).permutation(patches.shape[1])
    return join_patches(patches[:, order], images.shape[1:])


def test_three_networks_of_about_one_size():
    sizes = {k: build().count_params() for k, build in transformers.BUILDERS.items()}
    assert max(sizes.values()) < 1.15 * min(sizes.values())
    # patches, positions, four blocks, a norm, ten scores
    block = 4 * (64 * 64 + 64) + 2 * 128 + (64 * 128 + 128) + (128 * 64 + 64)
    parts = (16 * 64 + 64) + 49 * 64 + 4 * block + 128 + 650
    assert sizes["vit"] == parts


@pytest.mark.parametrize("positions", [False, True])
def test_only_positions_tell_patches_apart(images, positions):
    keras.utils.set_random_seed(0)
    model = transformers.build_vit(blocks=1, width=16, positions=positions)
    moved = np.asarray(model(shuffled(images))) - np.asarray(model(images))
    assert (np.abs(moved).max() > 1e-3) == positions


def test_a_vit_survives_saving(images, tmp_path):
    model = transformers.build_vit(blocks=1, width=16)
    model.save(tmp_path / "vit.keras")
    again = keras.models.load_model(tmp_path / "vit.keras")
    np.testing.assert_allclose(again(images), model(images), atol=1e-6)


def test_rates_rise_and_fall():
    rates = [seconds.rate_at(f, 2.0) for f in (0.0, 0.05, 0.1, 0.55, 1.0)]
    np.testing.assert_allclose(rates, [0.2, 1.0, 2.0, 1.0, 0.0], atol=1e-12)


def test_training_stops_by_the_clock(images):
    model = seconds.prepared(relations.build_relation("near"))
    before = [np.copy(w) for w in model.get_weights()]
    done = seconds.train_for(
        model, images, np.array([0, 1, 0, 1]), seconds=0.3, batch=8
    )
    assert 0.3 <= done.seconds < 5
    assert done.steps >= 1
    assert done.images_seen == 8 * done.steps
    assert any(np.any(a != b) for a, b in zip(before, model.get_weights(), strict=True))


def test_training_stops_after_its_steps(images):
    model = seconds.prepared(relations.build_relation("near"))
    done = seconds.train_for(model, images, np.array([0, 1, 0, 1]), steps=3, batch=8)
    assert (done.steps, done.images_seen) == (3, 24)


def test_accuracy_is_counted(images):
    model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(2)])
    truth = np.asarray(model(images)).argmax(axis=1)
    assert seconds.accuracy_of(model, images, truth) == 1
    assert seconds.accuracy_of(model, images, 1 - truth) == 0


def test_marks_by_hand():
    images, labels = relations.two_marks(200, seed=0, noise=0)
    patches = cut_patches(images, 4)
    for patch, label in zip(patches, labels, strict=True):
        places = np.flatnonzero(np.abs(patch).sum(axis=1))
        assert len(places) == 2
        columns = sorted(places % 7)
        assert columns[0] <= 1
        assert columns[1] >= 5
        assert np.array_equal(*patch[places]) == (label == 1)
    assert 0.35 < labels.mean() < 0.65


@pytest.mark.parametrize("kind", relations.KINDS)
def test_what_the_middle_sees(kind):
    """Which patches change the middle place, before the mean."""
    keras.utils.set_random_seed(0)
    model = relations.build_relation(kind)
    last = next(layer for layer in model.layers if layer.name == "mean").input
    inner = keras.Model(model.input, last)
    base = np.random.default_rng(0).normal(size=(1, 28, 28, 1)).astype("float32")
    patches = np.repeat(cut_patches(base, 4), 50, axis=0)
    patches[np.arange(49), np.arange(49)] += np.linspace(-2, 2, 16)
    outputs = np.asarray(inner(join_patches(patches, (28, 28, 1))))
    middle = outputs.reshape(50, 49, -1)[:, 24]
    seen = np.any(np.abs(middle[:-1] - middle[-1]) > 1e-9, axis=1).sum()
    least, most = {
        "attention": (49, 49),
        "no attention": (1, 1),
        "far": (40, 49),
    }.get(kind, (9, 9))
    assert least <= seen <= most


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: transformers.build_vit(patch=5), "`patch` must divide 28 and 28"),
        (lambda: relations.build_relation("wide"), "kind"),
        (lambda: relations.two_marks(0, seed=0), "num_images"),
        (
            lambda: seconds.train_for(
                None, np.zeros((1, 2, 2, 1)), np.zeros(1, int), seconds=0
            ),
            "seconds",
        ),
        (
            lambda: seconds.train_for(None, np.zeros((1, 2, 2, 1)), np.zeros(1, int)),
            "and not both, got inf and None",
        ),
    ],
)
def test_refusals(wrong, message):
    with pytest.raises(ValueError, match=message):
        wrong()
