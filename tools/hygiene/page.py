"""What a rule sees of a page, and how it says what is wrong.

A rule is a function `Page -> iterable of Problem`, entered in RULES by `@rule`.
Cells are numbered from 0, markdown cells included, as in the notebook file.
"""

import ast
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode

HIDDEN_TAGS = frozenset({"hide-input", "remove-input", "remove-cell"})
FENCE = re.compile(r"^(`{3,}|~{3,}|:{3,}).*?^\1", re.MULTILINE | re.DOTALL)


class Problem(NamedTuple):
    """One finding: where (None for the page as a whole), what, and what to do."""

    cell: int | None
    what: str
    remedy: str


@dataclass(frozen=True)
class Cell:
    """One cell of a page, with the readings that rules share."""

    index: int
    node: NotebookNode

    @property
    def is_code(self) -> bool:
        return self.node.cell_type == "code"

    @property
    def source(self) -> str:
        return self.node.source

    @property
    def tags(self) -> set[str]:
        return set(self.node.metadata.get("tags", []))

    @property
    def hidden(self) -> bool:
        return bool(self.tags & HIDDEN_TAGS)

    @property
    def printed(self) -> bool:
        """Whether the cell repeats the source document as it was printed."""
        return "source" in self.tags

    @property
    def lines(self) -> list[str]:
        """Lines that are not blank."""
        return [line for line in self.source.splitlines() if line.strip()]

    @property
    def outputs(self) -> list[NotebookNode]:
        return self.node.get("outputs", [])

    @property
    def ignored(self) -> bool:
        """Whether nbval is told not to compare the outputs."""
        return "nbval-ignore-output" in self.tags

    @cached_property
    def tree(self) -> ast.Module | None:
        """The cell as Python, magics translated; None if it is not Python."""
        try:
            return ast.parse(TransformerManager().transform_cell(self.source))
        except SyntaxError:
            return None

    def nodes(self, *kinds: type) -> Iterator[Any]:
        """The syntax nodes of these kinds, none if the cell is not Python."""
        if self.tree is not None:
            yield from (n for n in ast.walk(self.tree) if isinstance(n, kinds))

    def calls(self) -> Iterator[tuple[str, ast.Call]]:
        """Each call with its dotted name, such as `claims.verdict`."""
        for node in self.nodes(ast.Call):
            yield dotted(node.func), node

    def texts(self) -> Iterator[str]:
        """What the outputs say in words: streams, text and HTML, errors."""
        for output in self.outputs:
            yield output.get("text", "")
            yield from output.get("traceback", [])
            yield output.get("evalue", "")
            for kind, data in output.get("data", {}).items():
                if kind.startswith("text/"):
                    yield data

    def figures(self) -> list[NotebookNode]:
        """The outputs that hold an image."""
        return [
            output
            for output in self.outputs
            if any(kind.startswith("image/") for kind in output.get("data", {}))
        ]

    def mystnb(self, part: str, key: str) -> str:
        """`metadata.mystnb.<part>.<key>`, empty where there is none."""
        return str(self.node.metadata.get("mystnb", {}).get(part, {}).get(key, ""))


@dataclass(frozen=True)
class Page:
    """A notebook with the register of claims; `register` maps ids to claims."""

    notebook: NotebookNode
    register: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def cells(self) -> list[Cell]:
        return [Cell(index, node) for index, node in enumerate(self.notebook.cells)]

    @property
    def code(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.is_code]

    @property
    def markdown(self) -> list[Cell]:
        return [cell for cell in self.cells if not cell.is_code]

    @cached_property
    def headings(self) -> list[tuple[int, int, str]]:
        """(cell, level, text) of each heading outside fences."""
        found = []
        for cell in self.markdown:
            for mark, title in re.findall(
                r"^(#{1,6})\s+(.+?)\s*$", FENCE.sub("", cell.source), re.MULTILINE
            ):
                found.append((cell.index, len(mark), title))
        return found

    def section(self, title: str) -> list[Cell]:
        """Cells from the `## title` on, up to the next `##`."""
        starts = [cell for cell, level, _ in self.headings if level == 2]
        for cell, level, text in self.headings:
            if level == 2 and text == title:
                end = min((s for s in starts if s > cell), default=len(self.cells))
                return self.cells[cell:end]
        return []

    @property
    def size(self) -> int:
        """Bytes of the notebook as JSON."""
        return len(json.dumps(self.notebook, indent=1, ensure_ascii=False).encode())


class Rule(NamedTuple):
    """A rule of the page contract: its check and one sentence for people."""

    check: Callable[[Page], Iterable[Problem]]
    sentence: str


RULES: dict[str, Rule] = {}


def rule(name: str, sentence: str) -> Callable[[Callable], Callable]:
    """Enter a function in RULES under `name`."""

    def enter(check: Callable) -> Callable:
        if name in RULES:
            raise ValueError(f"there is a rule {name!r} already; choose another name.")
        RULES[name] = Rule(check, sentence)
        return check

    return enter


def dotted(node: ast.AST) -> str:
    """`a.b.c` of a name or attribute; empty for what hangs on a call or index."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ""


def constant(node: ast.AST | None) -> object:
    """The value of a literal, None for anything else."""
    return node.value if isinstance(node, ast.Constant) else None


def keyword(call: ast.Call, name: str) -> object:
    """The literal that a call passes as `name=`, None where it does not."""
    values = [entry.value for entry in call.keywords if entry.arg == name]
    return constant(values[0]) if values else None
