"""The peak of this process: from Linux's own account, or from `getrusage`."""

import resource
import sys
from types import SimpleNamespace

import numpy as np
import psutil
import pytest

from cnnbook.runtimes import memory


def test_the_peak_is_no_less_than_what_is_held_now():
    taken = np.ones(30_000_000)  # 240 MB, and touched
    held = psutil.Process().memory_info().rss / 1e6
    assert held > taken.nbytes / 1e6
    assert 0.99 * held < memory.peak_memory() < 100 * held


@pytest.mark.parametrize(
    ("platform", "megabytes"), [("linux", 2048.0), ("darwin", 2.0)]
)
def test_without_an_account_it_is_that_of_getrusage(monkeypatch, platform, megabytes):
    """Linux counts in kilobytes of 1,024 bytes, macOS in bytes."""
    monkeypatch.setattr(memory, "Path", lambda _: SimpleNamespace(exists=lambda: False))
    usage = SimpleNamespace(ru_maxrss=2_000_000)
    monkeypatch.setattr(resource, "getrusage", lambda _: usage)
    monkeypatch.setattr(sys, "platform", platform)
    assert memory.peak_memory() == pytest.approx(megabytes)
