"""Programs that a platform would start, started here: a function, a health check.

Nothing of the caller's `AWS_…`, `CNNBOOK_…` and `PYTHON…` variables reaches them: they
find what a platform would have given them, and no credentials.
"""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

PRIVATE = ("AWS_", "CNNBOOK_", "PYTHON")
PATIENCE = 60.0  # seconds


@contextlib.contextmanager
def running(
    command: Sequence[str], folder: str | Path, variables: Mapping[str, object]
) -> Iterator[subprocess.Popen]:
    """Run a command in `folder` until the block ends; what it says is dropped.

    `python3` is the Python of this process, and looks for modules in `folder` first.
    """
    given = {name: str(value) for name, value in variables.items()}
    given["PYTHONPATH"] = str(folder)
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(PRIVATE)
    }
    first, *others = map(str, command)
    process = subprocess.Popen(
        [sys.executable if first == "python3" else first, *others],
        cwd=folder,
        env=inherited | given,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def execute(
    command: Sequence[str], folder: str | Path, variables: Mapping[str, object]
) -> int:
    """The exit status of a command that ends by itself, such as a health check."""
    with running(command, folder, variables) as process:
        return process.wait(timeout=PATIENCE)
