"""One run, with everything that is needed to repeat it, and repeated runs."""

import platform
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field

import keras
import numpy as np
import tensorflow as tf

from cnnbook.checks import require_labels
from cnnbook.preprocessing import batches
from cnnbook.training.devices import (
    available_devices,
    choose_precision,
    choose_strategy,
    use_precision,
)
from cnnbook.training.recipe import Recipe

Data = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class TrainingResult:
    """A trained model and how it came about.

    `history` has one list for each metric, one value for each epoch; `seconds` is
    the wall time of `fit` alone, compilation included.
    """

    model: keras.Model = field(repr=False)
    history: dict[str, list[float]] = field(repr=False)
    recipe: Recipe
    seed: int
    seconds: float
    num_images: int
    precision: str
    device: str
    versions: dict[str, str]

    def record(self) -> dict:
        """All but the model, as plain values that JSON can hold."""
        plain = {
            name: getattr(self, name)
            for name in ("history", "seed", "num_images", "precision", "device")
        }
        return plain | {
            "network": self.model.name,
            "parameters": self.model.count_params(),
            "recipe": asdict(self.recipe),
            "seconds": round(self.seconds, 2),
            "versions": self.versions,
        }


def train(
    build: Callable[[], keras.Model],
    data: Data,
    *,
    recipe: Recipe,
    seed: int,
    validation: Data | None = None,
    strategy: tf.distribute.Strategy | None = None,
) -> TrainingResult:
    """Build a model and fit it to `data`, reproducibly.

    Parameters
    ----------
    build : called without arguments, returns an uncompiled model that answers with
        scores (n, num_classes); called after the seeds are set, so that its initial
        weights are theirs too.
    data, validation : (images (n, h, w, c) float32, labels (n,) integers)
    seed : of Python, NumPy and Keras, of the order of images and of augmentation.
    strategy : where it runs; by default what `choose_strategy` says.
    """
    devices = available_devices()
    precision = choose_precision(devices, recipe.precision)
    strategy = strategy or choose_strategy(devices)
    keras.utils.set_random_seed(seed)
    with use_precision(precision), strategy.scope():
        model = build()
        _compile(model, recipe, _num_steps(data, recipe), strategy)
    _require_scores(model, data)
    inputs = _input(data, model, recipe, seed)
    held_out = validation and _input(validation, model, recipe)
    started = time.perf_counter()
    history = model.fit(
        inputs,
        epochs=recipe.epochs,
        validation_data=held_out,
        shuffle=False,  # the data set is shuffled by seed already
        verbose=0,
    )
    seconds = time.perf_counter() - started
    return TrainingResult(
        model=model,
        history={name: [float(v) for v in h] for name, h in history.history.items()},
        recipe=recipe,
        seed=seed,
        seconds=seconds,
        num_images=len(data[0]),
        precision=precision,
        device=str(devices),
        versions={
            "python": platform.python_version(),
            "tensorflow": tf.__version__,
            "keras": keras.__version__,
        },
    )


def repeat(
    build: Callable[[], keras.Model],
    data: Data,
    *,
    recipe: Recipe,
    seeds: Iterable[int],
    validation: Data | None = None,
) -> list[TrainingResult]:
    """`train` once for each of `seeds`; nothing else changes from run to run."""
    return [
        train(build, data, recipe=recipe, seed=seed, validation=validation)
        for seed in seeds
    ]


def _num_steps(data: Data, recipe: Recipe) -> int:
    return max(len(data[0]) // recipe.batch_size, 1) * recipe.epochs


def _compile(
    model: keras.Model,
    recipe: Recipe,
    num_steps: int,
    strategy: tf.distribute.Strategy,
) -> None:
    # several steps in one call fail on several replicas (Keras 3.15)
    alone = strategy.num_replicas_in_sync == 1
    model.compile(
        optimizer=recipe.build_optimizer(num_steps),
        loss=recipe.build_loss(),
        metrics=["accuracy"],
        steps_per_execution=recipe.steps_per_execution if alone else 1,
    )


def _require_scores(model: keras.Model, data: Data) -> None:
    if getattr(model.layers[-1], "activation", None) is keras.activations.softmax:
        raise ValueError(
            f"`build` must return a model that answers with scores, got {model.name!r} "
            "ending in softmax. Leave the last activation out."
        )
    require_labels(data[1], len(data[0]), model.output_shape[-1])


def _input(
    data: Data, model: keras.Model, recipe: Recipe, seed: int | None = None
) -> tf.data.Dataset:
    return batches(
        *data,
        batch_size=recipe.batch_size if seed is not None else 500,
        num_classes=model.output_shape[-1] if recipe.label_smoothing else None,
        seed=seed,
        augment=recipe.augmentation() if seed is not None else None,
    )
