"""The tools that attack and measure the service: what they send, what they read."""

import re

import numpy as np
import pytest

from tools import bench_serving
from tools.hostile import KINDS

WRK = """Running 5s test @ http://127.0.0.1:1/x
  1 threads and 32 connections
  Latency Distribution
     50%  820.00us
     75%    2.06ms
     90%    3.95ms
     99%    1.20s
  3142 requests in 5.17s, 1.18MB read
  Socket errors: connect 0, read 2, write 0, timeout 1
  Non-2xx or 3xx responses: 4
Requests/sec:    608.31
"""


def test_percentiles_are_read_in_milliseconds():
    assert bench_serving.percentile(WRK, 50) == pytest.approx(0.82)
    assert bench_serving.percentile(WRK, 90) == pytest.approx(3.95)
    assert bench_serving.percentile(WRK, 99) == pytest.approx(1200)


def test_every_kind_of_failure_is_counted():
    assert bench_serving.num_failed(WRK) == 7
    assert bench_serving.num_failed(re.sub(r".*(errors|Non-2xx).*\n", "", WRK)) == 0


def measured(rate, p99, failed=0):
    return bench_serving.Measured("x", rate, 1.0, p99, failed, 100.0, 1.0)


@pytest.mark.parametrize(
    ("ours", "code"),
    [
        (measured(600, 100), 0),
        (measured(599, 100), 1),
        (measured(600, 101), 1),
        (measured(600, 100, failed=1), 1),
    ],
)
def test_the_bounds_are_those_of_the_acceptance(ours, code, capsys):
    naive, lit = measured(10, 1000), measured(600, 50)
    assert bench_serving.judge(naive, lit, ours) == code
    assert "60 times the rate, p99 10 times lower" in capsys.readouterr().out or code
    assert bench_serving.judge(naive, measured(601, 50), ours) == 1


@pytest.mark.parametrize("name", KINDS)
def test_a_hostile_request_is_made_again_from_its_seed(name):
    first, again = (KINDS[name](np.random.default_rng(7)) for _ in range(2))
    assert first == again
    method, path, headers, body = first
    assert method.isupper()
    assert path.startswith("/")
    assert isinstance(body, bytes)
    assert all(isinstance(value, str) for value in headers.values())
