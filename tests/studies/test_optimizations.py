"""How training is compared: which cases, what is read from their record."""

import json

import keras
import numpy as np
import pytest

from cnnbook import evaluation, studies
from cnnbook.records import load_record
from cnnbook.studies import memory, optimizations
from cnnbook.studies.cases import Case
from cnnbook.studies.optimizations import RATES, rate_case, rate_values
from cnnbook.training import sharpness


def test_every_name_stands_for_its_case():
    case = rate_case("SGD", 0.1, "one-cycle")
    assert (case.recipe.optimizer, case.recipe.momentum) == ("sgd", 0)
    assert (case.recipe.peak, case.recipe.one_cycle) == (0.1, True)
    assert rate_case("Adam", 0.003) == Case()
    found = optimizations.rate_cases()["AdamW constant 0.01"].recipe
    assert (found.optimizer, found.weight_decay, found.peak) == ("adamw", 0.004, 0.01)


def test_two_optimizers_are_tried_over_five_decades():
    for name in ("Adam", "SGD+momentum"):
        assert RATES[name] == tuple(sorted(RATES[name]))
        assert RATES[name][-1] / RATES[name][0] == pytest.approx(1e5)


def test_batches_share_the_rate_or_the_rate_for_each_image():
    cases = optimizations.batch_cases()
    assert len(cases) == 11
    for name, case in cases.items():
        _, size, kind = name.split()
        rate = case.recipe.peak
        assert case.recipe.batch_size == int(size)
        by = 64 if kind == "fixed" else int(size)
        assert rate / by == pytest.approx(optimizations.BATCH_RATE / 64)


def test_the_record_holds_every_run():
    data = studies.FashionData(*[(np.zeros((1, 28, 28, 1)), np.zeros(1, int))] * 3)
    record = load_record("optimization")
    assert set(record["entries"]) == set(optimizations.optimization_runs(data))


def made_up_record(optimizer, schedule, table):
    return {
        "entries": {
            f"{optimizer} {schedule} {rate:g} {seed}": {"accuracy": rate + seed}
            for rate in table
            for seed in (0, 1, 2)
        }
    }


def test_values_are_read_by_seed_and_rate():
    rates, found = rate_values(
        made_up_record("Adam", "constant", RATES["Adam"]), "Adam"
    )
    np.testing.assert_array_equal(rates, RATES["Adam"])
    np.testing.assert_allclose(found, rates + np.arange(3)[:, None])
    table = optimizations.SCHEDULED_RATES["SGD+momentum"]
    record = made_up_record("SGD+momentum", "cosine", table)
    assert rate_values(record, "SGD+momentum", "cosine")[0].tolist() == list(table)


def test_the_better_rate_is_better_on_average():
    rates = optimizations.SCHEDULED_RATES["Adam"]
    record = made_up_record("Adam", "step", rates)
    rate, runs = optimizations.best_rate(record, "Adam", "step")
    assert rate == max(rates)
    np.testing.assert_allclose(runs, [rate, rate + 1, rate + 2])


@pytest.fixture
def batches_of_32():
    """Two kinds of runs over four epochs; the fixed rate ends higher."""
    entries = {}
    for seed in (0, 1, 2):
        for kind, end, seconds in (("fixed", 0.8, 8.0), ("scaled", 0.4, 2.0)):
            entries[f"batch 32 {kind} {seed}"] = {
                "accuracy": end + seed / 10,
                "cpu_seconds": seconds + (100 if seed == 0 else 0),
                "history": {"val_accuracy": [0.5, 0.3, 0.3, end + seed / 10]},
            }
        entries[f"batch 64 fixed {seed}"] = {"accuracy": 0.1 * seed}
    return {"entries": entries}


def test_batches_are_read_by_kind_and_64_is_of_both(batches_of_32):
    found = optimizations.batch_values(batches_of_32, 32, "scaled")
    np.testing.assert_allclose(found, [0.4, 0.5, 0.6])
    found = optimizations.batch_values(batches_of_32, 64, "scaled")
    np.testing.assert_allclose(found, [0, 0.1, 0.2])
    with pytest.raises(ValueError, match="`kind` must be one of 'fixed', 'scaled'"):
        optimizations.batch_values(batches_of_32, 32, "large")


