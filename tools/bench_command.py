"""The command line that the benchmarks share."""

import argparse
from collections.abc import Callable


def run_bench(
    description: str, compare: Callable[[int], None], *, runs: int, unit: str
) -> int:
    """Call `compare` with the number that `--runs` names, of `unit`; an exit code."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--runs", type=int, default=runs, metavar="N", help=unit)
    compare(parser.parse_args().runs)
    return 0
