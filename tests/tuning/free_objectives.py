"""Objectives that cost nothing, for tests of the search: no TensorFlow."""

import os
import signal
import sys
import time
from pathlib import Path


def hill(config, *, seed, epochs, report):
    """Highest at x = 3; more with epochs."""
    for epoch in range(1, epochs + 1):
        report(epoch, -((config["x"] - 3) ** 2) + epoch / 100)
    return {"score": -((config["x"] - 3) ** 2) + epochs / 100 + seed}


def slow_hill(config, *, seed, epochs, report):
    """As `hill`, a quarter of a second long."""
    time.sleep(0.25)
    return hill(config, seed=seed, epochs=epochs, report=report)


def stumbling(config, *, seed, epochs, report):
    """Raises above 4, has no finite score below 1."""
    sys.stdout.write("this goes to the log\n")
    sys.stdout.flush()
    if config["x"] > 4:
        raise ValueError("x is too large")
    return {"score": float("nan") if config["x"] < 1 else config["x"]}


def dying(config, *, seed, epochs, report):
    """Kills its own process above 4, always."""
    if config["x"] > 4:
        os.kill(os.getpid(), signal.SIGKILL)
    return {"score": config["x"]}


def dying_once(config, *, seed, epochs, report):
    """Kills its own process above 4, unless it has done so before."""
    mark = Path(os.environ["MARKS"]) / str(config["x"])
    if config["x"] > 4 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return {"score": config["x"]}


def own_process(config, *, seed, epochs, report):
    """The number of the process it runs in, and how many threads it may use."""
    threads = int(os.environ["TF_NUM_INTRAOP_THREADS"])
    return {"score": os.getpid(), "threads": threads}
