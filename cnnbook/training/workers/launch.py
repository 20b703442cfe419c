"""Workers on this machine: start them, watch them, collect what they leave."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import keras
import numpy as np

from cnnbook.checks import require_at_least
from cnnbook.files import write_atomically
from cnnbook.named import import_function
from cnnbook.training.workers.job import Job
from cnnbook.training.workers.loop import share_of

LAST_WORDS = 3  # lines of a dead worker's log that an error quotes


class WorkerFailed(RuntimeError):
    """A worker ended before its work was done; the message says which and how."""


@dataclass(frozen=True)
class Together:
    """What `launch` brings back.

    `losses` has the loss of each whole batch; `digests` names the exact weights of
    each worker; `seconds` are those of the slowest, without its first step.
    """

    losses: list[float]
    digests: list[str]
    seconds: float
    weights: list[np.ndarray] = field(repr=False)
    job: Job = field(repr=False)
    fit: list[str] = field(repr=False, default_factory=list)

    def model(self) -> keras.Model:
        """The trained network."""
        model = self.job.make_model()
        model.set_weights(self.weights)
        return model


def free_addresses(num: int) -> list[str]:
    """`num` addresses of this machine alone, with ports that nobody used just now."""
    sockets = [socket.socket() for _ in range(num)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))  # 0: the system chooses
        return [f"127.0.0.1:{each.getsockname()[1]}" for each in sockets]
    finally:
        for each in sockets:
            each.close()


def launch(
    job: Job,
    *,
    num_workers: int,
    timeout: float = 300.0,
    patience: float = 120.0,
    threads: int = 1,
    started: Callable[[list[int]], None] = lambda pids: None,
) -> Together:
    """Train `job` by `num_workers` processes of this machine.

    Parameters
    ----------
    timeout : seconds after which all are ended and TimeoutError is raised.
    patience : seconds that a worker waits for the others in one step.
    threads : of each process, for TensorFlow.
    started : called with the process ids.

    A worker that dies ends the others too, and WorkerFailed says which it was: its
    share of the batch is missing, and nobody else has it.
    """
    require_at_least("num_workers", num_workers, 1)
    share_of(job.recipe.batch_size, 0, num_workers)  # not more workers than images
    for argument in ("build", "data"):  # misspelt ones, before any process starts
        import_function(argument, getattr(job, argument))
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        write_atomically(folder / "job.json", job.to_json())
        addresses = free_addresses(num_workers)
        processes = [
            _start(folder, addresses, index, threads, patience)
            for index in range(num_workers)
        ]
        try:
            started([process.pid for process in processes])
            _watch(processes, addresses, folder, timeout)
        finally:
            for process in processes:
                process.kill()
                process.wait()
        return _collected(job, folder, num_workers)


def _start(
    folder: Path, addresses: list[str], index: int, threads: int, patience: float
) -> subprocess.Popen:
    command = [sys.executable, "-m", "cnnbook.training.workers", folder / "job.json"]
    command += ["--addresses", ",".join(addresses), "--index", str(index)]
    command += ["--results", folder, "--threads", str(threads)]
    command += ["--patience", str(patience), "--parent", str(os.getpid())]
    with (folder / f"worker-{index}.log").open("wb") as log:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )


def _watch(
    processes: list[subprocess.Popen],
    addresses: list[str],
    folder: Path,
    timeout: float,
) -> None:
    """Return when all have ended well; raise when one has not, or time is up."""
    deadline = time.monotonic() + timeout
    while True:
        codes = [process.poll() for process in processes]
        failed = [index for index, code in enumerate(codes) if code]
        if failed:
            raise WorkerFailed(_obituary(failed, codes, addresses, folder))
        if all(code == 0 for code in codes):
            return
        if time.monotonic() > deadline:
            busy = [str(index) for index, code in enumerate(codes) if code is None]
            raise TimeoutError(
                f"Workers {', '.join(busy)} of {len(processes)} were still busy after "
                f"{timeout:g} s, and were ended. Raise `timeout` if they had work left."
            )
        time.sleep(0.05)


def _obituary(
    failed: list[int], codes: list[int | None], addresses: list[str], folder: Path
) -> str:
    # killed, or by its own error: that tells more than those who lost another
    index = min(failed, key=lambda index: codes[index])
    code = codes[index]
    how = f"exit code {code}"
    if code < 0:
        how = f"signal {signal.Signals(-code).name}"
    log = (folder / f"worker-{index}.log").read_text(errors="replace")
    said = " | ".join(log.strip().splitlines()[-LAST_WORDS:]) or "nothing"
    return (
        f"Worker {index} of {len(codes)} at {addresses[index]} ended by {how}; the "
        f"others were stopped. Its last words: {said}"
    )


def _collected(job: Job, folder: Path, num_workers: int) -> Together:
    found = [
        json.loads((folder / f"worker-{index}.json").read_text(encoding="utf-8"))
        for index in range(num_workers)
    ]
    with np.load(folder / "weights.npz") as weights:
        arrays = [weights[name] for name in weights.files]
    return Together(
        losses=found[0]["losses"],
        digests=[each["digest"] for each in found],
        seconds=max(each["seconds"] for each in found),
        weights=arrays,
        job=job,
        fit=[each["fit"] for each in found],
    )
