"""The long runs that pages read: `python -m tools.records [--fresh] [NAME …]`.

An interrupted command resumes with the runs that are missing.
"""

import argparse
import sys
from collections.abc import Callable, Iterable
from functools import partial

from cnnbook import evaluation, studies
from cnnbook.beyond import relations
from cnnbook.records import FOLDER, extend_record
from cnnbook.studies import (
    architectures,
    attribution,
    blocks,
    boxes_and_noise,
    engines,
    knobs,
    labels,
    optimizations,
    regularizations,
)
from cnnbook.training import train
from tools.balancing import balancing_runs
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


def normalization_runs() -> Runs:
    """Each scaling with each optimizer and rate; then few images, raw and scaled."""
    data = studies.fashion_bytes()
    runs: Runs = {}
    for optimizer, rates in studies.RATES.items():
        for rate in rates:
            study = studies.ScalingStudy(optimizer, rate=rate)
            runs |= {
                f"{optimizer} {rate:g} {scaling} {seed}": partial(
                    _scaling_entry, study, data, scaling, seed
                )
                for scaling in studies.SCALINGS
                for seed in SEEDS
            }
    most = studies.fashion_bytes(num_images=max(studies.FEW))
    study = studies.ScalingStudy("adam", epochs=2)
    for num_images in studies.FEW:
        for seed in range(5):
            drawn = studies.few(most, num_images, seed=seed)
            runs |= {
                f"few {num_images} {scaling} {seed}": partial(
                    _scaling_entry, study, drawn, scaling, seed
                )
                for scaling in ("raw", "unit")
            }
    return runs


def _scaling_entry(
    study: studies.ScalingStudy, data: studies.FashionBytes, scaling: str, seed: int
) -> dict:
    return study.run(data, scaling, seed=seed).record() | {"judged_on": "validation"}


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


def augmentation_runs() -> Runs:
    """None and a little at three sizes, and every strength at one of them."""
    data = studies.fashion_data()

    def run(name: str, budget: str, seed: int) -> dict:
        result, accuracies = studies.validate_augmentation(
            name, budget, data, seed=seed
        )
        entry = result.record() | accuracies | {"judged_on": "validation"}
        del entry["history"]  # by epoch, up to 200 of them, which no page reads
        return entry

    return {
        f"{name} {budget} {seed}": partial(run, name, budget, seed)
        for budget in studies.AUGMENTATION_BUDGETS
        for name in studies.AUGMENTATIONS
        if budget == "1000" or name in ("none", "mirror+1px")
        for seed in SEEDS
    }


def attribution_runs() -> Runs:
    """Networks that name a shape, and what each method says of them."""
    made, held_out = attribution.scene_sets()
    return {
        f"scene_cnn {seed}": partial(
            attribution.attribution_entry, made, held_out, seed=seed
        )
        for seed in SEEDS
    } | {
        f"marked {seed}": partial(attribution.shortcut_entry, seed=seed)
        for seed in SEEDS
    }


def detection_runs() -> Runs:
    """Detectors after few and after many canvases, and denoisers."""
    parts = boxes_and_noise.garments()
    most = boxes_and_noise.NUM_CANVASES
    return {
        f"detector {num} {seed}": partial(
            boxes_and_noise.detector_entry, parts, num, seed=seed
        )
        for num in (most, most // 5)
        for seed in SEEDS
    } | {
        f"denoiser {seed}": partial(boxes_and_noise.denoiser_entry, parts, seed=seed)
        for seed in SEEDS
    }


def sample_size_runs() -> Runs:
    """Each method at its sizes, from the smallest on, on three drawn subsets."""
    methods = studies.sample_size_methods()
    return _curve_runs(studies.fashion_data(), methods, studies.SAMPLE_SIZES)


def pretraining_runs() -> Runs:
    """Few labels from scratch, and after learning quarter turns without labels."""
    data = studies.fashion_data()
    methods = studies.pretraining_methods(data.train[0])
    return _curve_runs(data, methods, dict.fromkeys(methods, studies.LABEL_COUNTS))


def fewer_labels_runs() -> Runs:
    """Clothes with few labels, then digits and shuffled digits by those who saw them.

    The encoders of a seed are made when the first run wants them.
    """
    clothes = studies.fashion_data()
    data = {
        "clothes": clothes,
        "digits": labels.digits_data(),
        "shuffled digits": labels.digits_data(shuffled=True),
    }
    methods = labels.label_methods(
        labels.Encoders(clothes.train), labels.short_encoders(clothes.train)
    )
    return {
        f"{task}: {name}": run
        for task, sizes in labels.TASKS.items()
        for name, run in _curve_runs(data[task], methods, sizes).items()
    }


def _curve_runs(
    data: studies.FashionData,
    methods: dict[str, studies.Fit],
    sizes: dict[str, tuple[int, ...]],
) -> Runs:
    """`studies.learning_curve` point by point, in the order of sizes."""
    points = sorted((size, name) for name, found in sizes.items() for size in found)
    return {
        f"{name} {size} {seed}": partial(
            studies.curve_point, methods[name], data, num_images=size, seed=seed
        )
        for size, name in points
        for seed in SEEDS
    }


def on_fashion(make_runs: Callable[[studies.FashionData], Runs]) -> Runs:
    """The runs of a study of the part on tuning."""
    return make_runs(studies.fashion_data())


RECORDS: dict[str, Callable[[], Runs]] = {
    "architecture": partial(on_fashion, architectures.architecture_runs),
    "attribution": attribution_runs,
    "augmentation": augmentation_runs,
    "detection": detection_runs,
    "engines": engines.engine_runs,
    "fashion-mnist-accurate": accurate_runs,
    "fashion-mnist-networks": network_runs,
    "fewer-labels": fewer_labels_runs,
    "knobs": knobs.table_runs,
    "load-balancing": balancing_runs,
    "modern-blocks": partial(on_fashion, blocks.block_runs),
    "normalization": normalization_runs,
    "pooling": pooling_runs,
    "pretraining": pretraining_runs,
    "optimization": partial(on_fashion, optimizations.optimization_runs),
    "regularization": partial(on_fashion, regularizations.regularization_runs),
    "relations": relations.relation_runs,
    "sample-size": sample_size_runs,
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
