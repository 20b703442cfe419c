"""Counts and themes of the register."""

import dataclasses

import pytest

from cnnbook.claims import Claim, load_register, summary

UPHELD = Claim("M01", "1", "exact", "So.", "upheld", "", "math/a")
MAYBE = dataclasses.replace(UPHELD, id="T02", verdict="conditional", condition="If.")
OPEN = dataclasses.replace(UPHELD, id="T03", kind="code", verdict=None, page=None)
CLAIMS = [UPHELD, MAYBE, OPEN]


def test_tally_by_hand():
    assert summary.tally(CLAIMS, summary.part_of) == {
        "Mathematics": {"upheld": 1, "conditional": 0, "refuted": 0, "open": 0},
        "Training": {"upheld": 0, "conditional": 1, "refuted": 0, "open": 1},
    }
    kinds = summary.tally(CLAIMS, lambda claim: claim.kind)
    assert list(kinds) == ["exact", "code"]
    assert kinds["exact"]["conditional"] == 1


def test_a_tally_counts_every_claim_once():
    register = load_register()
    for by in (summary.part_of, lambda claim: claim.kind):
        table = summary.tally(register.values(), by)
        assert sum(sum(row.values()) for row in table.values()) == len(register)


def test_recurring_by_hand():
    assert summary.recurring(CLAIMS, {"a": "M01 T02", "b": "T03"}) == {
        "a": ["T02"],
        "b": [],
        "not sorted yet": [],
    }
    assert summary.recurring(CLAIMS, {"a": "M01"})["not sorted yet"] == ["T02"]


def test_themes_name_claims_of_the_register_once_each():
    register = load_register()
    for ids in summary.THEMES.values():
        assert len(set(ids.split())) == len(ids.split())
        assert set(ids.split()) - set(register) == set()


def test_every_condition_of_the_book_is_sorted():
    assert summary.recurring(load_register().values())["not sorted yet"] == []


def test_a_part_that_is_unknown_is_refused():
    with pytest.raises(ValueError, match=r"must begin with one of I, M.*got 'Z01'"):
        summary.part_of(dataclasses.replace(UPHELD, id="Z01"))
