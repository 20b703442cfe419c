"""A page that was downloaded alone: the wheel has what it reads, and it runs."""

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from cnnbook.book import WHAT_PAGES_READ
from tests.small_book import page_of, write_text
from tools import alone
from tools.mutation.copies import files_of
from tools.notebook_files import ROOT, list_pages, select_pages


def test_pages_that_a_page_quotes_are_carried():
    quoting = [path for path in list_pages() if "stored.number(" in path.read_text()]
    quotes = [
        re.findall(r'\(\\"([a-z]+/[a-z-]+)\\", r', p.read_text()) for p in quoting
    ]
    names = {f"chapters/{name}.ipynb" for found in quotes for name in found}
    assert len(names) > 3
    assert names == {name for name in WHAT_PAGES_READ if name.endswith(".ipynb")}


def test_a_built_package_has_what_pages_read(tmp_path):
    """The step of a wheel that gathers files; packing them takes minutes, below."""
    build = [sys.executable, "setup.py", "-q", "build", "--build-base", tmp_path]
    build += ["egg_info", "--egg-base", tmp_path]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    package = tmp_path / "lib" / "cnnbook"
    files = {str(path.relative_to(package)) for path in package.rglob("*")}
    tracked = [str(path) for path in files_of(ROOT)]
    for name in tracked:
        if name.startswith("cnnbook/"):
            assert name.removeprefix("cnnbook/") in files
        elif name.startswith(WHAT_PAGES_READ):
            assert f"carried/{name}" in files
    assert "carried/references.bib" in files


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The wheel, and an interpreter that sees it in place of this checkout."""
    folder = tmp_path_factory.mktemp("alone")
    wheel = alone.build_wheel(folder)
    return wheel, alone.environment(wheel, folder / "venv")


@pytest.mark.minutes
def test_a_page_runs_in_an_empty_folder(installed):
    wheel, python = installed
    names = zipfile.ZipFile(wheel).namelist()
    assert "cnnbook/carried/chapters/records/pooling.json" in names
    assert not [name for name in names if name.startswith(("tests/", "tools/"))]
    [page] = select_pages(["uses"])
    _, wrong, package = alone.run_alone(page, python)
    assert wrong == ""
    assert not Path(package).is_relative_to(ROOT)


@pytest.mark.minutes
def test_what_fails_alone_is_named_by_its_cell(installed, tmp_path):
    from nbformat.v4 import new_code_cell, new_markdown_cell

    page = tmp_path / "page.ipynb"
    text = 'from pathlib import Path\nPath("../../deployment/README.md").read_text()'
    cells = [new_markdown_cell("# A page"), new_code_cell("1"), new_code_cell(text)]
    page.write_text(write_text(page_of(*cells)))
    cell, wrong, _ = alone.run_alone(page, installed[1])
    assert cell == 2
    assert wrong.startswith("FileNotFoundError")


def test_what_every_page_imports_is_a_dependency_of_the_package():
    """Found by a fresh environment: `cnnbook.plots` takes seaborn at once."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = {"PIL": "pillow", "yaml": "pyyaml", "sklearn": "scikit-learn"}
    names |= {"IPython": "ipykernel", "cycler": "matplotlib", "cnnbook": "cnnbook"}
    needed = {need.split(">")[0] for need in project["dependencies"]} | {"cnnbook"}
    for path in sorted((ROOT / "cnnbook").rglob("*.py")):
        if "serving" in path.parts:
            continue  # not imported before a page asks for it
        for node in ast.parse(path.read_text("utf-8")).body:
            imported = [a.name for a in getattr(node, "names", [])]
            if isinstance(node, ast.ImportFrom):
                imported = [node.module]
            elif not isinstance(node, ast.Import):
                continue
            for module in {name.split(".")[0] for name in imported}:
                if module not in sys.stdlib_module_names:
                    assert names.get(module, module) in needed, path
