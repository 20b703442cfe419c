"""Batching: what waits is computed together, in order, bounded, and nobody is lost."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from cnnbook.serving.batching import Batcher
from cnnbook.serving.errors import BusyError


def image(value, n=1):
    return np.full((n, 2, 2, 1), value, np.uint8)


def means(images):
    return (images.mean(axis=(1, 2, 3)),)


class Slow:
    """Means that take a while, and the sizes of the batches that they came in."""

    def __init__(self, seconds=0.02):
        self.seconds, self.sizes, self.threads = seconds, [], set()

    def __call__(self, images):
        self.sizes.append(len(images))
        self.threads.add(threading.current_thread().name)
        time.sleep(self.seconds)
        return means(images)


def run(main, work, **options):
    """Run `main(batcher)` in a loop."""

    async def body():
        with ThreadPoolExecutor(1, "worker") as executor:
            return await main(Batcher(work, executor, **options))

    return asyncio.run(body())


def test_every_request_gets_its_own_rows():
    async def main(batcher):
        asked = [batcher.submit(image(value, n=value % 3 + 1)) for value in range(40)]
        return await asyncio.gather(*asked)

    work = Slow(0.001)
    answers = run(main, work, max_batch=8)
    for value, (row,) in enumerate(answers):
        assert row.tolist() == [value] * (value % 3 + 1)
    assert max(work.sizes) <= 8


def test_what_waits_while_the_thread_is_busy_becomes_one_batch():
    async def main(batcher):
        first = asyncio.create_task(batcher.submit(image(0)))
        await asyncio.sleep(0.005)
        await asyncio.gather(first, *(batcher.submit(image(v)) for v in range(5)))

    work = Slow(0.03)
    run(main, work)
    assert work.sizes == [1, 5]
    assert work.threads == {"worker_0"}


def test_a_first_image_waits_for_others_if_it_may():
    async def main(batcher):
        late = [batcher.submit(image(1)), _later(0.01, batcher.submit, image(2))]
        await asyncio.gather(*late)

    work = Slow(0)
    run(main, work, max_wait=0.2)
    assert work.sizes == [2]


def test_a_full_batch_does_not_wait():
    async def main(batcher):
        started = time.monotonic()
        await asyncio.gather(*(batcher.submit(image(v)) for v in range(4)))
        return time.monotonic() - started

    assert run(main, means, max_batch=4, max_wait=30.0) < 10


def test_a_request_larger_than_a_batch_is_one_of_its_own():
    async def main(batcher):
        return await asyncio.gather(
            batcher.submit(image(1)), batcher.submit(image(2, n=9))
        )

    work = Slow(0.01)
    answers = run(main, work, max_batch=4)
    assert work.sizes == [1, 9]
    assert len(answers[1][0]) == 9


def test_a_full_queue_refuses_and_says_when_to_come_again():
    async def main(batcher):
        tasks = [asyncio.create_task(batcher.submit(image(v))) for v in range(6)]
        return await asyncio.gather(*tasks, return_exceptions=True), batcher

    answers, batcher = run(main, Slow(0.02), max_queue=4)
    refused = [answer for answer in answers if isinstance(answer, BusyError)]
    assert len(refused) == 1  # one runs, four wait
    assert refused[0].status == 503
    assert int(refused[0].headers["retry-after"]) >= 1
    assert batcher.num_waiting == 0


def test_the_loop_runs_on_while_the_thread_computes():
    async def main(batcher):
        asked = asyncio.create_task(batcher.submit(image(1)))
        ticks = 0
        while not asked.done():
            await asyncio.sleep(0.001)
            ticks += 1
        return ticks

    assert run(main, Slow(0.1)) > 5


def test_an_error_reaches_everybody_of_its_batch_and_nobody_after_it():
    def work(images):
        if images.max() == 13:
            raise RuntimeError("unlucky")
        return means(images)

    async def main(batcher):
        bad = await asyncio.gather(
            *(batcher.submit(image(13)) for _ in range(2)), return_exceptions=True
        )
        (good,) = await batcher.submit(image(1))
        return bad, good

    bad, good = run(main, work)
    assert [str(error) for error in bad] == ["unlucky"] * 2
    assert good.tolist() == [1]


def test_who_goes_away_is_not_computed():
    async def main(batcher):
        first = asyncio.create_task(batcher.submit(image(0)))
        await asyncio.sleep(0.005)
        second = asyncio.create_task(batcher.submit(image(1)))
        third = asyncio.create_task(batcher.submit(image(2)))
        await asyncio.sleep(0)
        second.cancel()
        (rows,) = await third
        await first
        return rows, batcher.num_waiting

    work = Slow(0.03)
    rows, waiting = run(main, work)
    assert (rows.tolist(), waiting, work.sizes) == ([2], 0, [1, 1])


def test_sizes_are_observed():
    seen = []

    async def main(batcher):
        await batcher.submit(image(1, n=3))

    run(main, means, observe=seen.append)
    assert seen == [3]


def test_sizes_are_checked():
    with pytest.raises(ValueError, match="`max_batch` must be 1 or more"):
        Batcher(means, None, max_batch=0)


async def _later(seconds, function, *arguments):
    await asyncio.sleep(seconds)
    return await function(*arguments)
