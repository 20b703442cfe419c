"""What is refused at the door, one case each, and how samples are drawn."""

import numpy as np
import pytest

from cnnbook.assumptions import draw_sample, report
from cnnbook.assumptions.sample import proportional_order

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, size=(200, 4, 5, 1), dtype=np.uint8)
FLOATS = (IMAGES / 255).astype(np.float32)
LABELS = np.arange(200) % 3


def spoiled(value):
    images = FLOATS.copy()
    images[7, 1, 2, 0] = value
    return images


@pytest.mark.parametrize(
    ("images", "labels", "message"),
    [
        (IMAGES[:0], LABELS[:0], r"`images` is empty along n"),
        ([[1, 2]], LABELS, r"must be one array \(n, h, w, c\), got list"),
        (
            np.array([np.zeros((2, 2)), np.zeros((3, 3))], dtype=object),
            LABELS,
            "Bring all images to one size",
        ),
        (IMAGES.reshape(200, 20), LABELS, r"images\[:, None, :, None\]"),
        (IMAGES[..., 0], LABELS, r"add the channel axis: images\[..., None\]"),
        (IMAGES[None], LABELS, r"must be \(n, h, w, c\), got shape \(1, 200"),
        (spoiled(np.nan), LABELS, "got NaN or infinity in 1 of them, first in image 7"),
        (spoiled(np.inf), LABELS, "must be finite"),
        (spoiled(1.5), LABELS, r"must lie in \[0, 1\] where they are floats, got 0"),
        (spoiled(-0.1), LABELS, r"got -0.1 to 1"),
        (IMAGES.astype(int), LABELS, "must be bytes .* or floats .*, got int64"),
        (FLOATS > 0.5, LABELS, "got bool"),
        (IMAGES, LABELS[:-1], "one integer for each of 200 images"),
        (IMAGES, LABELS.astype(float), "must be integers, got float64"),
        (IMAGES, np.eye(3)[LABELS], r"labels.argmax\(axis=1\)"),
        (IMAGES, LABELS - 1, "must be 0 or more, got values from -1"),
        (IMAGES, LABELS * 0 + 4, "two classes or more, got 4 alone"),
        (IMAGES[:159], LABELS[:159], "must be 160 or more for 3 classes, got 159"),
        (IMAGES, np.arange(200), "must be 2000 or more for 200 classes"),
        (IMAGES[:, :3], LABELS, "must have 16 pixel positions or more, got 3 x 5"),
        (IMAGES * 0 + 9, LABELS, "must vary within each channel"),
    ],
)
def test_what_cannot_be_tried_is_refused(images, labels, message):
    with pytest.raises(ValueError, match=message):
        report(images, labels)


@pytest.mark.parametrize("seeds", [(), (0,), (1, 1)])
def test_one_seed_has_no_spread(seeds):
    with pytest.raises(ValueError, match="two or more different integers"):
        report(IMAGES, LABELS, seeds=seeds)


def test_a_row_of_sixteen_is_enough():
    rows = RNG.uniform(size=(200, 1, 16, 1))
    assert draw_sample(rows, LABELS, seed=0).images.shape == (96, 1, 16, 1)


def test_training_and_validation_share_no_image():
    sample = draw_sample(IMAGES, LABELS, seed=0)
    assert len(sample.images) == 96  # three fifths, in batches of 32
    assert len(sample.validation_images) == 104
    assert sorted(sample.positions.tolist()) == list(range(200))


def test_images_and_labels_stay_together():
    labels = np.where(IMAGES[:, 0, 0, 0] > 127, 7, 3)
    sample = draw_sample(IMAGES, labels, seed=1)
    assert set(sample.labels.tolist()) == {0, 1}
    middle = (127.5 / 255 - FLOATS[sample.positions[:96]].mean()) / FLOATS[
        sample.positions[:96]
    ].std()
    for images, classes in (
        (sample.images, sample.labels),
        (sample.validation_images, sample.validation_labels),
    ):
        np.testing.assert_array_equal(images[:, 0, 0, 0] > middle, classes == 1)


def test_training_images_decide_the_standardisation():
    sample = draw_sample(IMAGES, LABELS, seed=0)
    assert sample.images.dtype == np.float32
    assert sample.images.mean() == pytest.approx(0, abs=1e-5)
    assert sample.images.std() == pytest.approx(1, abs=1e-5)
    assert sample.validation_images.mean() != pytest.approx(0, abs=1e-5)


def test_bytes_and_their_floats_give_one_sample():
    first = draw_sample(IMAGES, LABELS, seed=3)
    second = draw_sample(FLOATS, LABELS, seed=3)
    np.testing.assert_allclose(first.images, second.images, atol=1e-6)


def test_seeds_draw_differently_and_repeatably():
    once, again = (draw_sample(IMAGES, LABELS, seed=4).positions for _ in range(2))
    other = draw_sample(IMAGES, LABELS, seed=5).positions
    np.testing.assert_array_equal(once, again)
    assert once.tolist() != other.tolist()


def test_a_half_is_the_beginning():
    sample = draw_sample(IMAGES, LABELS, seed=0)
    images, labels = sample.first(2)
    np.testing.assert_array_equal(images, sample.images[:48])
    np.testing.assert_array_equal(labels, sample.labels[:48])


def test_large_sets_are_cut():
    images = RNG.integers(0, 256, size=(3_000, 4, 4, 1), dtype=np.uint8)
    sample = draw_sample(images, np.arange(3_000) % 2, seed=0)
    assert (len(sample.images), len(sample.validation_images)) == (800, 1_000)


def test_an_order_by_hand():
    # two of class 1 among six: at 0 and at 1/2 of the way
    labels = np.array([0, 0, 0, 0, 1, 1])
    order = proportional_order(labels, np.random.default_rng(0))
    assert sorted(labels[order[:2]].tolist()) == [0, 1]
    assert sorted(labels[order[:3]].tolist()) == [0, 0, 1]
    assert sorted(labels[order[:5]].tolist()) == [0, 0, 0, 1, 1]


def test_every_beginning_holds_the_classes_in_proportion():
    labels = RNG.permutation(np.repeat([0, 1, 2], [300, 90, 10]))
    order = proportional_order(labels, np.random.default_rng(1))
    assert sorted(order.tolist()) == list(range(400))
    counts = np.cumsum(np.eye(3)[labels[order]], axis=0)
    due = np.arange(1, 401)[:, None] * np.array([300, 90, 10]) / 400
    assert (counts < due + 1).all()
    assert (counts[2] == 1).all()  # each class is there from the start
