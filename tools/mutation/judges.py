"""Which tests and pages judge a module: by its name and by what it defines."""

import ast
import re
from functools import cache
from pathlib import Path

MOST_TESTS = 24  # files of tests that are tried for one module
MOST_PAGES = 2
EVERY = Path("tests/test_contracts.py")  # looks at all modules
SECONDS = re.compile(r"\*\*Run time\.\*\* about (\d+)")


def modules(root: Path, names: list[str]) -> list[Path]:
    """Files of `cnnbook` below `root` that `names` mean, all of them without names.

    A name is a part of the dotted path: `reference`, `models`, `serving.limits`.
    """
    files = sorted((root / "cnnbook").rglob("*.py"))
    named = {path: dotted(root, path) for path in files}
    if not names:
        return files
    chosen = []
    for name in names:
        asked = name.removeprefix("cnnbook.")
        meant = [
            path
            for path, said in named.items()
            if f"{said}.".startswith(f"cnnbook.{asked}.")
        ]
        if not meant:
            raise ValueError(
                f"{name!r} is no module of cnnbook. Give a name such as "
                "'reference', 'models' or 'serving.limits'."
            )
        chosen += [path for path in meant if path not in chosen]
    return chosen


def dotted(root: Path, path: Path) -> str:
    """`cnnbook.data.lines` of the file `cnnbook/data/lines.py` below `root`."""
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def tests_of(root: Path, module: Path) -> list[Path]:
    """Files of tests that judge `module`, those that mean it most first.

    A file counts when it is called after the module, imports it, or uses names that
    are defined there; where no file does, those of the modules that use it count.
    `EVERY` is asked last.
    """
    files = sorted((root / "tests").rglob("test_*.py"))
    ranked = _ranked(files, dotted(root, module), _defined(module))
    if not ranked:
        users = [
            user
            for user in sorted((root / "cnnbook").rglob("*.py"))
            if user != module and _weight(user, dotted(root, module), _defined(module))
        ]
        for user in users:
            ranked += _ranked(files, dotted(root, user), _defined(user))
    every = [root / EVERY] if (root / EVERY).exists() else []
    chosen = list(dict.fromkeys(ranked))[: MOST_TESTS - 1]
    return list(dict.fromkeys(chosen + every))


def pages_of(root: Path, module: Path) -> list[Path]:
    """Pages that use names of `module`, the quickest first."""
    pages = sorted((root / "chapters").rglob("*.ipynb"))
    using = [
        page for page in pages if _weight(page, dotted(root, module), _defined(module))
    ]
    return sorted(using, key=_stated)[:MOST_PAGES]


def _ranked(files: list[Path], name: str, defined: frozenset[str]) -> list[Path]:
    weights = {path: _weight(path, name, defined) for path in files}
    return sorted((p for p in files if weights[p]), key=lambda p: -weights[p])


def _weight(path: Path, name: str, defined: frozenset[str]) -> int:
    """How much a file means the module `name`: 0 if not at all."""
    words, text = _words(path)
    *_, package, last = f".{name.removeprefix('cnnbook.')}".split(".")
    said = "_".join(path.relative_to(path.parents[1]).with_suffix("").parts)
    # a file with fixtures alone may not name the package
    weight = len(defined & words) if "cnnbook" in words else 0
    if re.search(rf"{re.escape(name)}\b(?!\.)", text):
        weight += 20
    if path.stem in (f"test_{last}", f"test_{package}_{last}"):
        weight += 50 if not package or package in said else 10
    elif last in path.stem.split("_"):
        weight += 5
    elif path.stem == f"test_{package}":
        weight += 3  # of a package whose modules have no files of their own
    # tests of the same folder know the module by what it does: routes by their address
    folder = name.split(".")[1] if "." in name else ""
    return weight + 4 * (folder in path.parts and path.suffix == ".py")


@cache
def _words(path: Path) -> tuple[frozenset[str], str]:
    text = path.read_text("utf-8")
    return frozenset(re.findall(r"[A-Za-z_]\w+", text)), text


@cache
def _defined(module: Path) -> frozenset[str]:
    """Names that a module defines at its top, those of many meanings left aside."""
    names = set()
    for node in ast.parse(module.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            names.add(node.targets[0].id)
    common = {"main", "run", "add", "train", "check", "record", "report", "MODULES"}
    return frozenset(n for n in names if not n.startswith("_") and n not in common)


def _stated(page: Path) -> int:
    found = SECONDS.search(page.read_text("utf-8"))
    return int(found[1]) if found else 10**6
