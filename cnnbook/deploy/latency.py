"""How long an answer takes, by any runtime: one image at a time, and many at once.

Runtimes take turns in short blocks, so that what else the machine does hits all of
them alike. The first calls of each block are not timed: they bring a runtime back into
the caches of the processor.
"""

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cnnbook.checks import require_at_least, require_layout
from cnnbook.runtimes import Runtime

UNTIMED = 2  # calls at the start of a block


@dataclass(frozen=True)
class Latency:
    """Percentiles, in milliseconds, of the time from call to answer."""

    p50: float
    p95: float
    p99: float
    num_calls: int


def measure_latency(
    runtimes: Mapping[str, Runtime],
    images: np.ndarray,
    *,
    rounds: int = 20,
    calls: int = 25,
) -> dict[str, Latency]:
    """Time single images, `rounds` blocks of `calls` for each runtime.

    Parameters
    ----------
    images : (n, h, w, c) uint8, used in turn.
    """
    milliseconds: dict[str, list[float]] = {name: [] for name in runtimes}
    for name, runtime in _turns(runtimes, images, rounds):
        seconds = _timed(runtime, images, 1, calls)
        milliseconds[name] += (1000 * seconds).tolist()
    return {
        name: Latency(*np.percentile(found, [50, 95, 99]).tolist(), len(found))
        for name, found in milliseconds.items()
    }


def measure_throughput(
    runtimes: Mapping[str, Runtime],
    images: np.ndarray,
    *,
    batch_sizes: Sequence[int] = (1, 8, 32, 128),
    rounds: int = 5,
    block: int = 256,
) -> dict[str, dict[int, float]]:
    """Images per second by runtime and batch size: the median of `rounds` blocks.

    Parameters
    ----------
    images : (n, h, w, c) uint8, used in turn.
    block : least number of images that a block answers.
    """
    rates = {name: {size: [] for size in batch_sizes} for name in runtimes}
    for size in batch_sizes:
        require_at_least("batch_sizes", size, 1)
        for name, runtime in _turns(runtimes, images, rounds):
            calls = math.ceil(block / size)
            seconds = _timed(runtime, images, size, calls).sum()
            rates[name][size].append(calls * size / seconds)
    return {
        name: {size: float(np.median(found)) for size, found in of_size.items()}
        for name, of_size in rates.items()
    }


def _turns(
    runtimes: Mapping[str, Runtime], images: np.ndarray, rounds: int
) -> Iterator[tuple[str, Runtime]]:
    """Every runtime once in each round, another one first each time."""
    require_layout("images", images, "n h w c")
    require_at_least("rounds", rounds, 1)
    names = list(runtimes)
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            yield name, runtimes[name]


def _timed(runtime: Runtime, images: np.ndarray, size: int, calls: int) -> np.ndarray:
    """Seconds of each of `calls` answers for batches of `size`, (calls,)."""
    seconds = np.empty(UNTIMED + calls)
    for number in range(UNTIMED + calls):
        places = np.arange(number * size, (number + 1) * size) % len(images)
        batch = images[places]
        started = time.perf_counter()
        runtime.predict(batch)
        seconds[number] = time.perf_counter() - started
    return seconds[UNTIMED:]
