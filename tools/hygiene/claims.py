"""Rules on claims: what the opening lists, the cells decide, the register holds."""

import ast
import re
from collections import Counter
from collections.abc import Iterator

from tools.hygiene.page import Cell, Page, Problem, constant, dotted, rule

BUNDLE = "application/vnd.cnnbook.claim+json"
CLAIM_ID = re.compile(r"\b[A-Z]{1,2}\d{2,3}\b")
LISTED = re.compile(r"\*\*Claims tried\.\*\*(.*?)(?:\n\s*\n|\Z)", re.DOTALL)
DECIDERS = ("verdict", "cited")


def bundles(cell: Cell) -> list:
    """The claim bundles among the outputs of a cell."""
    return [
        output.data[BUNDLE]
        for output in cell.outputs
        if BUNDLE in output.get("data", {})
    ]


def decided(cell: Cell) -> list[str]:
    """The ids that the code of a cell decides."""
    return [
        str(constant(call.args[0]))
        for name, call in cell.calls()
        if call.args and name in {f"claims.{decider}" for decider in DECIDERS}
    ]


def decided_ids(page: Page) -> list[tuple[int, str]]:
    """(cell, id) of each verdict, from the code and from the stored bundle."""
    found = []
    for cell in page.code:
        stored = [b["id"] for b in bundles(cell) if isinstance(b, dict) and "id" in b]
        found += [(cell.index, name) for name in dict.fromkeys(decided(cell) + stored)]
    return found


@rule("verdict-registered", "A verdict is about a claim of the register.")
def verdict_registered(page: Page) -> Iterator[Problem]:
    for index, claim in decided_ids(page):
        if claim not in page.register:
            remedy = "use an id of the register, or enter the claim there"
            yield Problem(index, f"claim {claim} is not in the register", remedy)


@rule("verdict-agrees", "A stored verdict is the one in the register.")
def verdict_agrees(page: Page) -> Iterator[Problem]:
    for cell in page.code:
        for bundle in bundles(cell):
            entry = page.register.get(bundle.get("id"))
            if entry is not None and bundle.get("verdict") != entry.verdict:
                what = (
                    f"claim {bundle['id']} is {bundle.get('verdict')} here, "
                    f"{entry.verdict or 'open'} in the register"
                )
                yield Problem(cell.index, what, "settle which is right and re-run")


@rule("verdict-bundle", "A verdict ends its cell and stores exactly its own bundle.")
def verdict_bundle(page: Page) -> Iterator[Problem]:
    remedy = "end the cell in one claims.verdict(…) and run `make notebooks`"
    for cell in page.code:
        coded, stored = decided(cell), bundles(cell)
        if not coded and not stored:
            continue
        shaped = all(set(bundle) == {"id", "verdict"} for bundle in stored)
        if not shaped or [bundle["id"] for bundle in stored] != coded:
            yield Problem(cell.index, "bundle and code differ", remedy)
            continue
        last = cell.tree.body[-1] if cell.tree and cell.tree.body else None
        call = last.value if isinstance(last, ast.Expr) else None
        name = dotted(call.func) if isinstance(call, ast.Call) else ""
        if name.rpartition(".")[2] not in DECIDERS or len(coded) != 1:
            yield Problem(cell.index, "the verdict does not end its cell", remedy)


@rule("verdict-compared", "A verdict is compared strictly: its cell is not ignored.")
def verdict_compared(page: Page) -> Iterator[Problem]:
    for cell in page.code:
        if bundles(cell) and cell.ignored:
            remedy = "print measurements in a cell before, thresholds in the verdict"
            yield Problem(cell.index, "verdict in an ignored cell", remedy)


@rule("claims-listed", "The opening lists the claims that the page decides, each once.")
def claims_listed(page: Page) -> Iterator[Problem]:
    opening = page.cells[0].source if page.cells else ""
    found = LISTED.search(opening)
    listed = Counter(CLAIM_ID.findall(found[1]) if found else [])
    tried = Counter(claim for _, claim in decided_ids(page))
    for claim in sorted(listed.keys() | tried.keys()):
        if (listed[claim], tried[claim]) != (1, 1):
            times = f"listed {listed[claim]} and decided {tried[claim]} times"
            yield Problem(0, f"claim {claim} {times}", "do each exactly once")
