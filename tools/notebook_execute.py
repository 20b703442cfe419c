"""Run one page in a fresh kernel and see what it cost."""

import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import nbformat
import psutil
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from tools.notebook_files import ROOT

LAST_WORDS = 2000  # characters of the kernel's stderr shown when it dies


class PageFailed(Exception):
    """A page did not run through; the message says which cell and why."""


@dataclass(frozen=True)
class Cost:
    """What a run took: wall-clock seconds and peak memory of the kernel in bytes."""

    seconds: float
    peak_bytes: int


def execute(
    notebook: nbformat.NotebookNode, folder: Path, *, cell_timeout: float
) -> Cost:
    """Run `notebook` in place, with `folder` as working directory.

    Raises PageFailed for an error without its tag, a time-out or a dead kernel.
    """
    at = {"cell": 0, "peak": 0}
    client = NotebookClient(
        notebook,
        timeout=cell_timeout,
        startup_timeout=120,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        record_timing=False,
    )

    def watch(cell_index: int, **_: object) -> None:
        at["cell"] = cell_index
        at["peak"] = max(at["peak"], peak_memory(client.km.provisioner.pid))

    client.on_cell_start = client.on_cell_executed = watch
    began = time.monotonic()
    with tempfile.TemporaryFile() as words:
        try:
            client.execute(env=kernel_environment(), stdout=words, stderr=words)
        except CellTimeoutError:
            raise PageFailed(
                f"cell {at['cell']} ran longer than {cell_timeout:g} s"
            ) from None
        except CellExecutionError as error:
            raise PageFailed(
                f"cell {at['cell']} raised {error.ename}: {error.evalue}"
            ) from None
        except DeadKernelError:
            words.seek(max(0, words.seek(0, os.SEEK_END) - LAST_WORDS))
            said = words.read().decode("utf-8", "replace").strip()
            raise PageFailed(
                f"the kernel died in cell {at['cell']}; its last words: {said}"
            ) from None
    return Cost(time.monotonic() - began, at["peak"])


def kernel_environment() -> dict[str, str]:
    """The environment of a kernel whose outputs are stored; nbval gets the same."""
    environment = dict(os.environ)
    environment["IPYTHONDIR"] = str(ROOT / "tests" / "ipython")
    environment["PYTHONHASHSEED"] = "0"
    environment.setdefault("CUDA_VISIBLE_DEVICES", "-1")  # outputs are those of a CPU
    return environment


def peak_memory(pid: int) -> int:
    """Most memory the process `pid` has held so far, in bytes (0 if it is gone)."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("ascii", "replace")
        line = next(row for row in status.splitlines() if row.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    except (OSError, StopIteration):
        pass
    try:
        return psutil.Process(pid).memory_info().rss
    except psutil.Error:
        return 0
