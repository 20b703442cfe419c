"""Cases of a comparison: one choice changed, repeatable, read from a record."""

import numpy as np
import pytest

from cnnbook import evaluation, studies
from cnnbook.studies import cases
from cnnbook.studies.cases import Case, case_curves, case_runs, case_values, half_size

TINY = Case().change(widths=(2, 3), hidden=4, epochs=2, num_images=256, curve=True)


@pytest.fixture(scope="module")
def fashion():
    whole = studies.fashion_data()
    few = tuple(part[:600] for part in whole.validation)
    return studies.FashionData(whole.train, few, whole.test)


@pytest.fixture(scope="module")
def entries(fashion):
    """Two seeds of one case, the first of them twice, with another case between."""
    ran = [TINY.run(fashion, seed=seed) for seed in (0, 1)]
    TINY.change(epochs=1, curve=False).run(fashion, seed=0)
    return [*ran, TINY.run(fashion, seed=0)]  # compiled anew


def test_half_size_is_the_mean_of_four_pixels():
    image = np.arange(16.0).reshape(1, 4, 4, 1)
    assert half_size(image)[0, :, :, 0].tolist() == [[2.5, 4.5], [10.5, 12.5]]


def test_half_size_keeps_images_and_channels_apart():
    images = np.random.default_rng(0).normal(size=(3, 4, 6, 2))
    found = half_size(images)
    assert found.shape == (3, 2, 3, 2)
    assert found[2, 1, 0, 1] == pytest.approx(images[2, 2:4, 0:2, 1].mean())


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((1, 3, 4, 1), "even height and width, got 3 x 4. Crop them first"),
        ((1, 4, 3, 1), "even height and width, got 4 x 3"),
        ((4, 4, 1), r"add the batch axis: images\[None\]"),
    ],
)
def test_half_size_says_what_it_cannot_halve(shape, message):
    with pytest.raises(ValueError, match=message):
        half_size(np.zeros(shape))


def test_a_change_is_sorted_into_its_part():
    changed = Case().change(widths=(8,), peak=0.01, num_images=99, size=28)
    assert (changed.architecture.widths, changed.recipe.peak) == ((8,), 0.01)
    assert (changed.num_images, changed.size) == (99, 28)
    same = changed.change(widths=(16, 32), peak=0.003, num_images=4_000, size=14)
    assert same == Case()


def test_a_part_can_be_exchanged_whole():
    other = TINY.architecture
    assert Case().change(architecture=other).architecture is other


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"colour": 1, "breadth": 2}, "got breadth, colour. See their documentation"),
        ({"size": 20}, "`size` must be one of 14, 28, got 20"),
        ({"epochs": 0}, "`epochs` must be 1 or more"),
        ({"head": "flat"}, "`head` must be one of"),
    ],
)
def test_a_change_that_cannot_be_is_refused(choices, message):
    with pytest.raises(ValueError, match=message):
        Case().change(**choices)


def test_a_run_repeats_bit_for_bit_and_another_seed_differs(entries):
    first, other, again = entries
    for entry in entries:  # the clock does not repeat
        del entry["seconds"], entry["cpu_seconds"]
    assert first == again
    assert first["history"]["loss"] != other["history"]["loss"]


def test_a_run_says_what_was_run(entries):
    first = entries[0]
    assert first["architecture"]["widths"] == (2, 3)
    assert (first["recipe"]["epochs"], first["num_images"]) == (2, 256)
    dense = (9 * 14 * 14 * 1 * 2) + (9 * 7 * 7 * 2 * 3) + 3 * 9 * 4 + 4 * 10
    assert first["macs"] == dense
    assert first["judged_on"] == "validation"


@pytest.mark.parametrize("size", [14, 28])
def test_what_is_measured_is_of_images_as_they_are(fashion, monkeypatch, size):
    kept = []

    class Kept(cases.Trainer):
        def train(self, *arguments, **options):
            kept.append((super().train(*arguments, **options), options))
            return kept[-1][0]

    monkeypatch.setattr(cases, "Trainer", Kept)
    cases.trainer_of.cache_clear()
    entry = TINY.change(size=size, dropout=0.5, shift=1, epochs=1).run(fashion, seed=4)
    cases.trainer_of.cache_clear()
    (result, options), *_ = kept

    def sized(images):
        return images if size == 28 else half_size(images)

    for key, (images, labels) in (
        ("accuracy", fashion.validation),
        ("train_accuracy", fashion.first(256)),
    ):
        scores = result.model.predict(sized(images), verbose=0)
        assert entry[key] == np.mean(scores.argmax(axis=1) == labels)
    images, labels = fashion.validation
    scores = result.model.predict(sized(images), verbose=0)
    chances = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    expected = evaluation.reliability(labels, chances).calibration_error
    assert entry["calibration_error"] == pytest.approx(expected, abs=1e-4)
    assert options["validation"][0].shape == (600, size, size, 1)


def test_a_curve_is_of_the_first_images_and_only_where_asked(fashion, monkeypatch):
    seen = []
    monkeypatch.setattr(cases, "NUM_CURVE", 100)

    class Spy:
        def train(self, data, *, seed, validation, callbacks):
            seen.append(validation)
            raise InterruptedError

    monkeypatch.setattr(cases, "trainer_of", lambda *_: Spy())
    for curve in (True, False):
        with pytest.raises(InterruptedError):
            TINY.change(curve=curve).run(fashion, seed=0)
    np.testing.assert_array_equal(seen[0][0], half_size(fashion.validation[0][:100]))
    np.testing.assert_array_equal(seen[0][1], fashion.validation[1][:100])
    assert seen[1] is None


def test_runs_are_named_by_case_and_seed(fashion, monkeypatch):
    monkeypatch.setattr(Case, "run", lambda self, data, *, seed: (self, data, seed))
    runs = case_runs({"a": TINY, "b c": Case()}, fashion, seeds=(5, 6))
    assert list(runs) == ["a 5", "a 6", "b c 5", "b c 6"]
    assert runs["b c 6"]() == (Case(), fashion, 6)
    assert len(case_runs({"a": TINY}, fashion)) == 3


def test_values_and_curves_are_read_seed_by_seed():
    record = {
        "entries": {
            f"{name} {seed}": {
                "accuracy": seed / 10 + extra,
                "macs": 7,
                "history": {"val_accuracy": [seed, seed + 1], "loss": [3, 2]},
            }
            for name, extra in (("a", 0), ("a b", 0.5))
            for seed in (0, 1, 2)
        }
    }
    np.testing.assert_allclose(case_values(record, "a b"), [0.5, 0.6, 0.7])
    assert case_values(record, "a", "macs", seeds=(2, 0)).tolist() == [7, 7]
    assert case_curves(record, "a").tolist() == [[0, 1], [1, 2], [2, 3]]
    assert case_curves(record, "a b", "loss", seeds=(1,)).tolist() == [[3, 2]]
    with pytest.raises(KeyError, match="none 0"):
        case_values(record, "none")
