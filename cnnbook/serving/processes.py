"""A model server in a process of its own, for pages and tools that ask it."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

READY_WITHIN = 120.0  # seconds; TensorFlow alone needs ten


@dataclass(frozen=True)
class ServerProcess:
    """A running server: its address, its process id, seconds until it was ready."""

    address: str
    pid: int
    seconds: float

    def memory(self, what: str = "VmRSS") -> float:
        """Resident memory in MB, of it and its children; `VmHWM` is the peak."""
        return sum(_memory(pid, what) for pid in (self.pid, *_children(self.pid)))


@contextlib.contextmanager
def serving(
    command: Sequence[str],
    *,
    ready: str,
    port: int,
    folder: str | Path | None = None,
    **environment: object,
) -> Iterator[ServerProcess]:
    """Run `command` until the block ends; its path `ready` answers 200 at the start.

    `folder` is its working directory. What it prints goes to a file, of which the end
    is in the error if it fails.
    """
    address = f"http://127.0.0.1:{port}"
    variables = os.environ | {name: str(value) for name, value in environment.items()}
    with tempfile.TemporaryFile() as log:
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=variables,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            _wait(process, address + ready, log)
            seconds = time.perf_counter() - started
            yield ServerProcess(address, process.pid, seconds)
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=20)
            # and the workers that a server leaves behind
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def cnnbook_server(
    store: str | Path, **settings: object
) -> contextlib.AbstractContextManager[ServerProcess]:
    """`serving` for `python -m cnnbook.serving`, open unless `keys_file` is given."""
    port = free_port()
    settings = {"store": store, "port": port, "drain": 0} | settings
    if "keys_file" not in settings:
        settings["open"] = "true"
    environment = {f"CNNBOOK_{name.upper()}": value for name, value in settings.items()}
    command = [sys.executable, "-m", "cnnbook.serving"]
    return serving(command, ready="/v2/health/ready", port=port, **environment)


def free_port() -> int:
    """A port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait(process: subprocess.Popen, address: str, log) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.01)
    log.seek(0)
    said = log.read()[-2000:].decode(errors="replace")
    raise RuntimeError(f"the server at {address} did not become ready:\n{said}")


def _memory(pid: int, what: str) -> float:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(what + ":"):
                return int(line.split()[1]) / 1024
    return 0.0


def _children(pid: int) -> list[int]:
    """All descendants of a process."""
    found = []
    with contextlib.suppress(OSError):
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        for child in map(int, text.split()):
            found += [child, *_children(child)]
    return found
