"""The memory of this process, without any engine."""

import re
import resource
import sys
from pathlib import Path


def peak_memory() -> float:
    """The most memory this process has held so far, in megabytes (10^6 bytes)."""
    status = Path("/proc/self/status")
    if status.exists():
        # `getrusage` of a process on Linux begins with the peak of its parent
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
        if found:
            return int(found[1]) * 1024 / 1e6
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
