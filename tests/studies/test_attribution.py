"""Scenes with a mark: what the record judges the networks on."""

import numpy as np
import pytest

from cnnbook import evaluation
from cnnbook.data.scenes import plant_tag, scenes
from cnnbook.studies import attribution


@pytest.fixture
def judged(monkeypatch):
    """The entry of a short training, and the images that were judged, set by set."""
    seen = []
    predict = evaluation.predict

    def look(model, images, **options):
        seen.append(images)
        return predict(model, images, **options)

    short = attribution.Recipe(epochs=1, batch_size=32, peak=0.005)
    monkeypatch.setattr(attribution, "SHORT", short)
    monkeypatch.setattr(attribution, "NUM_MARKED", 64)
    monkeypatch.setattr(attribution, "NUM_JUDGED", 3)
    monkeypatch.setattr(evaluation, "predict", look)
    return attribution.shortcut_entry(seed=0), seen


def test_scenes_are_judged_with_marks_without_and_with_marks_on_all(judged):
    entry, sets = judged
    assert list(entry["recalls"]) == [
        "marked",
        "no marks",
        "marks everywhere",
        "mended",
    ]
    held_out = scenes(600, seed=1)
    shown, mark = plant_tag(held_out, 0)
    marked, plain, everywhere, mended = sets
    np.testing.assert_array_equal(marked, shown.images)
    np.testing.assert_array_equal(plain, held_out.images)
    np.testing.assert_array_equal(mended, held_out.images)
    first = held_out.labels == 0
    np.testing.assert_array_equal(everywhere[first], shown.images[first])
    np.testing.assert_array_equal(everywhere[:, ~mark], held_out.images[:, ~mark])
    assert (everywhere[:, mark] == shown.images[first][:, mark].max()).all()


def test_an_entry_has_a_rate_for_each_method_and_class(judged):
    entry, _ = judged
    assert set(entry["hits"]) == {
        *attribution.card.METHODS,
        *attribution.card.BASELINES,
    }
    for rates in entry["recalls"].values():
        assert len(rates) == 3
        assert all(0 <= rate <= 1 for rate in rates)
    for hits in entry["hits"].values():
        assert {3 * hits["mark"], 3 * hits["shape"]} <= {0, 1, 2, 3}
