"""A Ray cluster: one on this machine for the time of a `with`, or one that runs."""

import contextlib
import os
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path

from cnnbook.checks import require_at_least
from cnnbook.tuning.pool import thread_limits
from cnnbook.tuning.ray_tune import quick

# what a process is told before Ray starts in it
QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",  # nothing is reported to anybody
    "TUNE_DISABLE_AUTO_CALLBACK_LOGGERS": "1",  # our table keeps what matters
    "RAY_AIR_NEW_OUTPUT": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
}
# for a cluster of this machine: its workers are as urgent as anything else here, and
# each has one thread
ALONE = {
    "RAY_AUTH_MODE": "token",
    "RAY_worker_niceness": "0",
    "RAY_enable_worker_prestart": "0",
    **thread_limits(1),
}


@contextlib.contextmanager
def ray_cluster(address: str | None = None, *, workers: int = 2) -> Iterator[None]:
    """Be connected to a cluster, and leave it afterwards.

    Parameters
    ----------
    address : None starts one of this machine alone, with `workers` processors of which
        each trial takes one, and with a token that nobody else knows; "host:6379" is
        the head of one that runs, "ray://host:10001" the same through its client
        server, "auto" the one to which this machine belongs. Their token, if they have
        one, is found where Ray looks for it.

    Inside another `ray_cluster`, that one is used. Environment variables that this sets
    are restored afterwards.
    """
    require_at_least("workers", workers, 1)
    with environment(QUIET | ({} if address else _alone())):
        import ray

        if ray.is_initialized():
            yield
            return
        _connect(address, workers)
        try:
            with _quiet_deaths():
                yield
        finally:
            ray.shutdown()


@contextlib.contextmanager
def _quiet_deaths() -> Iterator[None]:
    """Keep Ray from printing a paragraph for each process that dies.

    It comes at any time, and in a notebook it lands below whatever cell runs then. The
    same is in Ray's log on stderr, and in a line of our `progress`.
    """
    from ray._private import worker

    before = worker.print_to_stdstream
    worker.print_to_stdstream = lambda *_, **__: None
    try:
        yield
    finally:
        worker.print_to_stdstream = before


def _alone() -> dict[str, str]:
    # on this machine, trials find every module that this process finds
    places = [str(Path(quick.__file__).parent), *filter(None, sys.path)]
    return ALONE | {
        "PYTHONPATH": os.pathsep.join(places),
        # Ray listens on every network of this machine, whatever address it is given,
        # and runs what it is sent. Its own token would be a file in the home folder
        "RAY_AUTH_TOKEN": secrets.token_hex(32),
    }


def _connect(address: str | None, workers: int) -> None:
    import ray

    where = {"address": address}
    if address is None:
        where = {
            "num_cpus": workers,
            "include_dashboard": False,
            "object_store_memory": 100 * 2**20,
        }
    for attempts_left in (2, 1, 0):
        try:
            ray.init(**where, log_to_driver=False, configure_logging=False)
            return
        except Exception as error:  # Ray raises nothing more special
            # Ray gives its own helpers 15 seconds; on a busy machine they take longer
            ray.shutdown()
            if not attempts_left or "timed out during startup" not in str(error):
                raise


@contextlib.contextmanager
def environment(variables: dict[str, str]) -> Iterator[None]:
    """Set environment variables of this process, and restore them."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
