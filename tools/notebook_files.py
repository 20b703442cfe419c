"""Pages on disk: which there are, in what order, and what lies beside them."""

import json
import re
import time
from importlib.util import find_spec
from pathlib import Path

import nbformat
import yaml

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS = ROOT / "chapters"
LEFT_BEHIND = re.compile(r"\..+\.ipynb\.[a-z0-9_]{8}")  # see cnnbook.files
NEEDS = re.compile(r"\*\*Needs\.\*\* `(\w+)`")
SWEEP_AFTER = 60  # seconds; a younger temporary file may belong to a running write


def list_pages(root: Path = ROOT) -> list[Path]:
    """All notebooks below `root`/chapters: in the order of _toc.yml, then the rest."""
    found = sorted(
        path
        for path in (root / "chapters").glob("**/*.ipynb")
        if not any(part.startswith(".") for part in path.relative_to(root).parts)
    )
    toc = root / "_toc.yml"
    named = toc_files(yaml.safe_load(toc.read_text("utf-8"))) if toc.exists() else []
    listed = [root / f"{name}.ipynb" for name in named]
    in_order = [path for path in listed if path in found]
    return in_order + [path for path in found if path not in in_order]


def toc_files(entry: object) -> list[str]:
    """Every `file:` of a table of contents, depth first, without its ending."""
    if isinstance(entry, list):
        return [name for part in entry for name in toc_files(part)]
    if not isinstance(entry, dict):
        return []
    own = [re.sub(r"\.(ipynb|md)$", "", entry["file"])] if "file" in entry else []
    below = [entry[key] for key in ("parts", "chapters", "sections") if key in entry]
    return own + toc_files(below)


def select_pages(names: list[str], root: Path = ROOT) -> list[Path]:
    """The pages that `names` mean: a path, a folder, or a page's bare name.

    Without names, all of them. Raises ValueError for a name that means no page.
    """
    pages = list_pages(root)
    if not names:
        return pages
    chosen = set()
    for name in names:
        place = Path(name).resolve()
        inside = {page for page in pages if page == place or place in page.parents}
        matching = inside or {page for page in pages if page.stem == name}
        if not matching:
            known = ", ".join(page.stem for page in pages) or "none"
            raise ValueError(
                f"{name!r} is no page: give a path, a folder or a name. "
                f"Pages there are: {known}."
            )
        chosen |= matching
    return [page for page in pages if page in chosen]


def read_notebook(path: Path) -> nbformat.NotebookNode:
    """Read a page as nbformat 4.5; cells without an id get `cell-<index>`."""
    raw = json.loads(path.read_text("utf-8"))
    raw["nbformat"], raw["nbformat_minor"] = 4, 5
    for index, cell in enumerate(raw.get("cells", [])):
        cell.setdefault("id", f"cell-{index}")
    return nbformat.reads(json.dumps(raw), as_version=4)


def write_text(notebook: nbformat.NotebookNode) -> str:
    """The one text of a notebook: as nbformat writes it, with a final newline."""
    return nbformat.writes(notebook).rstrip("\n") + "\n"


def missing_package(page: str) -> str | None:
    """What the text of a page says it needs beyond requirements.txt, if it is missing.

    >>> missing_package("**Needs.** `no_such_package`, from another file.")
    'no_such_package'
    """
    found = NEEDS.search(page)
    return found[1] if found and find_spec(found[1]) is None else None


def sweep(pages: list[Path], now: float | None = None) -> list[Path]:
    """Delete temporary files that a killed run left beside `pages`; return them."""
    now = time.time() if now is None else now
    swept = []
    for folder in sorted({page.parent for page in pages}):
        for path in sorted(folder.glob(".*.ipynb.*")):
            if not LEFT_BEHIND.fullmatch(path.name):
                continue
            if now - path.stat().st_mtime > SWEEP_AFTER:
                path.unlink(missing_ok=True)
                swept.append(path)
    return swept
