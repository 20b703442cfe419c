"""One worker: `python -m cnnbook.training.workers JOB --addresses A,B --index 0 …`.

On several machines, start it once on each, with the same job file and the same list
of addresses, and its own index. The first address belongs to the chief, which keeps
the weights.
"""

import argparse
import sys
from pathlib import Path

from cnnbook.training.workers.worker import run_worker


def main() -> int:
    """Run one worker and keep its results."""
    parser = argparse.ArgumentParser(
        prog="python -m cnnbook.training.workers", description=__doc__.splitlines()[0]
    )
    parser.add_argument("job", type=Path, help="file written by Job.to_json")
    parser.add_argument("--addresses", required=True, help="host:port,host:port,…")
    parser.add_argument("--index", type=int, required=True, help="which of them I am")
    parser.add_argument("--results", type=Path, required=True, help="folder")
    parser.add_argument("--threads", type=int, default=0, help="0: TensorFlow decides")
    parser.add_argument(
        "--patience", type=float, default=120.0, help="seconds to wait for the others"
    )
    parser.add_argument("--parent", type=int, default=0, help="end when it has ended")
    options = parser.parse_args()
    return run_worker(
        options.job.read_text(encoding="utf-8"),
        options.addresses.split(","),
        options.index,
        results=options.results,
        threads=options.threads,
        patience=options.patience,
        parent=options.parent,
    )


if __name__ == "__main__":
    sys.exit(main())
