"""The store that the tools serve, and the processes that serve it."""

import subprocess
import sys
from pathlib import Path

from cnnbook.serving.processes import (
    ServerProcess,
    cnnbook_server,
    free_port,
    serving,
)

__all__ = [
    "STORE",
    "ServerProcess",
    "cnnbook_server",
    "existing_store",
    "free_port",
    "serving",
]

STORE = Path("build") / "models"


def existing_store(folder: Path = STORE) -> Path:
    """`folder`, with a version of the model in it, built first where there is none."""
    if not list(folder.glob("fashion/*/manifest.json")):
        print(f"building a version of the model in {folder}", flush=True)
        command = [sys.executable, "-m", "cnnbook.deploy", "--store", str(folder)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return folder
