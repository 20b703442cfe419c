"""One choice changed at a time: what the part on tuning compares, and how.

Images are Fashion-MNIST's, standardised, as (n, 28, 28, 1) or, at half size, as
(n, 14, 14, 1). All accuracies are of the 5,000 validation images.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import lru_cache, partial

import keras
import numpy as np
from scipy.special import softmax

from cnnbook import evaluation
from cnnbook.architecture import Architecture
from cnnbook.checks import require_in, require_layout
from cnnbook.reference import count_network
from cnnbook.studies.fashion import FashionData
from cnnbook.training import Recipe, Trainer, TrainingResult

SEEDS = (0, 1, 2)
NUM_CURVE = 2_000  # validation images of a curve by epoch

# two stages and a dense head; four seconds of one core
BASE_ARCHITECTURE = Architecture(widths=(16, 32), head="dense", hidden=64)
BASE_RECIPE = Recipe(epochs=6, batch_size=64, peak=0.003, precision="float32")


def half_size(images: np.ndarray) -> np.ndarray:
    """(n, h, w, c) -> (n, h / 2, w / 2, c): the mean of each 2x2 pixels; h, w even."""
    require_layout("images", images, "n h w c")
    n, h, w, c = images.shape
    if h % 2 or w % 2:
        raise ValueError(
            f"`images` must have even height and width, got {h} x {w}. Crop them first."
        )
    return images.reshape(n, h // 2, 2, w // 2, 2, c).mean(axis=(2, 4))


@dataclass(frozen=True)
class Case:
    """One network, one recipe, so many images: a point of a comparison.

    `size` is 14 or 28, pixels along each side. With `curve`, the validation accuracy
    is measured after each epoch, on the first `NUM_CURVE` images, as well.
    """

    architecture: Architecture = BASE_ARCHITECTURE
    recipe: Recipe = BASE_RECIPE
    num_images: int = 4_000
    size: int = 14
    curve: bool = False

    def __post_init__(self):
        require_in("size", self.size, (14, 28))

    def change(self, **choices) -> "Case":
        """The same but for `choices`: fields of the architecture, the recipe, or this.

        >>> Case().change(widths=(8, 16), epochs=2).recipe.epochs
        2
        """
        named = {
            part: {field.name for field in fields(kind)}
            for part, kind in (("architecture", Architecture), ("recipe", Recipe))
        }
        parts = {
            part: replace(
                getattr(self, part), **{k: v for k, v in choices.items() if k in names}
            )
            for part, names in named.items()
        }
        rest = {
            k: v for k, v in choices.items() if not any(k in n for n in named.values())
        }
        unknown = rest.keys() - {field.name for field in fields(self)}
        if unknown:
            raise ValueError(
                f"`choices` must be fields of Case, Architecture or Recipe, got "
                f"{', '.join(sorted(unknown))}. See their documentation."
            )
        return replace(self, **parts | rest)

    def run(self, data: FashionData, *, seed: int) -> dict:
        """Train with `seed`; an entry of a record.

        `accuracy` is that of the validation images, `train_accuracy` that of the
        training images, both after training and without dropout or augmentation;
        `calibration_error` is that of the validation images.
        """
        return self.entry(self.train(data, seed=seed), data)

    def train(
        self,
        data: FashionData,
        *,
        seed: int,
        callbacks: Sequence[keras.callbacks.Callback] = (),
    ) -> TrainingResult:
        """Train with `seed`, and keep the network."""
        held_out = None
        if self.curve:
            unseen, answers = data.validation
            held_out = self._sized((unseen[:NUM_CURVE], answers[:NUM_CURVE]))
        return trainer_of(self.architecture, self.recipe, self.size).train(
            self._sized(data.first(self.num_images)),
            seed=seed,
            validation=held_out,
            callbacks=callbacks,
        )

    def entry(self, result: TrainingResult, data: FashionData) -> dict:
        """What a record holds of the `result` of `train`; see `run`."""
        images, labels = self._sized(data.first(self.num_images))
        unseen, answers = self._sized(data.validation)
        model = result.model
        # a network that diverged answers with no number: as good as no answer
        scores = np.nan_to_num(evaluation.predict_scores(model, unseen))
        sure = evaluation.reliability(answers, softmax(scores, axis=1))
        return result.record() | {
            "architecture": asdict(self.architecture),
            "macs": count_network(model).macs,
            "train_accuracy": evaluation.accuracy(
                labels, evaluation.predict(model, images)
            ),
            "accuracy": evaluation.accuracy(answers, scores.argmax(axis=1)),
            "calibration_error": sure.calibration_error,
            "judged_on": "validation",
        }

    def _sized(self, part: tuple[np.ndarray, np.ndarray]) -> tuple:
        images, labels = part
        return (half_size(images) if self.size == 14 else images), labels


# the last alone: cases come one by one, each with all its seeds
@lru_cache(maxsize=1)
def trainer_of(architecture: Architecture, recipe: Recipe, size: int) -> Trainer:
    """The trainer of one network and recipe, for images of `size` pixels a side."""
    return Trainer(partial(architecture.build, (size, size, 1)), recipe)


def case_runs(
    cases: Mapping[str, Case],
    data: FashionData,
    *,
    seeds: tuple[int, ...] = SEEDS,
    entry: Callable[..., dict] | None = None,
) -> dict[str, Callable[[], dict]]:
    """What `cnnbook.records.extend_record` runs: keys `"<name> <seed>"`.

    `entry`, called with a case, the data and a seed, takes the place of `Case.run`.
    """
    return {
        f"{name} {seed}": partial(run, data, seed=seed)
        for name, case in cases.items()
        for run in [partial(entry, case) if entry else case.run]
        for seed in seeds
    }


def case_values(
    record: dict, name: str, value: str = "accuracy", *, seeds: tuple[int, ...] = SEEDS
) -> np.ndarray:
    """From a record of `case_runs`, one value of a case, seed by seed: (seeds,)."""
    return np.array(
        [record["entries"][f"{name} {seed}"][value] for seed in seeds], dtype=float
    )


def case_curves(
    record: dict,
    name: str,
    metric: str = "val_accuracy",
    *,
    seeds: tuple[int, ...] = SEEDS,
) -> np.ndarray:
    """From a record, a metric of a case after each epoch: (seeds, epochs)."""
    return np.array(
        [record["entries"][f"{name} {seed}"]["history"][metric] for seed in seeds]
    )
