"""One training by two worker processes against one, one thread each.

Both train the same network on the same images, in runs that alternate; the seconds
leave out the first step, which compiles. The losses must agree.
`python -m tools.bench_cluster [--runs N]`.
"""

import statistics
import sys

import numpy as np

from cnnbook.studies.cluster import small_job
from cnnbook.training import Recipe, workers
from tools.bench_command import run_bench

NUM_STEPS, BATCH_SIZE = 40, 256
RECIPE = Recipe(
    epochs=1, batch_size=BATCH_SIZE, optimizer="sgd", peak=0.01, precision="float32"
)


def compare(num_runs: int) -> None:
    """Alternate one worker and two, and print each pair, then the median ratio."""
    job = small_job(
        recipe=RECIPE,
        data_options={"num_images": NUM_STEPS * BATCH_SIZE},
        build_options={"widths": [64, 64]},
    )
    ratios = []
    for number in range(1, num_runs + 1):
        alone = workers.launch(job, num_workers=1)
        two = workers.launch(job, num_workers=2)
        np.testing.assert_allclose(two.losses[:5], alone.losses[:5], rtol=1e-4)
        ratios.append(alone.seconds / two.seconds)
        steps = len(alone.losses) - 1
        print(
            f"pair {number}: a step takes {1000 * alone.seconds / steps:.1f} ms on one "
            f"worker, {1000 * two.seconds / steps:.1f} ms on two, ratio "
            f"{ratios[-1]:.2f}",
            flush=True,
        )
    print(
        f"two workers of one thread are {statistics.median(ratios):.2f} times as fast "
        f"as one (median of {num_runs} pairs), {job.make_model().count_params():,} "
        "parameters"
    )


if __name__ == "__main__":
    sys.exit(run_bench(__doc__, compare, runs=3, unit="pairs"))
