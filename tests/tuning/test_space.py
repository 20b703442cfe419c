"""Spaces: values by hand, laws of draws and grids, refusals, JSON and back."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnbook.tuning import Choice, Integer, Real, Space

SPACE = Space(
    {
        "rate": Real(1e-4, 0.1, log=True),
        "width": Integer(4, 16, log=True),
        "depth": Integer(1, 3),
        "dropout": Real(0, 0.5),
        "optimizer": Choice(("adam", "sgd")),
    }
)


def test_a_real_number_by_hand():
    assert [Real(0, 10).at(u) for u in (0, 0.25, 1)] == [0, 2.5, 10]
    np.testing.assert_allclose(Real(1e-4, 1, log=True).levels(3), [1e-4, 1e-2, 1])
    assert Real(2, 4).levels(1) == [3]


def test_a_whole_number_by_hand():
    assert Integer(4, 16, log=True).levels(3) == [4, 8, 16]
    assert Integer(1, 3).levels(3) == [1, 2, 3]
    assert Integer(1, 2).levels(5) == [1, 2]


def test_every_whole_number_is_equally_likely():
    draws = [Integer(1, 4).at((i + 0.5) / 4000) for i in range(4000)]
    assert np.bincount(draws, minlength=5).tolist() == [0, 1000, 1000, 1000, 1000]


def test_a_choice_by_hand():
    options = Choice(("a", "b", "c", "d"))
    assert [options.at(u) for u in (0, 0.26, 0.99, 1)] == ["a", "b", "d", "d"]
    assert options.levels(2) == ["a", "d"]
    assert options.levels(9) == ["a", "b", "c", "d"]


@given(seed=st.integers(0, 10_000))
def test_every_draw_lies_in_the_space(seed):
    SPACE.require(SPACE.sample(np.random.default_rng(seed)))


def test_a_logarithmic_draw_gives_each_decade_its_share():
    rng = np.random.default_rng(0)
    rates = np.array([SPACE.sample(rng)["rate"] for _ in range(3000)])
    shares = np.histogram(np.log10(rates), bins=[-4, -3, -2, -1])[0] / 3000
    np.testing.assert_allclose(shares, 1 / 3, atol=0.03)


def test_a_grid_has_every_combination_once_and_the_last_runs_fastest():
    grid = Space({"a": Integer(1, 2), "b": Choice(("x", "y", "z"))}).grid(
        {"a": 2, "b": 3}
    )
    assert [(c["a"], c["b"]) for c in grid] == [
        (1, "x"), (1, "y"), (1, "z"), (2, "x"), (2, "y"), (2, "z")
    ]  # fmt: skip


def test_one_level_is_the_middle():
    space = Space({"a": Integer(1, 3), "b": Choice(("x", "y", "z"))})
    assert space.grid(1) == [{"a": 2, "b": "y"}]


def test_a_space_survives_json():
    again = Space.from_json(json.loads(json.dumps(SPACE.to_json())))
    assert again == SPACE


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Real(1, 1), "`low` must be a number below `high`"),
        (lambda: Real("a", 1), "`low` must be a number below `high`"),
        (lambda: Real(0, float("inf")), "must be finite"),
        (lambda: Real(0, 1, log=True), "`low` must be above 0 where `log` is on"),
        (lambda: Integer(1, 2.5), "`high` of an Integer must be whole"),
        (lambda: Choice(()), "`options` must be one value or more"),
        (lambda: Choice((1, 1)), "none twice"),
        (lambda: Space({}), "must hold one name or more"),
        (lambda: Space({"x": 3}), r"For a fixed value: Choice\(\(3,\)\)"),
        (lambda: SPACE.grid({"rate": 2}), "levels of 'width'"),
        (lambda: SPACE.grid(0), "levels of 'rate'"),
        (lambda: SPACE.require({"rate": 1}), "must have the names rate, width"),
        (lambda: Space.from_json({"x": {"kind": "float"}}), "`kind` of 'x' must be"),
        (lambda: Space.from_json({"x": {"kind": "real"}}), "'x' is no real"),
    ],
)
def test_impossible_spaces_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    ("name", "value"),
    [("rate", 0.2), ("rate", True), ("width", 4.0), ("depth", 0), ("optimizer", "x")],
)
def test_a_value_outside_is_named(name, value):
    config = SPACE.sample(np.random.default_rng(0)) | {name: value}
    with pytest.raises(ValueError, match=rf"config\['{name}'\]"):
        SPACE.require(config)
