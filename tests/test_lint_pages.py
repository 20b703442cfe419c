"""Pages are linted without the cells that quote the source, and only without those."""

import nbformat
import pytest

from tools import lint_pages
from tools.notebook_files import ROOT


@pytest.fixture
def page(tmp_path, monkeypatch):
    def write(*cells):
        notebook = nbformat.v4.new_notebook()
        for source, tags in cells:
            cell = nbformat.v4.new_code_cell(source, metadata={"tags": tags})
            notebook.cells.append(cell)
        path = ROOT / "chapters" / "trial.ipynb"  # never written: only its name
        stored = tmp_path / "trial.ipynb"
        nbformat.write(notebook, stored)
        read = nbformat.read
        monkeypatch.setattr(lint_pages, "COPIES", tmp_path / "lint")
        monkeypatch.setattr(lint_pages, "select_pages", lambda names: [path])
        monkeypatch.setattr(
            lint_pages.nbformat,
            "read",
            lambda name, as_version: read(stored, as_version=as_version),
        )

    return write


def test_an_unused_import_is_found(page, capfd):
    page(("import os", []))
    assert lint_pages.main([]) == 1
    assert "F401" in capfd.readouterr().out


def test_a_badly_formatted_cell_is_found(page):
    page(("x = [1,2 ]", []))
    assert lint_pages.main([]) == 1


def test_a_quoted_cell_stays_as_it_was_printed(page):
    page(("from os import *\nx = [1,2 ]", ["source"]), ("y = 1", []))
    assert lint_pages.main([]) == 0
