"""The table of faults, and where each can be put into the source of a module."""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass

SWAPS = {
    ast.Lt: (ast.GtE, ast.LtE),
    ast.LtE: (ast.Gt, ast.Lt),
    ast.Gt: (ast.LtE, ast.GtE),
    ast.GtE: (ast.Lt, ast.Gt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Mult,),
    ast.Mod: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
    ast.Break: (ast.Continue,),
    ast.Continue: (ast.Break,),
}
# Arguments that only change how something looks; the eye judges them, not a test.
LOOKS = frozenset(
    "alpha aspect bbox bottom capsize cmap color edgecolor elinewidth facecolor "
    "figsize fontsize framealpha frameon ha height_ratios hspace indent "
    "labelpad layout left linestyle linewidth linewidths loc lw marker "
    "markersize ncol pad right rotation s shrink stacklevel top va width "
    "width_ratios wspace xytext y zorder".split()
)
# Numbers that are chosen, where every other choice is as good.
CHOSEN = ("seed", "default_rng", "RandomState", "PRNGKey")
# Assertions about our own code, as `assert` is, and the longest something may take.
GUARDS = ("strict", "timeout")
LEFT = {*LOOKS, *CHOSEN, *GUARDS}
# what is left for the type checker alone, or for whoever reads the code
NEVER = (ast.JoinedStr, ast.Assert, ast.ImportFrom, ast.Import)


# A path is a list of (field, index) from the module down; index is None for a field
# that holds one node.
Path = tuple[tuple[str, int | None], ...]


@dataclass(frozen=True)
class Mutant:
    """One fault: where it is, what stood there, what stands there now.

    `source` is the whole module with the fault, as `ast.unparse` writes it.
    """

    line: int
    before: str
    after: str
    source: str
    number: bool = False  # whether only a number was changed


def mutants(
    source: str, choose: Callable[[list], list] = lambda places: places
) -> list[Mutant]:
    """Every fault of the table that can be put into `source`, in order of lines.

    `choose` may leave some out, before they are written: a long module has hundreds.

    >>> [m.after for m in mutants("def f(a):\\n    return a > 1")]
    ['return None', 'a <= 1', 'a >= 1', 'a > 2']
    """
    tree = ast.parse(source)
    places = [
        (path, fault) for path in _places(tree) for fault in _faults(_at(tree, path))
    ]
    return [_mutant(tree, path, fault) for path, fault in choose(places)]


def _mutant(tree: ast.AST, path: Path, fault: ast.AST) -> Mutant:
    changed = copy.deepcopy(tree)
    _replace(changed, path, fault)
    # a constant alone says little, so the expression around it is shown
    around = _at(tree, path[:-1])
    alone = isinstance(fault, ast.Constant) and isinstance(around, ast.expr)
    shown = path[:-1] if alone else path
    text = ast.unparse(ast.fix_missing_locations(changed)) + "\n"
    return Mutant(
        line=_line(tree, path),
        before=_shown(tree, shown),
        after=_shown(changed, shown),
        source=text,
        number=isinstance(fault, ast.Constant) and fault.value is not None,
    )


def plain(source: str) -> str:
    """`source` without a fault, written as the mutants are."""
    return ast.unparse(ast.parse(source)) + "\n"


# --- where ---------------------------------------------------------------------------


def _places(node: ast.AST, path: Path = ()) -> Iterator[Path]:
    """The path of every node that may be changed."""
    if isinstance(node, NEVER) or _only_text(node):
        return
    yield path
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        several = isinstance(value, list)
        for index, child in enumerate(value if several else [value]):
            left = isinstance(child, ast.keyword) and child.arg in LEFT
            if isinstance(child, ast.AST) and not left:
                yield from _places(child, (*path, (field, index if several else None)))


def _only_text(node: ast.AST) -> bool:
    """Docstrings, lists of names, chosen seeds, and the words of what is raised."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
        return True
    if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(CHOSEN):
        return True
    return isinstance(node, ast.Raise)


def _at(tree: ast.AST, path: Path) -> ast.AST:
    for field, index in path:
        tree = getattr(tree, field)
        tree = tree if index is None else tree[index]
    return tree


def _replace(tree: ast.AST, path: Path, new: ast.AST) -> None:
    field, index = path[-1]
    parent = _at(tree, path[:-1])
    if index is None:
        setattr(parent, field, new)
    else:
        getattr(parent, field)[index] = new


def _line(tree: ast.AST, path: Path) -> int:
    lines = [getattr(_at(tree, path[:n]), "lineno", 0) for n in range(len(path) + 1)]
    return next((line for line in reversed(lines) if line), 1)


def _shown(tree: ast.AST, path: Path) -> str:
    """The node on one line, cut where it is long."""
    text = " ".join(ast.unparse(ast.fix_missing_locations(_at(tree, path))).split())
    return text if len(text) < 90 else text[:87] + "…"


# --- what ----------------------------------------------------------------------------


def _faults(node: ast.AST) -> Iterator[ast.AST]:
    """The node with one fault in it, for each fault of the table that applies."""
    if isinstance(node, ast.Compare):
        for index, operator in enumerate(node.ops):
            for swapped in SWAPS.get(type(operator), ()):
                changed = copy.deepcopy(node)
                changed.ops[index] = swapped()
                yield changed
    elif isinstance(node, ast.BinOp | ast.BoolOp | ast.AugAssign):
        for swapped in SWAPS.get(type(node.op), ()):
            changed = copy.deepcopy(node)
            changed.op = swapped()
            if not _joins_text(node):
                yield changed
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield copy.deepcopy(node.operand)
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        yield ast.Constant(node.value + 1)
    elif isinstance(node, ast.Return) and node.value is not None:
        if not (isinstance(node.value, ast.Constant) and node.value.value is None):
            yield ast.Return(ast.Constant(None))
    elif isinstance(node, ast.Break | ast.Continue):
        for swapped in SWAPS[type(node)]:
            yield swapped()


def _joins_text(node: ast.AST) -> bool:
    """Whether an operand is text: `"a" - "b"` would be no slip that anyone makes."""
    return isinstance(node, ast.BinOp) and any(
        isinstance(part, ast.JoinedStr)
        or (isinstance(part, ast.Constant) and isinstance(part.value, str))
        for part in (node.left, node.right)
    )
