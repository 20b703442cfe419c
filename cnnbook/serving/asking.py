"""Clients that ask a server without pause, each in a thread with a connection.

For measurements and tests of what happens under load. One process of Python asks
about a thousand times a second at most; where that is too little, use wrk.
"""

import contextlib
import http.client
import itertools
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

import numpy as np

from cnnbook.checks import require_at_least
from cnnbook.serving.processes import ServerProcess

TIMEOUT = 60.0  # seconds, after which an answer counts as lost
PAUSE = 0.05  # seconds between two health checks
CHECK_WITHIN = 1.0  # seconds; what Kubernetes allows unless it is told otherwise


class Answer(NamedTuple):
    """What came back: when it was asked and came (seconds of `time.perf_counter`), its
    status, 0 where nothing came, the index of what was sent, and the body."""

    asked: float
    came: float
    status: int
    number: int
    body: bytes


class _Question(NamedTuple):
    """Where to post what."""

    host: str
    path: str
    bodies: list[bytes]
    headers: dict[str, str]


class Speed(NamedTuple):
    """Answers a second, and percentiles of the time that one took, in milliseconds."""

    rate: float
    p50: float
    p99: float


class Load(NamedTuple):
    """A server under load: its `Speed`; health checks that were missed, and all of
    them; answers for each second of processor time; resident memory in MB."""

    rate: float
    p50: float
    p99: float
    missed: int
    checks: int
    per_core: float
    memory: float


@contextlib.contextmanager
def asking(
    address: str,
    path: str,
    bodies: Sequence[bytes],
    *,
    headers: Mapping[str, str] | None = None,
    clients: int = 1,
) -> Iterator[list[Answer]]:
    """Post `bodies` to `path`, one after the other, until the block ends.

    The list of answers fills meanwhile, and is complete after the block. A client
    whose answer says that the connection will be closed asks no more: behind a load
    balancer, another server would be asked from then on.
    """
    require_at_least("the number of bodies", len(bodies), 1)
    require_at_least("clients", clients, 1)
    answers: list[Answer] = []
    done = threading.Event()
    host = urlsplit(address).netloc
    question = _Question(host, path, list(bodies), dict(headers or {}))
    threads = [
        threading.Thread(
            target=_ask, args=(question, first, answers, done), daemon=True
        )
        for first in range(clients)
    ]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        done.set()
        for thread in threads:
            thread.join()


def measure(
    server: ServerProcess,
    path: str,
    bodies: Sequence[bytes],
    *,
    health: str,
    seconds: float = 1.0,
    **options: object,
) -> Load:
    """Ask a server for some `seconds`, and its path `health` meanwhile.

    `options` are those of `asking`. Raises `RuntimeError` where an answer is not 200.
    """
    import psutil

    process, checks = psutil.Process(server.pid), []
    before, until = _processor_time(process), time.perf_counter() + seconds
    with asking(server.address, path, bodies, **options) as answers:
        while time.perf_counter() < until:
            time.sleep(PAUSE)
            checks.append(_is_healthy(server.address, health))
    failed = {answer.status for answer in answers} - {200}
    if failed:
        raise RuntimeError(f"some answers of {path} were not 200 but {sorted(failed)}.")
    per_core = len(answers) / max(_processor_time(process) - before, 1e-3)
    memory = process.memory_info().rss / 1e6
    missed = checks.count(False)
    return Load(*speed(answers), missed, len(checks), per_core, memory)


def _is_healthy(address: str, path: str) -> bool:
    """Whether `path` answers 200 in time, on a connection of its own."""
    line = http.client.HTTPConnection(urlsplit(address).netloc, timeout=CHECK_WITHIN)
    with contextlib.closing(line), contextlib.suppress(OSError):
        line.request("GET", path)
        return line.getresponse().status == 200
    return False


def _processor_time(process) -> float:
    """Seconds of processor time, in user and system mode."""
    return sum(process.cpu_times()[:2])


def speed(answers: Sequence[Answer]) -> Speed:
    """How fast `answers` came, from the first question to the last answer.

    >>> two = [Answer(0.0, 0.5, 200, 0, b""), Answer(0.5, 1.0, 200, 0, b"")]
    >>> speed(two)
    Speed(rate=2.0, p50=500.0, p99=500.0)
    """
    require_at_least("the number of answers", len(answers), 1)
    began = min(answer.asked for answer in answers)
    ended = max(answer.came for answer in answers)
    times = [1000 * (answer.came - answer.asked) for answer in answers]
    p50, p99 = np.percentile(times, [50, 99])
    return Speed(len(answers) / (ended - began), float(p50), float(p99))


def _ask(
    question: _Question, first: int, answers: list[Answer], done: threading.Event
) -> None:
    """One client; it begins with the body `first`, so that clients ask differently."""
    host, path, bodies, headers = question
    line = http.client.HTTPConnection(host, timeout=TIMEOUT)
    with contextlib.closing(line):
        for step in itertools.count(first):
            number = step % len(bodies)
            asked = time.perf_counter()
            try:
                line.request("POST", path, bodies[number], headers)
                reply = line.getresponse()
                status, body, closing = reply.status, reply.read(), reply.will_close
            except (OSError, http.client.HTTPException) as error:
                status, body, closing = 0, repr(error).encode(), True
            came = time.perf_counter()
            answers.append(Answer(asked, came, status, number, body))
            if closing or done.is_set():
                return
