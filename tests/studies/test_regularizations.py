"""What is compared to keep a network from learning by heart, and how it is read."""

from dataclasses import fields

import numpy as np
import pytest

from cnnbook.studies import regularizations
from cnnbook.studies.cases import Case
from cnnbook.studies.regularizations import (
    DROPOUT_RATES,
    FEW,
    KINDS,
    MANY,
    NONE,
    RATES_AND_SIZES,
    REGULARIZATIONS,
    gaps,
    norm_name,
    regularization_entry,
    regularization_runs,
    together,
)


def changes(case, base):
    """The fields of architecture, recipe and case in which `case` differs."""
    found = {}
    for part in ("architecture", "recipe"):
        here, there = getattr(case, part), getattr(base, part)
        found |= {
            field.name: getattr(here, field.name)
            for field in fields(here)
            if getattr(here, field.name) != getattr(there, field.name)
        }
    if case.num_images != base.num_images:
        found["num_images"] = case.num_images
    return found


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("none", {}),
        ("head dropout 0.8", {"dropout": 0.8}),
        ("values dropout 0.1", {"conv_dropout": 0.1}),
        ("maps dropout 0.3", {"spatial_dropout": 0.3}),
        ("penalty 0.01", {"l2": 0.01}),
        ("decay 3", {"optimizer": "adamw", "weight_decay": 3.0}),
        ("plain rate 0.03 batch 64", {"peak": 0.03}),
        ("norm rate 0.003 batch 256", {"norm": True, "batch_size": 256}),
        ("smoothing 0.3", {"label_smoothing": 0.3}),
        ("shift 0", {"shift": 0}),
        ("dropout longer", {"dropout": 0.5, "epochs": 120}),
    ],
)
def test_a_name_says_what_is_changed(name, expected):
    assert changes(REGULARIZATIONS[name], NONE) == expected


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_tried_on_few_and_on_many_images(kind):
    assert changes(REGULARIZATIONS[FEW[kind]], NONE) == KINDS[kind]
    assert changes(REGULARIZATIONS[f"many {kind}"], MANY) == KINDS[kind]


def test_together_has_every_kind_and_can_leave_one_out():
    everything = {
        "dropout": 0.5, "optimizer": "adamw", "weight_decay": 1.0, "norm": True,
        "label_smoothing": 0.1, "shift": 1,
    }  # fmt: skip
    assert together() == everything
    assert changes(REGULARIZATIONS["together"], NONE) == everything
    assert changes(REGULARIZATIONS["many together"], MANY) == everything
    assert together("norm", "smoothing") == {"norm": True, "label_smoothing": 0.1}
    del everything["dropout"]
    assert changes(REGULARIZATIONS["together but dropout"], NONE) == everything


def test_few_and_many_images_get_about_as_many_steps():
    for base in (NONE, MANY):
        per_epoch = -(-base.num_images // base.recipe.batch_size)
        assert 550 <= per_epoch * base.recipe.epochs <= 650


def test_every_setting_of_the_tables_has_a_case():
    names = {norm_name(norm, *pair) for pair in RATES_AND_SIZES for norm in (0, 1)}
    names |= {f"{p} dropout {r:g}" for p, rates in DROPOUT_RATES.items() for r in rates}
    assert names <= set(REGULARIZATIONS)
    assert norm_name(False, 0.003, 64) == "none"
    assert norm_name(True, 0.003, 64) != "none"


def test_the_history_is_kept_where_there_is_a_curve(monkeypatch):
    monkeypatch.setattr(
        Case, "run", lambda case, data, *, seed: {"history": data, "seed": seed}
    )
    with_curve, without = REGULARIZATIONS["none"], REGULARIZATIONS["decay 1"]
    assert regularization_entry(with_curve, "data", seed=2) == {
        "history": "data",
        "seed": 2,
    }
    assert regularization_entry(without, "data", seed=1) == {"seed": 1}


def test_runs_are_all_cases_with_three_seeds(monkeypatch):
    monkeypatch.setattr(
        regularizations, "regularization_entry", lambda *args, seed: (*args, seed)
    )
    runs = regularization_runs("data")
    assert len(runs) == 3 * len(REGULARIZATIONS)
    assert runs["many norm 2"]() == (REGULARIZATIONS["many norm"], "data", 2)


def test_gaps_are_training_minus_validation():
    record = {
        "entries": {
            f"none {seed}": {"train_accuracy": 0.9, "accuracy": 0.8 - seed / 10}
            for seed in (0, 1, 2)
        }
    }
    np.testing.assert_allclose(gaps(record, "none"), [0.1, 0.2, 0.3])
