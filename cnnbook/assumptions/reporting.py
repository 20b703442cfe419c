"""Is a CNN the right tool for these data? One call, several witnesses, advice.

Images are (n, h, w, c), bytes or floats in [0, 1]; labels are (n,) integers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cnnbook.assumptions import summary
from cnnbook.assumptions.advice import advise
from cnnbook.assumptions.correlation import (
    CorrelationByDistance,
    correlation_by_distance,
)
from cnnbook.assumptions.sample import Sample, draw_sample, require_data
from cnnbook.assumptions.trials import (
    NETWORKS,
    SHIFTS,
    Trials,
    few_divisor,
    linear_trial,
    memory_trial,
    permutation_trial,
    score,
    shift_trial,
)
from cnnbook.data import Audit, audit

DIVISORS = (4, 2, 1)  # of the number of training images


@dataclass(frozen=True, repr=False)
class Report:
    """What `report` measured; every accuracy is on validation images, seed by seed.

    few, order : training images, and "CNN" and "MLP" -> (seeds, 2), pixels as they
        are and permuted.
    shifts, shifted : pixels (4,), and accuracies (seeds, 4) of the CNN.
    sizes, curve : training images (3,); "CNN" and "logistic regression" -> (seeds, 3).
    memory : "labels shuffled" and "images of noise" -> (seeds, 2), accuracy on the
        training and on the validation images; "as they are" for comparison.
    whole, parts : the audits of all data, and of training against validation images
        of the first seed.
    """

    advice: str
    reasons: tuple[str, ...]
    warnings: tuple[str, ...]
    seeds: tuple[int, ...]
    chance: float  # accuracy of naming the largest class
    correlation: CorrelationByDistance
    few: int
    order: dict[str, np.ndarray]
    shifts: np.ndarray
    shifted: np.ndarray
    sizes: np.ndarray
    curve: dict[str, np.ndarray]
    memory: dict[str, np.ndarray]
    whole: Audit
    parts: Audit

    @property
    def gap(self) -> np.ndarray:
        """What permuting the pixels costs the CNN, in accuracy, for each seed."""
        return self.order["CNN"][:, 0] - self.order["CNN"][:, 1]

    @property
    def lead(self) -> np.ndarray:
        """CNN minus the better of MLP and logistic regression, for each seed."""
        column = self.sizes.tolist().index(self.few)
        return self.order["CNN"][:, 0] - _rival(self.order, self.curve, column)

    def arrays(self) -> dict:
        """What `cnnbook.plots.report_panels` draws, by the names of its arguments."""
        return {
            "distances": self.correlation.distances,
            "correlation": self.correlation.correlation,
            "order": self.order,
            "sizes": self.sizes,
            "curve": self.curve,
            "shifts": self.shifts,
            "shifted": self.shifted,
            "memory": self.memory,
        }

    def __repr__(self) -> str:
        return summary.as_text(self)

    def _repr_html_(self) -> str:
        return summary.as_html(self)


def report(
    images: np.ndarray, labels: np.ndarray, *, seeds: Sequence[int] = (0, 1, 2)
) -> Report:
    """Try the assumptions of a CNN on (images, labels), and advise.

    Images may have any size of 16 positions or more, one row included; a seed decides
    which images are drawn, how pixels are permuted, and the initial weights.

    The advice, stated before anything is run (`advise`):

    1. "no cnn" if pixels are correlated, but neighbors less than 1.5 times as much as
       pixels half an image apart;
    2. if permuting the pixels costs the CNN nothing clear, "not yet" where neighbors
       are alike, "no cnn" where pixels are hardly correlated. Clear is a mean
       difference over the seeds of one point or more that is also at least twice its
       standard error, spread / sqrt(number of seeds);
    3. "not yet" if the better of MLP and logistic regression is clearly ahead;
    4. "cnn" otherwise.

    Raises `ValueError` for data that cannot be tried (`require_data`), and for fewer
    than two seeds.
    """
    require_data(images, labels)
    seeds = tuple(seeds)
    if len(seeds) < 2 or len(set(seeds)) < len(seeds):
        raise ValueError(
            f"`seeds` must be two or more different integers, got {seeds}. "
            "One run has no spread."
        )
    counts = np.unique(labels, return_counts=True)[1]
    samples = [draw_sample(images, labels, seed=seed) for seed in seeds]
    correlation = correlation_by_distance(samples[0].images)
    measured = _measure(samples, seeds, len(counts))
    order, curve = measured["order"], measured["curve"]
    size = len(samples[0].images)
    few = few_divisor(size)
    rival = _rival(order, curve, DIVISORS.index(few))
    advice = advise(correlation, *order["CNN"].T, rival)
    whole, parts = _audits(images, np.asarray(labels), samples[0])
    return Report(
        advice=advice.word,
        reasons=advice.reasons,
        warnings=summary.warnings(counts, whole, parts),
        seeds=seeds,
        chance=float(counts.max() / counts.sum()),
        correlation=correlation,
        shifts=np.array(SHIFTS),
        few=size // few,
        sizes=np.array([size // divisor for divisor in DIVISORS]),
        whole=whole,
        parts=parts,
        **measured,
    )


def _rival(order: dict, curve: dict, column: int) -> np.ndarray:
    """The simpler model that is better on average, on few images."""
    simpler = order["MLP"][:, 0], curve["logistic regression"][:, column]
    return max(simpler, key=lambda accuracies: accuracies.mean())


def _measure(samples: list[Sample], seeds: tuple[int, ...], num_classes: int) -> dict:
    """All trials: the fields of a report that have one row for each seed."""
    first = samples[0].images
    trials = Trials(first.shape[1:], num_classes)
    few = few_divisor(len(first))
    order: dict[str, list] = {name: [] for name in NETWORKS}
    curve: dict[str, list] = {"CNN": [], "logistic regression": []}
    memory: dict[str, list] = {}
    shifted = []
    for seed, sample in zip(seeds, samples, strict=True):
        for name, pair in permutation_trial(trials, sample, seed=seed).items():
            order[name].append(pair)
        unseen = sample.validation_images, sample.validation_labels
        models = {
            d: trials.train("CNN", *sample.first(d), seed=seed)
            for d in DIVISORS
            if d == 1 or d != few  # on few images one has just been trained
        }
        scores = {few: order["CNN"][-1][0]}
        scores |= {d: score(model, *unseen) for d, model in models.items()}
        curve["CNN"].append([scores[d] for d in DIVISORS])
        linear = [linear_trial(sample, divisor) for divisor in DIVISORS]
        curve["logistic regression"].append(linear)
        shifted.append(shift_trial(models[1], sample))
        fitted = score(models[1], sample.images, sample.labels)
        memory.setdefault("as they are", []).append((fitted, curve["CNN"][-1][-1]))
        for name, noise in (("labels shuffled", False), ("images of noise", True)):
            found = memory_trial(trials, sample, noise=noise, seed=seed)
            memory.setdefault(name, []).append(found)
    arrays = {"order": order, "curve": curve, "memory": memory}
    return {
        name: {key: np.array(rows) for key, rows in parts.items()}
        for name, parts in arrays.items()
    } | {"shifted": np.array(shifted)}


def _audits(
    images: np.ndarray, labels: np.ndarray, sample: Sample
) -> tuple[Audit, Audit]:
    """The audit of everything, and that of the first split, for near copies too."""
    images = images if images.dtype == np.uint8 else images.astype(np.float32)
    cut = len(sample.images)
    split = {"training": sample.positions[:cut], "validation": sample.positions[cut:]}
    parts = {name: (images[at], labels[at]) for name, at in split.items()}
    return audit({"all": (images, labels)}), audit(parts)
