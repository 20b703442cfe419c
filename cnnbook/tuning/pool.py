"""Worker processes: start, feed, replace.

A trial runs in a process of its own kind because `fit` in a loop leaks memory, and
because a process that dies takes nothing else with it.
"""

import json
import os
import selectors
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cnnbook.checks import require_at_least
from cnnbook.tuning.trials import Trial


def thread_limits(threads: int) -> dict[str, str]:
    """Environment variables that give a process so many threads for its arithmetic."""
    names = ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS")
    return dict.fromkeys(names, str(threads))


@dataclass
class Worker:
    """One process, how many trials it has begun, and what it is busy with.

    It is `ready` once it has imported its objective, and may be sent a trial before.
    """

    process: subprocess.Popen
    begun: int = 0
    request: dict | None = None
    ready: bool = False
    _rest: bytes = b""

    def send(self, request: dict) -> None:
        """Begin a trial."""
        self.request = request
        self.begun += 1
        try:
            self.process.stdin.write((json.dumps(request) + "\n").encode())
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # it is dead already; its output, ended, will say so

    def read(self) -> list[str] | None:
        """The lines that have come since; None where the output has ended.

        Not through a buffered stream: what that holds, a selector does not see.
        """
        data = os.read(self.process.stdout.fileno(), 1 << 16)
        if not data:
            return None
        *lines, self._rest = (self._rest + data).split(b"\n")
        return [line.decode("utf-8") for line in lines]

    def stop(self) -> None:
        """End the process, whatever it does; one that has ended keeps its code."""
        try:
            self.process.wait(timeout=0.5 if self.request is not None else 0)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


@dataclass
class Pool:
    """`num_workers` processes that run `objective`, each with `threads` threads.

    A worker is replaced after `trials_each` trials, before its memory grows. What
    workers print goes to `log`.
    """

    objective: str
    log: Path
    num_workers: int = 1
    threads: int = 1
    trials_each: int = 20
    _workers: list[Worker] = field(default_factory=list)

    def __post_init__(self):
        for name in ("num_workers", "threads", "trials_each"):
            require_at_least(name, getattr(self, name), 1)

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.stop()
        self._workers = []

    @property
    def num_busy(self) -> int:
        """Trials that are running."""
        return sum(worker.request is not None for worker in self._workers)

    @property
    def num_free(self) -> int:
        """Trials that could be begun now."""
        return self.num_workers - self.num_busy

    def begin(self, request: dict) -> None:
        """Hand a trial to a free worker, a new one if need be."""
        for worker in list(self._workers):
            if worker.request is None and worker.begun >= self.trials_each:
                self._remove(worker)
        free = [worker for worker in self._workers if worker.request is None]
        if not free:
            free = [self._start()]
        free[0].send(request)

    def wait(self) -> Iterator[tuple[dict, Trial | None]]:
        """Wait for news; yield requests with their trials, None for a death.

        A worker that could not import its objective raises RuntimeError: the next one
        could not either.
        """
        busy = [worker for worker in self._workers if worker.request is not None]
        with selectors.DefaultSelector() as selector:
            for worker in busy:
                selector.register(worker.process.stdout, selectors.EVENT_READ, worker)
            ready = [key.data for key, _ in selector.select()]
        for worker in ready:
            lines = worker.read()
            if lines is None:
                self._remove(worker)
                # a signal, from whomever, is a negative code
                if not worker.ready and worker.process.returncode >= 0:
                    raise RuntimeError(
                        f"A worker could not start. The end of {self.log.name} says:\n"
                        + self.log.read_text(errors="replace")[-1000:]
                    )
                yield worker.request, None
                continue
            for line in lines:
                if not line:
                    worker.ready = True
                    continue
                request, worker.request = worker.request, None
                yield request, Trial(**json.loads(line))

    def _start(self) -> Worker:
        environment = os.environ | thread_limits(self.threads)
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "cnnbook.tuning.worker", self.objective],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=environment,
            )
        worker = Worker(process)
        self._workers.append(worker)
        return worker

    def _remove(self, worker: Worker) -> None:
        worker.stop()
        self._workers.remove(worker)
