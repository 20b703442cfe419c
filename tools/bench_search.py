"""A search of sixteen trials by one worker process against two, one thread each.

Both try the same configurations, in folders of their own, in searches that alternate;
starting the processes counts. `python -m tools.bench_search [--runs N]`.
"""

import statistics
import sys
import tempfile
import time

from cnnbook.studies import knobs
from cnnbook.tuning import RandomSearch, Trial, search
from tools.bench_command import run_bench

# trials as long as those of a real search: TensorFlow takes its time to start
NUM_TRIALS, EPOCHS = 16, 27


def timed(workers: int) -> tuple[float, list[Trial]]:
    """Seconds of a whole search, and its trials."""
    engine = RandomSearch(knobs.SPACE, NUM_TRIALS, EPOCHS, seed=0)
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        trials = search(
            "cnnbook.studies.knobs:objective", engine, folder=folder, workers=workers
        )
        return time.perf_counter() - started, trials


def compare(num_runs: int) -> None:
    """Alternate one worker and two, and print each pair, then the median ratio."""
    ratios = []
    for number in range(1, num_runs + 1):
        alone, by_one = timed(1)
        together, by_two = timed(2)
        if [t.score for t in by_one] != [t.score for t in by_two]:
            raise RuntimeError("Two workers found other scores than one.")
        ratios.append(alone / together)
        print(
            f"pair {number}: {NUM_TRIALS} trials take {alone:.0f} s on one worker, "
            f"{together:.0f} s on two, ratio {ratios[-1]:.2f}",
            flush=True,
        )
    print(
        f"a search by two workers is {statistics.median(ratios):.2f} times as fast as "
        f"by one (median of {num_runs} pairs)"
    )


if __name__ == "__main__":
    sys.exit(run_bench(__doc__, compare, runs=3, unit="pairs"))
