"""Copies of the tree, in which a fault may be written: never in place."""

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path


def files_of(root: Path) -> list[Path]:
    """Files below `root` that git would track, or all where there is no git."""
    asked = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(asked, cwd=root, capture_output=True)
    if done.returncode:
        found = [path.relative_to(root) for path in root.rglob("*") if path.is_file()]
        return [path for path in found if "__pycache__" not in path.parts]
    names = [Path(name) for name in done.stdout.decode("utf-8").split("\0") if name]
    return [name for name in names if (root / name).is_file()]


def copy_to(root: Path, target: Path) -> Path:
    """Copy the tree to the new folder `target`."""
    for name in files_of(root):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(root / name, target / name)
    return target


@contextlib.contextmanager
def copy_tree(root: Path, number: int) -> Iterator[list[Path]]:
    """`number` copies of the tree, removed at the end."""
    with tempfile.TemporaryDirectory(prefix="cnnbook-mutation-") as room:
        yield [copy_to(root, Path(room) / f"copy-{i}") for i in range(number)]
