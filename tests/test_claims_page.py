"""The appendix page, and the rule that pages and register agree."""

import dataclasses
import json

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from cnnbook.claims import MIME, Claim, load_register
from tools import claims_page
from tools.claims_page import CHAPTERS, FoundVerdict, find_verdicts, problems, render

UPHELD = Claim("T01", "135", "code", "It |runs| <fast>.", "upheld", "", "training/a")
MAYBE = dataclasses.replace(
    UPHELD, id="M02", verdict="conditional", condition="if $n$ is odd"
)
OPEN = dataclasses.replace(UPHELD, id="T03", verdict=None, page=None)
REGISTERED = {claim.id: claim for claim in (MAYBE, UPHELD, OPEN)}
RIGHT = [
    FoundVerdict("training/a", 3, "T01", "upheld"),
    FoundVerdict("training/a", 5, "M02", "conditional"),
]


def write_notebook(path, *boxes):
    """A notebook: a title, then a code cell with output for each of `boxes`."""
    cells = [{"cell_type": "markdown", "source": "# T", "metadata": {}}]
    for box in boxes:
        data = {"text/plain": "box"} | ({MIME: box} if box else {})
        output = {"output_type": "display_data", "data": data, "metadata": {}}
        stream = {"output_type": "stream", "name": "stdout", "text": "hello"}
        cells.append({"cell_type": "code", "outputs": [stream, output]})
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")


def test_find_verdicts_reads_the_stored_boxes_in_order(tmp_path):
    box = {"id": "T01", "verdict": "upheld"}
    write_notebook(tmp_path / "training" / "b.ipynb", None, box)
    write_notebook(tmp_path / "math" / "c.ipynb", {"id": "M02", "verdict": "refuted"})
    write_notebook(tmp_path / "math" / ".ipynb_checkpoints" / "c.ipynb", box)
    assert find_verdicts(tmp_path) == [
        FoundVerdict("math/c", 1, "M02", "refuted"),
        FoundVerdict("training/b", 2, "T01", "upheld"),
    ]


def test_pages_that_agree_with_the_register_have_no_problem():
    assert problems(REGISTERED, RIGHT) == []


@pytest.mark.parametrize(
    ("verdicts", "sentence"),
    [
        (RIGHT[1:], "T01 must have one verdict cell, on training/a; found 0: none."),
        (
            [*RIGHT, RIGHT[0]._replace(page="training/b", cell=1)],
            "T01 must have one verdict cell, on training/a; found 2: training/a "
            "(cell 3), training/b (cell 1).",
        ),
        (
            [RIGHT[0]._replace(page="training/b"), RIGHT[1]],
            "T01 belongs to training/a and is decided in training/b (cell 3).",
        ),
        (
            [RIGHT[0]._replace(verdict="refuted"), RIGHT[1]],
            "T01 is upheld in the register and refuted in training/a (cell 3).",
        ),
        (
            [*RIGHT, FoundVerdict("training/a", 7, "T03", "upheld")],
            "T03 is open in the register, decided in training/a (cell 7).",
        ),
        (
            [*RIGHT, FoundVerdict("training/a", 7, "T99", "upheld")],
            "T99 is decided in training/a (cell 7) and is not in the register.",
        ),
    ],
)
def test_each_contradiction_is_said(verdicts, sentence):
    assert problems(REGISTERED, verdicts) == [sentence]


def test_the_pages_of_the_book_agree_with_the_register():
    assert problems(load_register(), find_verdicts(CHAPTERS)) == []


def html_of(register):
    text = render(register)
    return BeautifulSoup(MarkdownIt().enable("table").render(text), "html.parser")


def claim_rows(page):
    """The cells of each claim, in order; the first table of the page counts them."""
    tables = page.select("table")[1:]
    rows = [row.select("td") for table in tables for row in table.select("tr")]
    return [cells for cells in rows if cells]


def test_the_page_counts_and_links_by_hand():
    page = html_of(REGISTERED)
    assert page.h1.text == "Claims and verdicts"
    opening = page.find("p").text
    assert "makes 3 statements" in opening
    assert "1 upheld, 1 conditional and 0 refuted; 1 are still open" in opening
    assert [part.text for part in page.select("h2")] == [
        "Mathematics (M)",
        "Training (T)",
    ]
    statement = "It |runs| <fast>."
    assert [[cell.text for cell in cells] for cells in claim_rows(page)] == [
        ["M02", statement, "135", "code", "conditional", "if $n$ is odd"],
        ["T01", statement, "135", "code", "upheld", "–"],
        ["T03", statement, "135", "code", "open", "–"],
    ]
    assert [(link.text, link["href"]) for link in page.select("a")] == [
        ("M02", "../training/a.html#claim-M02"),
        ("T01", "../training/a.html#claim-T01"),
    ]


def test_the_verdicts_of_each_part_are_counted_by_hand():
    table = html_of(REGISTERED).table
    rows = [[cell.text for cell in row.select("th, td")] for row in table.select("tr")]
    assert rows == [
        ["Part", "✓ upheld", "◐ conditional", "✗ refuted", "open", "all"],
        ["Mathematics", "0", "1", "0", "0", "1"],
        ["Training", "1", "0", "0", "1", "2"],
        ["All", "1", "1", "0", "1", "3"],
    ]


def test_where_nothing_is_open_nobody_speaks_of_it():
    page = html_of({"T01": UPHELD})
    assert "open" not in page.text
    assert [cell.text for cell in page.table.select("th")][-1] == "all"


def test_the_script_lies_where_the_page_looks_for_it():
    (script,) = html_of(REGISTERED).select("script")
    built = CHAPTERS / "appendix" / script["src"]
    assert built.resolve() == CHAPTERS.parent.resolve() / "_static/claims-filter.js"
    # everything below assets is copied to _static of the built book
    assert (CHAPTERS.parent / "assets" / built.name).is_file()


def test_dollars_are_escaped_lest_they_become_a_formula():
    assert r"if \$n\$ is odd" in render(REGISTERED)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1))
def test_any_statement_is_shown_exactly(text):
    statement = " ".join(f"x{text}x".split())
    claim = dataclasses.replace(UPHELD, statement=statement)
    (cells,) = claim_rows(html_of({"T01": claim}))
    assert cells[1].text == statement


def test_every_claim_of_the_register_has_a_row():
    register = load_register()
    rows = claim_rows(html_of(register))
    shown = {cells[0].text: cells[1].text for cells in rows}
    assert shown == {name: claim.statement for name, claim in register.items()}
    assert "## Part " not in render(register)


def test_check_ends_with_one_until_the_page_is_written(tmp_path, capsys):
    page = tmp_path / "appendix" / "claims.md"
    assert claims_page.main(["--check"], chapters=tmp_path) == 1
    assert "appendix/claims.md is stale" in capsys.readouterr().err
    assert not page.exists()
    assert claims_page.main([], chapters=tmp_path) == 0
    assert claims_page.main(["--check"], chapters=tmp_path) == 0
    page.write_text(page.read_text() + "x")
    assert claims_page.main(["--check"], chapters=tmp_path) == 1


def test_the_appendix_of_the_book_is_current():
    assert claims_page.main(["--check"]) == 0
