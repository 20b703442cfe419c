"""A search from a shell, the same on a laptop and on a cluster.

`python -m cnnbook.tuning.ray_tune OBJECTIVE SPACE.json FOLDER [--address HEAD:6379]`
"""

import argparse
import json
import sys
from pathlib import Path

from cnnbook.tuning.ray_tune.run import SEARCHERS, ray_search
from cnnbook.tuning.space import Space
from cnnbook.tuning.trials import best_trial


def main() -> int:
    """Search, with a line for each trial, and name the best."""
    parser = argparse.ArgumentParser(
        prog="python -m cnnbook.tuning.ray_tune", description=__doc__.splitlines()[0]
    )
    parser.add_argument("objective", help="package.module:function")
    parser.add_argument("space", type=Path, help="file with Space.to_json()")
    parser.add_argument("folder", type=Path, help="of the table of trials")
    parser.add_argument("--trials", type=int, default=16)
    parser.add_argument("--epochs", type=int, default=9)
    parser.add_argument("--workers", type=int, default=2, help="trials at a time")
    parser.add_argument("--searcher", choices=SEARCHERS, default="random")
    parser.add_argument("--factor", type=int, default=3, help="of ASHA; 0: none")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--address", help="host:6379 of a cluster's head")
    options = parser.parse_args()
    trials = ray_search(
        options.objective,
        Space.from_json(json.loads(options.space.read_text(encoding="utf-8"))),
        folder=options.folder,
        num_trials=options.trials,
        epochs=options.epochs,
        searcher=options.searcher,
        factor=options.factor,
        seed=options.seed,
        workers=options.workers,
        address=options.address,
        progress=lambda line: print(line, flush=True),
    )
    best = best_trial(trials)
    print(f"best: trial {best.number}, score {best.score:.4f}, {best.config}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
