"""A stored record is of the runs that the package would make today.

Every run is made again with a `fit` that learns nothing. Whatever does not depend on
what is learned has to come out as it is stored: network, recipe, sizes, keys.
"""

from types import SimpleNamespace

import keras
import numpy as np
import pytest

from cnnbook import evaluation
from cnnbook.records import load_record
from cnnbook.training import Recipe
from tools import records
from tools.notebook_files import ROOT

# of the records whose entries say how they were trained; one run in so many is tried
TRIED = {
    "architecture": 2,
    "augmentation": 1,
    "detection": 1,
    "fashion-mnist-accurate": 1,
    "fashion-mnist-networks": 1,
    "knobs": 7,
    "modern-blocks": 2,
    "normalization": 1,
    "optimization": 3,
    "pooling": 1,
    "regularization": 2,
    "relations": 1,
}
# what has to be learned from, or is measured of this process
LEARNED = ("range ", "memory ")
SAME = (
    "parameters macs network kind architecture num_images seed epochs judged_on".split()
)
CAME_LATER = {"cpu_seconds"}  # older entries lack it


def fit_nothing(model, *_, epochs, callbacks=(), validation_data=None, **__):
    """As `fit` ends: callbacks were called, and there is a history."""
    names = ["loss", "accuracy"]
    if validation_data is not None:
        names += ["val_loss", "val_accuracy"]
    for callback in callbacks:
        callback.set_model(model)
    for epoch in range(epochs):
        for callback in callbacks:
            callback.on_epoch_begin(epoch)
            callback.on_test_begin()
            callback.on_epoch_end(epoch, dict.fromkeys(names, 0.5))
    return SimpleNamespace(history={name: [0.5] * epochs for name in names})


def guess_nothing(model, images, **_):
    return np.zeros((len(images), model.output_shape[-1]), np.float32)


@pytest.fixture(scope="module", autouse=True)
def nothing_is_learned():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keras.Model, "fit", fit_nothing)
        patch.setattr(evaluation, "predict_scores", guess_nothing)
        yield


def stored(name):
    return load_record(name, folder=ROOT / "chapters" / "records")["entries"]


@pytest.mark.parametrize("name", TRIED)
def test_a_record_is_of_the_runs_in_the_package(name):
    runs, entries = records.RECORDS[name](), stored(name)
    assert set(runs) == set(entries)
    seed = min(entry.get("seed", 0) for entry in entries.values())
    tried = [
        key
        for key in sorted(runs)
        if entries[key].get("seed") == seed and not key.startswith(LEARNED)
    ]
    assert tried
    for key in tried[:: TRIED[name]]:
        found = runs[key]()
        # the other seeds are of the same run
        for other in (k for k in entries if _run(k) == _run(key)):
            again = found | {"seed": int(other.rpartition(" ")[2])}
            check_same(again, entries[other], other)


def check_same(found, kept, key):
    """What was made now and what is stored, in all that is not learned."""
    assert set(found) - CAME_LATER <= set(kept) <= set(found), key
    for field in kept.keys() & set(SAME):
        assert _as_stored(found[field]) == kept[field], (key, field)
    if "recipe" in kept:
        # a field that came later has its default
        then = {k: _as_given(v) for k, v in kept["recipe"].items()}
        assert Recipe(**found["recipe"]) == Recipe(**then), key


def _run(key):
    """The key of an entry without its seed."""
    return key.rpartition(" ")[0]


def _as_stored(value):
    """JSON knows lists alone."""
    if isinstance(value, dict):
        return {key: _as_stored(one) for key, one in value.items()}
    return list(value) if isinstance(value, tuple) else value


def _as_given(value):
    return tuple(value) if isinstance(value, list) else value
