"""Terms of the glossary, linked where the book first uses them.

`python -m tools.terms` says which first uses are not linked, which terms no page
uses, and which links lead to no term. With `--mark` it links the first uses, in the
markdown of the pages alone: outputs stay as they are.

How an entry names its other forms: see `tools.glossary`.

The landing page speaks of the book in everyday words and is left out.
"""

import argparse
import re
import sys
from pathlib import Path
from typing import NamedTuple

import yaml

from cnnbook.files import write_atomically
from tools.glossary import EVERYWHERE, ROLE, Entry, Finder, read_glossary, target
from tools.notebook_files import ROOT, read_notebook, toc_files, write_text

GLOSSARY = "chapters/appendix/glossary"
SILENT = (GLOSSARY, "chapters/appendix/claims", "chapters/appendix/references")


class Use(NamedTuple):
    """Where a page uses a term: cell (0 in a .md page), place in it, linked or not."""

    page: str
    cell: int
    start: int
    end: int
    entry: Entry
    linked: bool


def pages_in_order(root: Path) -> list[Path]:
    """Pages of the table of contents that may link terms."""
    toc = yaml.safe_load((root / "_toc.yml").read_text("utf-8"))
    names = [name for name in toc_files(toc) if name not in SILENT]
    found = [root / f"{name}{end}" for name in names for end in (".ipynb", ".md")]
    return [path for path in found if path.is_file()]


def name_of(page: Path, root: Path) -> str:
    """`math/pooling` for a page of the part in chapters/math."""
    return page.relative_to(root / "chapters").with_suffix("").as_posix()


def texts(page: Path) -> dict[int, str]:
    """The markdown of a page by number of cell."""
    if page.suffix == ".md":
        return {0: page.read_text("utf-8")}
    cells = enumerate(read_notebook(page).cells)
    return {index: cell.source for index, cell in cells if cell.cell_type == "markdown"}


def first_uses(finder: Finder, root: Path) -> dict[Entry, Use]:
    """The first use of each entry that any page uses."""
    first: dict[Entry, Use] = {}
    reached = {EVERYWHERE}
    for page in pages_in_order(root):
        name = name_of(page, root)
        reached.add(name)
        for cell, text in texts(page).items():
            quiz = re.search(r"^## Quiz$", text, re.M)
            before = text[: quiz.start()] if quiz else text
            for start, end, entry, linked in finder.in_text(before):
                if entry not in first and (linked or entry.starts in reached):
                    first[entry] = Use(name, cell, start, end, entry, linked)
            if quiz:
                break
    return first


def role_for(text: str, entry: Entry) -> str:
    """
    >>> role_for("Kernels", Entry(("kernel",))), role_for("Kernel", Entry(("kernel",)))
    ('{term}`Kernels <kernel>`', '{term}`Kernel`')
    """
    said = " ".join(text.split()).lower()
    if said in [name.lower() for name in entry.names]:
        return f"{{term}}`{text}`"
    return f"{{term}}`{text} <{entry.names[0]}>`"


def mark(root: Path) -> list[Use]:
    """Link every first use that is not; return them. Pages are written whole."""
    uses = first_uses(finder_of(root), root).values()
    missing = [use for use in uses if not use.linked]
    for page in pages_in_order(root):
        here = [use for use in missing if use.page == name_of(page, root)]
        if not here:
            continue
        changed = texts(page)
        for use in sorted(here, key=lambda use: -use.start):
            text = changed[use.cell]
            role = role_for(text[use.start : use.end], use.entry)
            changed[use.cell] = text[: use.start] + role + text[use.end :]
        write_texts(page, changed)
    return missing


def write_texts(page: Path, changed: dict[int, str]) -> None:
    if page.suffix == ".md":
        write_atomically(page, changed[0])
        return
    notebook = read_notebook(page)
    for index, text in changed.items():
        notebook.cells[index].source = text
    write_atomically(page, write_text(notebook))


def finder_of(root: Path) -> Finder:
    return Finder(read_glossary((root / f"{GLOSSARY}.md").read_text("utf-8")))


def problems(root: Path) -> list[str]:
    """What is wrong, a sentence each; empty if every term is linked at first use."""
    finder = finder_of(root)
    first = first_uses(finder, root)
    found = []
    names = [name.lower() for entry in finder.entries for name in entry.names]
    found += [
        f"{n!r} is defined twice" for n in sorted(set(names)) if names.count(n) > 1
    ]
    known = {name_of(page, root) for page in pages_in_order(root)} | {EVERYWHERE}
    for entry in finder.entries:
        name = entry.names[0]
        if entry.starts not in known:
            found.append(f"{name!r} starts on {entry.starts!r}, which is no page")
        elif entry not in first:
            found.append(f"no page uses {name!r}: take it out, or say `.. also:`")
        elif not first[entry].linked:
            use = first[entry]
            found.append(
                f"{use.page} cell {use.cell} uses {name!r} first and does not link "
                "it; run `make terms`"
            )
    for page in [*pages_in_order(root), root / f"{GLOSSARY}.md"]:
        for cell, text in texts(page).items():
            for role in ROLE.finditer(text):
                if target(role).lower() not in finder.by_name:
                    where = f"{name_of(page, root)} cell {cell}"
                    found.append(f"{where} links {target(role)!r}, which is no term")
    return found


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tools.terms", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--mark", action="store_true", help="link the first uses")
    parser.add_argument("--root", type=Path, default=ROOT, help="holds chapters/")
    options = parser.parse_args(arguments)
    root = options.root.resolve()
    if options.mark:
        for use in mark(root):
            print(f"{use.page} cell {use.cell}: linked {use.entry.names[0]!r}")
    found = problems(root)
    print("\n".join(found) or "every term is linked where it is first used")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
