"""What the download button gives: `python -m tools.downloads [SITE]`, after the build.

The copy of each page below `_sources` gets a hidden cell that installs the package
where it is missing; the page in the repository has none. The link gets the attribute
that makes a browser save the file instead of showing it.
"""

import argparse
import re
import sys
from pathlib import Path

import yaml
from nbformat.v4 import new_code_cell

from cnnbook.files import write_atomically
from tools.notebook_files import ROOT, list_pages, read_notebook, write_text

BOOTSTRAP_ID = "bootstrap"
# `%r` is the setting of _config.yml. Nothing is asked of a registry by the name of the
# package alone: somebody else may have taken it there.
BOOTSTRAP = """\
# @title Set-up: installs the package of this book where it is missing
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

# path or address of the wheel of this book, or of a folder with the whole book
INSTALL_FROM = os.environ.get("CNNBOOK_FROM", %r)

if importlib.util.find_spec("cnnbook") is None:
    if not INSTALL_FROM:
        raise ModuleNotFoundError(
            "This page needs the package cnnbook, and it is not installed here. Set "
            "INSTALL_FROM in this cell, or the variable CNNBOOK_FROM, to the path or "
            "address of its wheel, and run the cell again."
        )
    place = Path(INSTALL_FROM)
    address = place.resolve().as_uri() if place.exists() else INSTALL_FROM
    pip = [sys.executable, "-m", "pip", "install", f"cnnbook[book] @ {address}"]
    print("installing", *pip[4:], "(a few minutes)")
    done = subprocess.run(pip, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"pip could not install {INSTALL_FROM}: {done.stderr}")
    importlib.invalidate_caches()
"""
LINK = re.compile(r'<a href="([^"]*/_sources/[^"]*\.ipynb|_sources/[^"]*\.ipynb)"')


def install_from(root: Path = ROOT) -> str:
    """The setting of `_config.yml`: what downloaded pages install the package from."""
    config = yaml.safe_load((root / "_config.yml").read_text("utf-8"))
    return str(config.get("downloads", {}).get("install_from") or "")


def with_bootstrap(page: Path, source: str):
    """The notebook at `page` with the hidden cell before its first code cell."""
    notebook = read_notebook(page)
    cells = [cell for cell in notebook.cells if cell.id != BOOTSTRAP_ID]
    first = next(
        (i for i, cell in enumerate(cells) if cell.cell_type == "code"), len(cells)
    )
    hidden = {"cellView": "form", "jupyter": {"source_hidden": True}}
    cell = new_code_cell(
        BOOTSTRAP % source, metadata={**hidden, "tags": ["remove-cell"]}
    )
    cell.id = BOOTSTRAP_ID
    notebook.cells = [*cells[:first], cell, *cells[first:]]
    return notebook


def prepare(site: Path, root: Path = ROOT) -> int:
    """Prepare every page's download in the built `site`; returns how many."""
    number = 0
    for page in list_pages(root):
        name = page.relative_to(root)
        download, html = site / "_sources" / name, site / name.with_suffix(".html")
        if not html.exists():
            continue  # not in the table of contents
        if not download.exists():
            raise ValueError(f"{name} was built, and there is no download of it.")
        text = write_text(with_bootstrap(page, install_from(root)))
        write_atomically(download, text)
        shown = html.read_text("utf-8")
        saved = LINK.sub(rf'\g<0> download="{page.name}"', shown)
        write_atomically(html, saved)
        number += 1
    return number


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.downloads")
    parser.add_argument("site", nargs="?", type=Path, default=ROOT / "_build" / "html")
    options = parser.parse_args(arguments)
    print(f"{prepare(options.site)} pages can be downloaded and run alone")
    return 0


if __name__ == "__main__":
    sys.exit(main())
