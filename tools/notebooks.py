"""The only writer of outputs.

`python -m tools.notebooks run [PAGES…]` runs pages in fresh kernels, brings them into
the stored form and writes each one whole, or leaves it as it was. `check [PAGES…]`
says which pages are not in that form. A page is a path, a folder or a bare name.
"""

import argparse
import sys
from pathlib import Path

from cnnbook.files import write_atomically
from tools.notebook_execute import Cost, PageFailed, execute
from tools.notebook_files import (
    ROOT,
    missing_package,
    read_notebook,
    select_pages,
    sweep,
    write_text,
)
from tools.notebook_normal import normalize, unexpected_errors

MOST_SECONDS = 120  # of a page, by the contract of a page
MOST_BYTES = 3 * 10**9


def run_page(path: Path, *, cell_timeout: float) -> Cost:
    """Execute, normalize and write one page; raise PageFailed and leave it whole."""
    notebook = read_notebook(path)
    cost = execute(notebook, path.parent, cell_timeout=cell_timeout)
    normalize(notebook)
    wrong = unexpected_errors(notebook)
    if wrong:
        raise PageFailed("; ".join(wrong))
    try:
        write_atomically(path, write_text(notebook))
    except OSError as error:
        raise PageFailed(f"the page could not be written: {error}") from error
    return cost


def run_pages(pages: list[Path], *, cell_timeout: float) -> list[Path]:
    """Run pages one after the other, say how each went, return those that failed."""
    failed = []
    for number, path in enumerate(pages, start=1):
        name = f"[{number}/{len(pages)}] {shown(path)}"
        package = missing_package(path.read_text("utf-8"))
        if package:
            print(f"{name} skipped: it needs {package}, see its opening", flush=True)
            continue
        print(f"{name} …", flush=True)
        try:
            cost = run_page(path, cell_timeout=cell_timeout)
        except (PageFailed, ValueError) as reason:
            failed.append(path)
            print(f"{name} FAILED: {reason}; the stored page is unchanged", flush=True)
            continue
        print(f"{name} {describe(cost)}", flush=True)
    return failed


def describe(cost: Cost) -> str:
    """Seconds and memory, and a warning where the contract of a page is broken."""
    text = f"{cost.seconds:.1f} s, {cost.peak_bytes / 1e9:.2f} GB"
    if cost.seconds > MOST_SECONDS:
        text += f"  WARNING: a page may take {MOST_SECONDS} s"
    if cost.peak_bytes > MOST_BYTES:
        text += f"  WARNING: a page may take {MOST_BYTES / 1e9:.0f} GB"
    return text


def check_pages(pages: list[Path]) -> list[Path]:
    """The pages that a run would write differently, outputs left aside."""
    return [
        path
        for path in pages
        if path.read_text("utf-8") != write_text(normalize(read_notebook(path)))
    ]


def shown(path: Path) -> str:
    """`path` from the root of the repository, or as it is."""
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)


def command_run(pages: list[Path], cell_timeout: float) -> int:
    for path in sweep(pages):
        print(f"swept {shown(path)}, left behind by an interrupted run")
    failed = run_pages(pages, cell_timeout=cell_timeout)
    able = [page for page in pages if not missing_package(page.read_text("utf-8"))]
    print(f"{len(able) - len(failed)} of {len(able)} pages written")
    for path in failed:
        print(f"  failed: {shown(path)}")
    return 1 if failed else 0


def command_check(pages: list[Path]) -> int:
    wrong = check_pages(pages)
    for path in wrong:
        print(f"{shown(path)}: not in the stored form; run `make notebooks`")
    print(f"{len(pages) - len(wrong)} of {len(pages)} pages are in the stored form")
    return 1 if wrong else 0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tools.notebooks", description=__doc__.splitlines()[0]
    )
    parser.add_argument("command", choices=["run", "check"])
    parser.add_argument("pages", nargs="*", metavar="PAGE")
    parser.add_argument("--root", type=Path, default=ROOT, help="holds chapters/")
    parser.add_argument("--cell-timeout", type=float, default=300, metavar="SECONDS")
    options = parser.parse_intermixed_args(arguments)
    try:
        pages = select_pages(options.pages, options.root.resolve())
    except ValueError as error:
        parser.error(str(error))
    if options.command == "check":
        return command_check(pages)
    try:
        return command_run(pages, options.cell_timeout)
    except KeyboardInterrupt:
        print("interrupted; the page that was running is unchanged", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
