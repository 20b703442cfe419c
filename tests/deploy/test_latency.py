"""Percentiles and rates by a clock that the test turns."""

import numpy as np
import pytest

from cnnbook.deploy import Latency, measure_latency, measure_throughput
from cnnbook.deploy import latency as module


class Clock:
    """What `time.perf_counter` says; calls move it on."""

    now = 0.0

    def perf_counter(self):
        return self.now


class Engine:
    """Takes given seconds for each call, by turns, plus some for each image."""

    name, threads = "engine", 1

    def __init__(self, clock, seconds, per_image=0.0, log=None):
        self.clock, self.seconds, self.per_image = clock, seconds, per_image
        self.calls, self.log = [], [] if log is None else log

    def predict(self, images):
        spent = self.seconds[len(self.calls) % len(self.seconds)]
        self.clock.now += spent + self.per_image * len(images)
        self.calls.append(images[:, 0, 0, 0].tolist())
        self.log.append(id(self))


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    return clock


IMAGES = np.arange(10, dtype=np.uint8).reshape(10, 1, 1, 1)


def test_percentiles_by_hand(clock):
    # two untimed calls of a second each, then 101 of 0 … 100 milliseconds
    engine = Engine(clock, [1, 1, *np.arange(101) / 1000])
    found = measure_latency({"a": engine}, IMAGES, rounds=1, calls=101)["a"]
    assert found.num_calls == 101
    np.testing.assert_allclose([found.p50, found.p95, found.p99], [50, 95, 99])


def test_images_are_used_in_turn_one_by_one(clock):
    engine = Engine(clock, [0.001])
    measure_latency({"a": engine}, IMAGES[:3], rounds=1, calls=2)
    assert engine.calls == [[0], [1], [2], [0]]


def test_runtimes_take_turns_and_another_one_begins_each_round(clock):
    log = []
    engines = {name: Engine(clock, [0.001], log=log) for name in "abc"}
    measure_latency(engines, IMAGES, rounds=3, calls=2)
    blocks = [log[i : i + 4] for i in range(0, len(log), 4)]
    assert all(len(set(block)) == 1 for block in blocks)
    names = {id(engine): name for name, engine in engines.items()}
    assert "".join(names[block[0]] for block in blocks) == "abcbcacab"


def test_a_slow_moment_does_not_reach_the_median(clock):
    engine = Engine(clock, [0.002] * 25 + [5.0])
    found = measure_latency({"a": engine}, IMAGES, rounds=4, calls=24)["a"]
    assert found.p50 == pytest.approx(2)
    assert found.p99 > 1000


def test_throughput_by_hand(clock):
    # 10 ms for each call and 1 ms for each image
    engine = Engine(clock, [0.01], per_image=0.001)
    found = measure_throughput({"a": engine}, IMAGES, batch_sizes=(1, 10), rounds=3)
    assert found["a"] == pytest.approx({1: 1 / 0.011, 10: 10 / 0.02})


def test_of_several_blocks_the_median_counts(clock):
    # two untimed calls and a timed one in each of three blocks: 100, 20, 50 a second
    engine = Engine(clock, [1, 1, 0.01, 1, 1, 0.05, 1, 1, 0.02])
    found = measure_throughput(
        {"a": engine}, IMAGES, batch_sizes=[1], rounds=3, block=1
    )
    assert found["a"] == pytest.approx({1: 50})


def test_a_block_answers_at_least_its_images(clock):
    engine = Engine(clock, [0.01])
    measure_throughput({"a": engine}, IMAGES, batch_sizes=[4], rounds=1, block=10)
    assert engine.calls == [
        [0, 1, 2, 3],
        [4, 5, 6, 7],
        [8, 9, 0, 1],
        [2, 3, 4, 5],
        [6, 7, 8, 9],
    ]


def test_a_real_runtime_is_measured(artifacts, pixels):
    from cnnbook.runtimes import load_runtime

    runtimes = {name: load_runtime(artifacts[name]) for name in ("onnx", "keras")}
    found = measure_latency(runtimes, pixels, rounds=2, calls=5)
    assert all(isinstance(each, Latency) for each in found.values())
    assert all(0 < each.p50 <= each.p95 <= each.p99 for each in found.values())


def test_wrong_numbers_are_refused():
    with pytest.raises(ValueError, match="`rounds` must be 1 or more, got 0"):
        measure_latency({"a": None}, IMAGES, rounds=0)
    with pytest.raises(ValueError, match="`batch_sizes` must be 1 or more, got 0"):
        measure_throughput({"a": None}, IMAGES, batch_sizes=[0])
