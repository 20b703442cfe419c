"""The long runs that pages read: `python -m tools.records [--fresh] [NAME …]`.

An interrupted command resumes with the runs that are missing.
"""

import argparse
import sys
from collections.abc import Callable, Iterable
from functools import partial

from cnnbook import evaluation, studies
from cnnbook.records import FOLDER, extend_record
from cnnbook.training import train
from tools.notebook_files import ROOT

SEEDS = (0, 1, 2)
Runs = dict[str, Callable[[], dict]]


def network_runs() -> Runs:
    """Every network, at both budgets, with every seed, judged on validation images."""
    return _validation_runs(studies.validate, studies.NETWORKS, studies.BUDGETS)


def pooling_runs() -> Runs:
    """Three ways to smaller maps, at two budgets, judged on validation images."""
    kinds = ("max", "average", "stride")
    return _validation_runs(studies.validate_pooling, kinds, studies.POOLING_BUDGETS)


def _validation_runs(
    validate: Callable, names: Iterable[str], budgets: Iterable[str]
) -> Runs:
    """`validate(name, budget, data, seed=…)` of `studies` for all combinations."""
    data = studies.fashion_data()

    def run(name: str, budget: str, seed: int) -> dict:
        result, accuracy = validate(name, budget, data, seed=seed)
        return result.record() | {"accuracy": accuracy, "judged_on": "validation"}

    return {
        f"{name} {budget} {seed}": partial(run, name, budget, seed)
        for budget in budgets
        for name in names
        for seed in SEEDS
    }


def accurate_runs() -> Runs:
    """The accurate recipe on all training images; the test set once for each seed."""
    data = studies.fashion_data(validation=0)

    def run(seed: int) -> dict:
        result = train(
            studies.accurate_cnn, data.train, recipe=studies.ACCURATE, seed=seed
        )
        images, labels = data.test
        guesses = evaluation.predict(result.model, images)
        averaged = evaluation.predict(result.model, images, mirror=True)
        return result.record() | {
            "accuracy": evaluation.accuracy(labels, guesses),
            "accuracy_mirror": evaluation.accuracy(labels, averaged),
            "judged_on": "test",
        }

    return {f"seed {seed}": partial(run, seed) for seed in SEEDS}


RECORDS: dict[str, Callable[[], Runs]] = {
    "fashion-mnist-accurate": accurate_runs,
    "fashion-mnist-networks": network_runs,
    "pooling": pooling_runs,
}


def main(arguments: list[str] | None = None) -> int:
    """Complete the records named, or all of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(RECORDS))
    parser.add_argument("--fresh", action="store_true", help="run everything anew")
    options = parser.parse_args(arguments)
    unknown = set(options.names) - set(RECORDS)
    if unknown:
        parser.error(f"no such record: {', '.join(sorted(unknown))}")
    folder = ROOT / FOLDER
    folder.mkdir(exist_ok=True)
    for name in options.names or RECORDS:
        if options.fresh:
            (folder / f"{name}.json").unlink(missing_ok=True)
        extend_record(
            name,
            RECORDS[name](),
            command=f"make records NAMES={name}",
            folder=folder,
            report=partial(print, flush=True),
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