def test_the_seconds_of_a_batch_are_a_median(batches_of_32):
    """Of 108, 8, 8, 102, 2 and 2."""
    assert optimizations.batch_seconds(batches_of_32, 32) == 8


def test_an_accuracy_between_epochs_lies_on_a_line(batches_of_32):
    found = optimizations.batch_accuracy(batches_of_32, 32, epochs=3.5)
    np.testing.assert_allclose(found, [0.55, 0.6, 0.65])
    found = optimizations.batch_accuracy(batches_of_32, 32, epochs=1.5)
    np.testing.assert_allclose(found, [0.4, 0.4, 0.4])


@pytest.fixture(scope="module")
def few():
    """Real images, but few: 2,050 for validation, of which 50 judge."""
    whole = studies.fashion_data()
    held_out = tuple(part[:2_050] for part in whole.validation)
    return studies.FashionData(whole.train, held_out, whole.test)


TINY = Case().change(widths=(2, 3), hidden=4, epochs=2, num_images=128, curve=True)


def test_a_long_run_is_judged_after_each_epoch_by_images_outside_its_curve(few):
    entry = optimizations.long_entry(TINY, few, seed=0)
    judged = entry["history"]["judged_accuracy"]
    assert len(judged) == len(entry["history"]["val_accuracy"]) == 2
    right = entry["accuracy"] * 2_050 - entry["history"]["val_accuracy"][-1] * 2_000
    assert judged[-1] == pytest.approx(right / 50, abs=0.05)
    json.dumps(entry)


def test_a_batch_entry_adds_the_sharpness(few, monkeypatch):
    asked = []

    def measure(model, images, labels):
        asked.append((len(images), len(labels)))
        return sharpness(model, images, labels)

    monkeypatch.setattr(optimizations, "sharpness", measure)
    entry = optimizations.batch_entry(TINY, few, seed=0)
    assert asked == [(500, 500)]
    assert entry["sharpness"] > 0
    assert {"accuracy", "cpu_seconds", "history"} < entry.keys()


def test_a_range_entry_is_plain_and_short(few, monkeypatch):
    small = TINY.change(num_images=256)
    monkeypatch.setattr(optimizations, "rate_case", lambda name, rate: small)
    entry = json.loads(json.dumps(optimizations.range_entry("Adam", few, seed=0)))
    assert len(entry["rates"]) == len(entry["losses"]) <= 8
    assert entry["rates"][0] == 1e-6
    assert entry["suggestion"] in [pytest.approx(rate / 10) for rate in entry["rates"]]


def test_the_judge_counts_right_answers():
    images = np.zeros((4, 2, 2, 1), "float32")
    inputs = keras.Input((2, 2, 1))
    model = keras.Model(
        inputs,
        keras.layers.Dense(3, bias_initializer="ones")(keras.layers.Flatten()(inputs)),
    )
    judge = optimizations.Judge(images, np.array([0, 0, 0, 2]))
    judge.set_model(model)
    logs = {"loss": 1.0}
    judge.on_epoch_end(0, logs)
    assert logs["judged_accuracy"] == 0.75
    assert evaluation.predict(model, images).tolist() == [0] * 4


def test_memory_is_what_the_steps_add_to_the_peak(monkeypatch):
    monkeypatch.setattr(memory, "peak_memory", iter([100.0, 130.0]).__next__)
    found = memory.memory_of_steps(2, "forward", num_steps=1)
    assert found == {"megabytes_before": 100.0, "megabytes": 30.0}


def test_training_takes_memory_for_the_outputs_of_its_layers():
    entry = memory.memory_entry(256, "training")
    layers = memory.LARGE_MAPS.build((28, 28, 1)).layers
    sizes = [int(np.prod(layer.output.shape[1:])) for layer in layers]
    outputs = 256 * 4 * sum(sizes) / 1e6
    assert 0.5 * outputs < entry["megabytes"] < 4 * outputs
    assert (entry["batch_size"], entry["mode"]) == (256, "training")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0, "training"), "`batch_size` must be 1 or more"),
        ((1, "backward"), "`mode` must be one of 'forward', 'training'"),
    ],
)
def test_what_takes_no_memory_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        memory.memory_of_steps(*arguments)
