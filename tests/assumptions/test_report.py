"""Reports: put together from given measurements, and, slowly, on new data sets.

The five sets on which the advice grew up are tried on the page `assumptions`.
"""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.datasets import make_classification

from cnnbook import assumptions, data
from cnnbook.assumptions import reporting, summary, trials

NUM = 200


def smooth_data(seed=0):
    """Images that are brighter to one side: neighbors alike, two classes."""
    rng = np.random.default_rng(seed)
    labels = np.arange(NUM) % 2
    steps = rng.normal(size=(NUM, 8, 8)).cumsum(axis=1).cumsum(axis=2)
    images = (steps - steps.min()) / np.ptp(steps)
    return images[..., None].astype(np.float32), labels


def given(order=((0.9, 0.7), (0.8, 0.8)), linear=0.8):
    """What `_measure` answers, without training: two seeds that agree."""
    cnn, mlp = (np.array([pair, pair]) for pair in order)
    pairs = np.array([[1.0, 0.5]] * 2)
    return {
        "order": {"CNN": cnn, "MLP": mlp},
        "curve": {
            "CNN": np.array([[0.8, 0.85, cnn[0, 0]]] * 2),
            "logistic regression": np.full((2, 3), linear),
        },
        "memory": {
            "as they are": np.array([[0.95, 0.9]] * 2),
            "labels shuffled": pairs,
            "images of noise": pairs,
        },
        "shifted": np.array([[0.9, 0.8, 0.7, 0.6]] * 2),
    }


@pytest.fixture
def untrained(monkeypatch):
    def set_measured(measured):
        monkeypatch.setattr(reporting, "_measure", lambda *_: measured)

    set_measured(given())
    return set_measured


def make(images=None, labels=None):
    if images is None:
        images, labels = smooth_data()
    return assumptions.report(images, labels, seeds=(0, 1))


def test_a_report_holds_the_measurements_and_the_advice(untrained):
    report = make()
    assert report.advice == "cnn"
    np.testing.assert_allclose(report.gap, [0.2, 0.2])
    np.testing.assert_allclose(report.lead, [0.1, 0.1])
    assert report.sizes.tolist() == [24, 48, 96]
    assert (report.few, report.chance) == (96, 0.5)


def test_the_rival_is_the_better_of_two(untrained):
    untrained(given(linear=0.95))
    report = make()
    np.testing.assert_allclose(report.lead, [-0.05, -0.05])
    assert report.advice == "not yet"


def test_without_a_gap_the_advice_is_to_wait(untrained):
    untrained(given(order=((0.9, 0.9), (0.8, 0.8))))
    assert make().advice == "not yet"


def test_shuffled_pixels_are_seen_by_correlation_alone(untrained):
    images, labels = smooth_data()
    order = np.random.default_rng(0).permutation(64)
    assert make(assumptions.permute_pixels(images, order), labels).advice == "no cnn"


def test_the_summary_is_in_sentences(untrained):
    text = repr(make())
    assert text.startswith("Advice: cnn. A CNN fits these data.\n  because: Neighbors")
    assert "goes from 0.90 to 0.80, 0.70 and 0.60" in text
    assert "On 24, 48, 96 images: CNN 0.80, 0.85, 0.90; logistic" in text
    assert "With labels shuffled: 1.00 on the training images, 0.50" in text
    assert "augmentation" in text
    assert "warning" not in text


@pytest.mark.parametrize(
    ("advice", "after_one_pixel", "told"),
    [("cnn", 0.6, True), ("cnn", 0.89, False), ("no cnn", 0.6, False)],
)
def test_a_fragile_network_of_use_is_told_of_augmentation(
    untrained, advice, after_one_pixel, told
):
    shifted = np.array([[0.9, after_one_pixel, 0.6, 0.5]] * 2)
    report = replace(make(), advice=advice, shifted=shifted)
    assert ("augmentation" in repr(report)) is told


def test_html_says_the_same(untrained):
    report = make()
    html = report._repr_html_()
    assert "<strong>Advice: cnn.</strong>" in html
    assert html.count("<li>") == len(repr(report).splitlines()) - 1


