"""`make notebooks` writes outputs whole, in one form, or leaves the page as it was."""

import json
import os
import subprocess

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from tests.small_book import page_of, small_book
from tools import notebook_files
from tools.notebook_execute import Cost
from tools.notebook_files import (
    list_pages,
    missing_package,
    read_notebook,
    select_pages,
    sweep,
    write_text,
)
from tools.notebook_normal import METADATA, normalize, portable, unexpected_errors
from tools.notebooks import describe, run_pages

# --- one form, without a kernel ----------------------------------------------------


def stream(text, name="stdout"):
    return new_output("stream", name=name, text=text)


def test_counts_run_from_one_over_cells_with_code():
    cells = [new_code_cell(source) for source in ("1", " \n", "2")]
    for cell in cells:
        cell.execution_count = 40
    cells[0].outputs = [new_output("execute_result", execution_count=40)]
    normalize(page_of(cells[0], new_markdown_cell("words"), *cells[1:]))
    assert [cell.execution_count for cell in cells] == [1, None, 2]
    assert cells[0].outputs[0].execution_count == 1


def test_pieces_of_a_stream_become_one():
    cell = new_code_cell("run()", outputs=[stream("a\n"), stream("b\n")])
    normalize(page_of(cell))
    assert [output.text for output in cell.outputs] == ["a\nb\n"]


def test_stderr_goes_and_what_it_parted_is_joined():
    outputs = [stream("a\n"), stream("beware\n", name="stderr"), stream("b\n")]
    cell = new_code_cell("run()", outputs=outputs)
    normalize(page_of(cell))
    assert [output.text for output in cell.outputs] == ["a\nb\n"]


def test_streams_around_a_value_stay_apart():
    value = new_output("display_data", data={"text/plain": "2"})
    cell = new_code_cell("run()", outputs=[stream("a\n"), value, stream("b\n")])
    normalize(page_of(cell))
    assert len(cell.outputs) == 3


def test_metadata_are_reduced_to_what_the_book_reads():
    cell = new_code_cell("1", metadata={"tags": ["hide-input"], "collapsed": True})
    cell.metadata["execution"] = {"iopub.status.busy": "2026-01-01T00:00:00"}
    cell.metadata["mystnb"] = {"image": {"alt": "A line"}}
    notebook = page_of(cell, new_markdown_cell("words", metadata={"tags": []}))
    notebook.metadata = nbformat.from_dict({"kernelspec": {"name": "mine"}, "x": 1})
    normalize(notebook)
    assert notebook.metadata == METADATA
    assert dict(cell.metadata) == {
        "mystnb": {"image": {"alt": "A line"}},
        "tags": ["hide-input"],
    }
    assert notebook.cells[1].metadata == {}


def test_a_traceback_names_no_place_of_this_machine():
    text = "\x1b[31mFile /a/lib/python3.11/site-packages/keras/src/x.py:12\x1b[0m"
    assert portable(text) == "File keras/src/x.py:12"
    assert portable(f"File {notebook_files.ROOT}/cnnbook/checks.py:3") == (
        "File cnnbook/checks.py:3"
    )
    assert portable("<function f at 0x7f3a5c0012d0>") == "<function f at 0xADDR>"


def test_normalizing_twice_changes_nothing():
    cell = new_code_cell("run()", outputs=[stream("a\n"), stream("b\n")])
    once = write_text(normalize(page_of(cell)))
    assert write_text(normalize(nbformat.reads(once, as_version=4))) == once


def test_an_error_and_its_tag_belong_together():
    failure = new_output("error", ename="KeyError", evalue="'x'", traceback=[])
    tag = {"tags": ["raises-exception"]}
    wrong = page_of(
        new_code_cell("a", outputs=[failure]),
        new_code_cell("b", outputs=[failure], metadata=tag),
        new_code_cell("c", metadata=tag),
    )
    assert unexpected_errors(wrong) == [
        "cell 0 raised KeyError",
        "cell 2 is tagged raises-exception and did not raise",
    ]


def test_a_page_over_its_budget_is_warned_of():
    assert "WARNING" not in describe(Cost(seconds=119, peak_bytes=10**9))
    assert "WARNING: a page may take 120 s" in describe(Cost(121, 10**9))
    assert "WARNING: a page may take 3 GB" in describe(Cost(1, 4 * 10**9))


# --- pages on disk -----------------------------------------------------------------


@pytest.fixture
def book(tmp_path):
    return small_book(tmp_path)


def names(pages):
    return [page.stem for page in pages]


def test_pages_come_in_the_order_of_the_contents_then_the_rest(book):
    assert names(list_pages(book)) == ["b", "c", "a", "extra"]


def test_without_contents_pages_come_in_the_order_of_their_names(book):
    (book / "_toc.yml").unlink()
    assert names(list_pages(book)) == ["a", "b", "c", "extra"]


def test_pages_are_chosen_by_name_path_or_folder(book):
    assert names(select_pages(["a", "c"], book)) == ["c", "a"]
    assert names(select_pages([str(book / "chapters/part/b.ipynb")], book)) == ["b"]
    assert len(select_pages([str(book / "chapters")], book)) == 4


def test_an_unknown_page_is_refused_with_the_known_ones(book):
    with pytest.raises(ValueError, match=r"'z' is no page.* b, c, a, extra"):
        select_pages(["z"], book)


def test_a_page_that_needs_a_missing_package_is_left_as_it_is(tmp_path, capsys):
    path = tmp_path / "page.ipynb"
    path.write_text("**Needs.** `no_such_package`, from another file.")
    assert run_pages([path], cell_timeout=1) == []
    assert "skipped: it needs no_such_package" in capsys.readouterr().out


def test_a_package_that_is_there_is_not_missing():
    assert missing_package("**Needs.** `numpy`, from requirements.txt.") is None
    assert missing_package("Nothing is needed.") is None


def test_cells_without_an_id_get_one_that_stays(tmp_path):
    cell = {"cell_type": "markdown", "metadata": {}, "source": ["a\n", "b"]}
    raw = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    path = tmp_path / "old.ipynb"
    path.write_text(json.dumps(raw))
    assert read_notebook(path).cells[0].id == "cell-0"
    assert read_notebook(path).cells[0].source == "a\nb"


def test_only_old_temporary_files_are_swept(book):
    part = book / "chapters" / "part"
    old, young, other = (
        part / name for name in (".a.ipynb.abcd_123", ".a.ipynb.zzzz0000", ".a.swp")
    )
    for path in (old, young, other):
        path.write_text("half a page")
    os.utime(old, (1, 1))
    os.utime(other, (1, 1))
    assert sweep(list_pages(book)) == [old]
    assert not old.exists()
    assert young.exists()
    assert other.exists()


def test_git_ignores_what_a_killed_run_leaves():
    name = "chapters/training/.first-cnn.ipynb.abcd_123"
    ignored = subprocess.run(
        ["git", "check-ignore", "--no-index", name],
        cwd=notebook_files.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if ignored.returncode == 128:
        pytest.skip("not a git checkout")
    assert ignored.stdout.strip() == name
