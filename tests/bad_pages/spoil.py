"""Tools to break a page: cells that are added keep the execution counts right, so
that no rule but the one that is meant has anything to say."""

from collections.abc import Callable

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from tests.good_page import code, find, renumber

BAD: list[tuple[str, Callable[[NotebookNode], None]]] = []
MORE_PROSE = "Words that carry the cell after them, many enough to please. " * 8


def breaks(rule: str) -> Callable[[Callable], Callable]:
    def enter(spoil: Callable) -> Callable:
        BAD.append((rule, spoil))
        return spoil

    return enter


def add(page: NotebookNode, *cells: NotebookNode) -> None:
    """Put cells, after some prose, in front of the answer."""
    place = page.cells.index(find(page, "## Answer"))
    page.cells[place:place] = [new_markdown_cell(MORE_PROSE), *cells]
    renumber(page)


def add_code(page: NotebookNode, source: str, *outputs: NotebookNode, **more) -> None:
    add(page, code(source, *outputs, **more))


def replace(page: NotebookNode, old: str, new: str) -> None:
    cell = find(page, old)
    cell.source = cell.source.replace(old, new)


def drop(page: NotebookNode, text: str) -> None:
    page.cells.remove(find(page, text))
    renumber(page)


def verdict_source() -> str:
    return 'claims.verdict("T01", holds=accuracy > 0.9, because="above 0.9")'
