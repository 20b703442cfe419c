"""The appendix page "Claims and verdicts", written from the register.

`python -m tools.claims_page` writes chapters/appendix/claims.md; `--check` writes
nothing and ends with 1 if the file is stale.
"""

import argparse
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from cnnbook.claims import MIME, Claim, load_register
from cnnbook.claims.register import VERDICTS
from cnnbook.claims.summary import PARTS
from cnnbook.files import write_atomically

CHAPTERS = Path(__file__).parent.parent / "chapters"
PAGE = "appendix/claims.md"
SCRIPT = "../../_static/claims-filter.js"  # as seen from the page
SYMBOLS = {"upheld": "✓", "conditional": "◐", "refuted": "✗"}


class FoundVerdict(NamedTuple):
    """A verdict stored in a notebook; `cell` counts all cells of the page from 0."""

    page: str
    cell: int
    id: str
    verdict: str


def find_verdicts(chapters: str | Path) -> list[FoundVerdict]:
    """All verdicts stored in the notebooks below `chapters`, in order."""
    chapters = Path(chapters)
    found = []
    for path in sorted(chapters.rglob("*.ipynb")):
        if any(part.startswith(".") for part in path.relative_to(chapters).parts):
            continue
        page = path.relative_to(chapters).with_suffix("").as_posix()
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        for number, cell in enumerate(cells):
            for output in cell.get("outputs", []):
                if MIME in output.get("data", {}):
                    box = output["data"][MIME]
                    found.append(FoundVerdict(page, number, box["id"], box["verdict"]))
    return found


def problems(
    register: Mapping[str, Claim], verdicts: Iterable[FoundVerdict]
) -> list[str]:
    """Where the pages and the register contradict each other, one sentence each."""
    at: dict[str, list[FoundVerdict]] = defaultdict(list)
    for found in verdicts:
        at[found.id].append(found)
    sentences = [
        f"{name} is decided in {_places(at[name])} and is not in the register."
        for name in at
        if name not in register
    ]
    for name, claim in register.items():
        sentences += _problems_of(claim, at[name])
    return sentences


def _problems_of(claim: Claim, verdicts: list[FoundVerdict]) -> list[str]:
    if claim.verdict is None:
        if not verdicts:
            return []
        return [f"{claim.id} is open in the register, decided in {_places(verdicts)}."]
    if len(verdicts) != 1:
        return [
            f"{claim.id} must have one verdict cell, on {claim.page}; found "
            f"{len(verdicts)}: {_places(verdicts) or 'none'}."
        ]
    [found] = verdicts
    sentences = []
    if found.page != claim.page:
        sentences.append(
            f"{claim.id} belongs to {claim.page} and is decided in {_places(verdicts)}."
        )
    if found.verdict != claim.verdict:
        sentences.append(
            f"{claim.id} is {claim.verdict} in the register and {found.verdict} in "
            f"{_places(verdicts)}."
        )
    return sentences


def _places(verdicts: Iterable[FoundVerdict]) -> str:
    return ", ".join(f"{found.page} (cell {found.cell})" for found in verdicts)


def render(register: Mapping[str, Claim]) -> str:
    """The appendix page as MyST Markdown."""
    parts = _by_part(register)
    lines = [
        "<!-- Written by `python -m tools.claims_page`; do not edit. -->",
        "",
        "# Claims and verdicts",
        "",
        _opening(register),
        "",
        *_counts(parts),
        "",
        # where the filters appear; without scripts the whole list stands there
        f'<div id="claims-filter"></div><script defer src="{SCRIPT}"></script>',
        "",
    ]
    for letter, claims in parts.items():
        lines += [f"## {PARTS.get(letter, 'Part ' + letter)} ({letter})", ""]
        lines += ["| Claim | Statement | Source lines | Kind | Verdict | Condition |"]
        lines += ["|---|---|---|---|---|---|"]
        lines += [_row(claim) for claim in claims]
        lines += [""]
    return "\n".join(lines)


def _opening(register: Mapping[str, Claim]) -> str:
    counts = Counter(claim.verdict for claim in register.values())
    decided = [f"{counts[name]} {name}" for name in VERDICTS]
    still = f"; {counts[None]} are still open" if counts[None] else ""
    return (
        f"The source document makes {len(register)} statements that can be checked: "
        f"{', '.join(decided[:-1])} and {decided[-1]}{still}. The number of a claim "
        "leads to the cell that decides it, and the page with that cell fails if the "
        "experiment comes out otherwise."
    )


def _counts(parts: Mapping[str, list[Claim]]) -> list[str]:
    """A table: for each part the number of each verdict, and the sums."""
    names = [*VERDICTS]
    if any(claim.verdict is None for claims in parts.values() for claim in claims):
        names.append(None)
    titles = [f"{SYMBOLS.get(name, '')} {name or 'open'}".strip() for name in names]
    rows = [
        [PARTS.get(letter, f"Part {letter}"), *_verdicts(claims, names), len(claims)]
        for letter, claims in parts.items()
    ]
    every = [claim for claims in parts.values() for claim in claims]
    rows.append(["**All**", *_verdicts(every, names), len(every)])
    lines = [["Part", *titles, "all"], ["---"] + ["--:"] * (len(names) + 1), *rows]
    return [f"| {' | '.join(map(str, line))} |" for line in lines]


def _verdicts(claims: list[Claim], names: list[str | None]) -> list[int]:
    counts = Counter(claim.verdict for claim in claims)
    return [counts[name] for name in names]


def _by_part(register: Mapping[str, Claim]) -> dict[str, list[Claim]]:
    parts: dict[str, list[Claim]] = defaultdict(list)
    for claim in register.values():
        parts[claim.id[0]].append(claim)
    return parts


def _row(claim: Claim) -> str:
    cells = (
        _linked(claim),
        _escaped(claim.statement),
        _escaped(claim.lines),
        claim.kind,
        claim.verdict or "open",
        _escaped(claim.condition) or "–",
    )
    return f"| {' | '.join(cells)} |"


def _linked(claim: Claim) -> str:
    if claim.verdict is None:
        return claim.id
    # raw HTML: the target is written by a cell's output, unknown to Sphinx
    return f'<a href="../{claim.page}.html#claim-{claim.id}">{claim.id}</a>'


def _escaped(text: str) -> str:
    """`text` as Markdown that shows exactly it, within a table.

    >>> _escaped("a|b <i> $x_1$")
    'a\\\\|b \\\\<i\\\\> \\\\$x\\\\_1\\\\$'
    """
    return re.sub(r"([\\`*_{}\[\]<>|~$#&])", r"\\\1", " ".join(text.split()))


def main(arguments: list[str] | None = None, *, chapters: Path = CHAPTERS) -> int:
    """Write the page, or check it; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing")
    options = parser.parse_args(arguments)
    page, text = Path(chapters) / PAGE, render(load_register())
    if not options.check:
        page.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(page, text)
        return 0
    if page.exists() and page.read_text(encoding="utf-8") == text:
        return 0
    print(f"{PAGE} is stale: run `python -m tools.claims_page`.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