def test_copies_and_wrong_labels_are_warned_of(untrained):
    images, labels = smooth_data()
    images[100:140], labels[100:140] = images[:40], labels[:40]
    labels[100] = 1 - labels[100]
    warnings = make(images, labels).warnings
    assert warnings[0] == "40 images are exact copies of others."
    assert warnings[1] == "1 images stand under different labels."
    assert "exact and" in warnings[2]


@pytest.mark.parametrize(("near", "warned"), [(0, 0), (4, 0), (5, 1), (200, 1)])
def test_near_copies_beyond_a_fiftieth_are_warned_of(near, warned):
    pair = {"exact copies": 0, "near copies": near}
    whole = SimpleNamespace(copies_within={"all": 0}, conflicts=[])
    parts = SimpleNamespace(pairs_table=lambda: [pair], num_images={"validation": 200})
    found = summary.warnings(np.array([100, 100]), whole, parts)
    assert len(found) == warned
    assert all(f"0 are exact and {near} near" in sentence for sentence in found)


def test_unequal_classes_are_warned_of(untrained):
    images, _ = smooth_data()
    warnings = make(images, (np.arange(NUM) < 15).astype(int)).warnings
    assert "largest class has 185 images, the smallest 15" in warnings[0]


def test_what_the_plot_takes(untrained):
    report = make()
    assert set(report.arrays()) == {
        "distances",
        "correlation",
        "order",
        "sizes",
        "curve",
        "shifts",
        "shifted",
        "memory",
    }


@pytest.mark.slow
def test_a_report_by_training_is_whole_and_repeats(monkeypatch):
    monkeypatch.setattr(trials, "STEPS", 20)  # whole, if not wise
    brief = replace(trials.RECIPE, steps_per_execution=20)
    monkeypatch.setattr(trials, "RECIPE", brief)
    images, labels = smooth_data()
    first, second = (assumptions.report(images, labels, seeds=(3, 4)) for _ in "ab")
    assert first.order["CNN"].shape == first.order["MLP"].shape == (2, 2)
    assert first.curve["CNN"].shape == (2, 3)
    assert first.shifted.shape == (2, 4)
    assert set(first.memory) == {"as they are", "labels shuffled", "images of noise"}
    accuracies = np.concatenate([first.order["CNN"].ravel(), first.shifted.ravel()])
    assert ((accuracies >= 0) & (accuracies <= 1)).all()
    assert repr(first) == repr(second)


def in_unit_range(values):
    return (values - values.min()) / np.ptp(values)


def series():
    """Rows of 40 values: each step alone, or dragged along by the one before."""
    rng = np.random.default_rng(0)
    steps = rng.normal(size=(800, 41))
    labels = np.arange(800) % 2
    dragged = (steps[:, 1:] + steps[:, :-1]) / np.sqrt(2)
    rows = np.where(labels[:, None] == 1, dragged, steps[:, 1:])
    return in_unit_range(rows)[:, None, :, None], labels


def made_up_table():
    columns, labels = make_classification(
        1_000, 36, n_informative=12, n_redundant=12, n_classes=3, random_state=0
    )
    return in_unit_range(columns).reshape(-1, 6, 6, 1), labels


@pytest.mark.slow
@pytest.mark.parametrize(("load", "word"), [(series, "cnn"), (made_up_table, "no cnn")])
def test_the_advice_is_right_where_the_rule_was_not_made(load, word):
    assert assumptions.report(*load(), seeds=(0, 1, 2)).advice == word


@pytest.mark.slow
def test_pictures_too_small_to_show_a_gap_are_not_taken_for_tables():
    fashion = data.load_fashion_mnist()
    images, labels = fashion.train_images[:6_000], fashion.train_labels[:6_000]
    half = images.reshape(-1, 14, 2, 14, 2, 1).mean(axis=(2, 4)) / 255
    report = assumptions.report(half, labels, seeds=(0, 1, 2))
    assert report.correlation.locality > 2
    assert report.advice != "no cnn"
