"""Dynamic batching: what concurrent requests ask is computed together.

An event loop collects, one worker thread computes. While the thread is busy the next
batch gathers by itself, so the fuller the service, the larger its batches. All
methods are called from the loop.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor
from typing import NamedTuple

import numpy as np

from cnnbook.checks import require_at_least
from cnnbook.serving.errors import BusyError

Arrays = tuple[np.ndarray, ...]


class _Waiting(NamedTuple):
    images: np.ndarray
    answer: asyncio.Future
    arrived: float


class Batcher:
    """Collects images and runs them together in a thread.

    Parameters
    ----------
    run : (n, h, w, c) uint8 -> arrays with n rows each; called in a thread of
        `executor`, never twice at a time.
    max_batch : most images of a batch; a larger request is a batch of its own.
    max_wait : seconds that the first image may wait for others while nothing runs.
    max_queue : images that may wait; more are refused with `BusyError`.
    observe : called with the number of images of every batch.
    """

    def __init__(
        self,
        run: Callable[[np.ndarray], Arrays],
        executor: Executor,
        *,
        max_batch: int = 32,
        max_wait: float = 0.0,
        max_queue: int = 256,
        observe: Callable[[int], None] = lambda n: None,
    ):
        require_at_least("max_batch", max_batch, 1)
        require_at_least("max_wait", max_wait, 0)
        require_at_least("max_queue", max_queue, 1)
        self.max_batch, self.max_wait, self.max_queue = max_batch, max_wait, max_queue
        self._run, self._executor, self._observe = run, executor, observe
        self._queue: deque[_Waiting] = deque()
        self._num_waiting = 0
        self._running: asyncio.Future | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._seconds_per_image = 0.0  # a running mean, for Retry-After

    @property
    def num_waiting(self) -> int:
        """Images in the queue, without those that are being computed."""
        return self._num_waiting

    async def submit(self, images: np.ndarray) -> Arrays:
        """The rows of `run` for `images` (n, h, w, c).

        Raises `BusyError` where the queue is full, and whatever `run` raises.
        """
        if self._num_waiting + len(images) > self.max_queue:
            raise BusyError(
                f"{self._num_waiting} images wait already. Try again later.",
                self._num_waiting * self._seconds_per_image,
            )
        loop = asyncio.get_running_loop()
        waiting = _Waiting(images, loop.create_future(), loop.time())
        self._queue.append(waiting)
        self._num_waiting += len(images)
        self._start(loop)
        return await waiting.answer

    def _start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Run what waits, unless something runs or the batch is worth waiting for."""
        if self._running is not None or not self._queue:
            return
        due = self._queue[0].arrived + self.max_wait
        if self._num_waiting < self.max_batch and loop.time() < due:
            if self._timer is None:
                self._timer = loop.call_at(due, self._on_timer, loop)
            return
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        batch = self._take()
        if not batch:
            return
        images = batch[0].images
        if len(batch) > 1:
            images = np.concatenate([waiting.images for waiting in batch])
        self._observe(len(images))
        started = loop.time()
        self._running = loop.run_in_executor(self._executor, self._run, images)
        self._running.add_done_callback(
            lambda done: self._finish(done, batch, started, loop)
        )

    def _on_timer(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        self._start(loop)

    def _take(self) -> list[_Waiting]:
        """The oldest requests that fit into one batch; given-up ones are dropped."""
        batch, size = [], 0
        while self._queue:
            waiting = self._queue[0]
            given_up = waiting.answer.done()
            if not given_up and batch and size + len(waiting.images) > self.max_batch:
                break
            self._queue.popleft()
            self._num_waiting -= len(waiting.images)
            if not given_up:
                batch.append(waiting)
                size += len(waiting.images)
        return batch

    def _finish(
        self,
        done: asyncio.Future,
        batch: list[_Waiting],
        started: float,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        """Hand every request its rows, or the error, and go on."""
        self._running = None
        error = None if done.cancelled() else done.exception()
        arrays = () if error or done.cancelled() else done.result()
        total = sum(len(waiting.images) for waiting in batch)
        seconds = (loop.time() - started) / total
        self._seconds_per_image += 0.1 * (seconds - self._seconds_per_image)
        first = 0
        for waiting in batch:
            rows = slice(first, first + len(waiting.images))
            first = rows.stop
            if waiting.answer.done():
                continue
            if done.cancelled():
                waiting.answer.cancel()
            elif error is not None:
                waiting.answer.set_exception(error)
            else:
                waiting.answer.set_result(tuple(array[rows] for array in arrays))
        self._start(loop)
