"""A large block that is freed is given back; without the knobs nothing happens."""

import subprocess
import sys

import pytest

from cnnbook.serving import memory

# Sixty blocks of 16 MB, every second one freed again: what stays below cannot shrink.
CODE = """
import sys
from cnnbook.serving.memory import return_large_blocks

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096 / 2**20

if sys.argv[1] == "yes":
    assert return_large_blocks()
bytearray(31 * 2**20)  # raises the bound of glibc to 31 MB
before = resident()
blocks = [bytearray(b"x") * (4 * 2**20) for _ in range(60)]
del blocks[:-1]
print(resident() - before)
"""


def test_the_knobs_are_those_of_glibc():
    """Their numbers, from its malloc.h: M_MMAP_THRESHOLD and M_ARENA_MAX."""
    assert (memory.M_MMAP_THRESHOLD, memory.M_ARENA_MAX) == (-3, -8)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="knobs of glibc")
def test_freed_blocks_leave_the_process():
    kept = {}
    for told in ("yes", "no"):
        command = [sys.executable, "-c", CODE, told]
        kept[told] = float(subprocess.check_output(command, text=True))
    assert kept["yes"] < 20
    assert kept["no"] > 100


def test_another_c_library_is_left_alone(monkeypatch):
    monkeypatch.setattr(memory.ctypes, "CDLL", lambda name: object())
    assert memory.return_large_blocks() is False
