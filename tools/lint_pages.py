"""Ruff over the code of the pages: `python -m tools.lint_pages [PAGES …]`.

Cells that repeat the source document are left out, because they must stay as they
were printed; so ruff reads copies below build/, under the pages' own paths, in which
those cells are a comment. Fix what it finds in the page itself.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import nbformat

from tools.notebook_files import ROOT, select_pages

COPIES = ROOT / "build" / "lint"
QUOTED = "# a passage of the source, quoted as it was printed"


def copy_without_quotations(page: Path, copy: Path) -> None:
    """Write `page` to `copy` with a comment in place of each cell tagged `source`."""
    notebook = nbformat.read(page, as_version=4)
    for cell in notebook.cells:
        if "source" in cell.metadata.get("tags", []):
            cell.source = QUOTED
    copy.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, copy)


def main(names: list[str]) -> int:
    """Lint the pages named, or all; 0 if ruff finds nothing."""
    shutil.rmtree(COPIES, ignore_errors=True)
    for page in select_pages(names):
        copy_without_quotations(page, COPIES / page.relative_to(ROOT))
    ruff = str(Path(sys.executable).with_name("ruff"))
    config = [
        "--config",
        str(ROOT / "chapters" / "ruff.toml"),
        "--no-cache",
        str(COPIES),
    ]
    found = [
        subprocess.run([ruff, *command, *config], check=False).returncode
        for command in (["check", "--quiet"], ["format", "--check", "--quiet"])
    ]
    return max(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
