"""The notes on the source: all of them are there, and each leads to a page."""

import re
from collections import Counter
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[1] / "chapters" / "appendix" / "source-notes.md"
NUM_NOTES = 116
LAST_LINE = 447  # of the source
MARKS = ("wrong", "fails", "dated", "weak")
# "69, 70 · Line 287, fails." and, below it, ": text" with further lines indented
NOTE = re.compile(
    r"^(?:(\d+(?:, \d+)*) · )?((?:Lines? \d|All lines)[^\n]*)\n: (.*?)(?=\n\n|\Z)",
    re.MULTILINE | re.DOTALL,
)


def notes(text):
    """(numbers, what lines and mark, text) of each note."""
    return [
        ([int(n) for n in (numbers or "").split(", ") if n], head, body.strip())
        for numbers, head, body in NOTE.findall(text)
    ]


def faults(text, num_notes=NUM_NOTES):
    """What is wrong with the notes, in words."""
    found = notes(text)
    times = Counter(number for numbers, _, _ in found for number in numbers)
    every = range(1, num_notes + 1)
    problems = [f"note {n} is missing" for n in every if n not in times]
    problems += [f"note {n} does not exist" for n in times if n not in every]
    for numbers, head, body in found:
        name = f"{numbers or head}"
        if not head.rstrip(".").endswith(MARKS):
            problems.append(f"{name} has no mark")
        if any(int(line) > LAST_LINE for line in re.findall(r"\d+", head)):
            problems.append(f"{name} is of a line that the source does not have")
        if not re.search(r"\]\(\.\./(?:[a-z]+/[a-z-]+|\.\./index)\)", body):
            problems.append(f"{name} leads to no page")
    return problems


def test_all_notes_are_there_with_a_mark_and_a_page():
    assert faults(PAGE.read_text(encoding="utf-8")) == []


def test_every_entry_of_the_page_is_read_as_a_note():
    text = PAGE.read_text(encoding="utf-8")
    assert len(notes(text)) == len(re.findall(r"^: ", text, re.MULTILINE))


GOOD = "1, 2 · Line 4, wrong.\n: Text, more.\n  See [](../math/pooling).\n"


def test_a_good_note_has_no_fault():
    assert faults(GOOD, 2) == []
    assert notes(GOOD) == [
        ([1, 2], "Line 4, wrong.", "Text, more.\n  See [](../math/pooling).")
    ]


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        (GOOD.replace("1, 2", "1"), "note 2 is missing"),
        (GOOD.replace("1, 2", "1, 2, 3"), "note 3 does not exist"),
        (GOOD.replace("wrong", "odd"), "[1, 2] has no mark"),
        (GOOD.replace("4", "448"), "[1, 2] is of a line that the source does not have"),
        (GOOD.replace("[](../math/pooling)", "math"), "[1, 2] leads to no page"),
    ],
)
def test_each_fault_is_named(changed, problem):
    assert faults(changed, 2) == [problem]
