"""One run, with everything that is needed to repeat it, and repeated runs."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import keras
import numpy as np
import tensorflow as tf

from cnnbook.checks import require_labels
from cnnbook.preprocessing import batches
from cnnbook.training.devices import (
    Devices,
    available_devices,
    choose_precision,
    choose_strategy,
    use_precision,
)
from cnnbook.training.recipe import Recipe
from cnnbook.training.result import TrainingResult, versions
from cnnbook.training.shared import SharedModel

Data = tuple[np.ndarray, np.ndarray]


def train(
    build: Callable[[], keras.Model],
    data: Data,
    *,
    recipe: Recipe,
    seed: int,
    validation: Data | None = None,
    strategy: tf.distribute.Strategy | None = None,
    callbacks: Sequence[keras.callbacks.Callback] = (),
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
    callbacks : of Keras, called by `fit`.
    """
    devices = available_devices()
    precision = choose_precision(devices, recipe.precision)
    strategy = strategy or choose_strategy(devices)
    model = _built(build, seed, precision, strategy)
    _require_scores(model, data)
    with strategy.scope():
        _compile(model, recipe, recipe.num_steps(len(data[0])), strategy)
    return _fitted(model, data, recipe, seed, validation, precision, devices, callbacks)


def repeat(
    build: Callable[[], keras.Model],
    data: Data,
    *,
    recipe: Recipe,
    seeds: Iterable[int],
    validation: Data | None = None,
) -> list[TrainingResult]:
    """Run `train` once for each of `seeds`; nothing else changes from run to run.

    The runs share one compiled model, which takes over the initial variables of the
    model that `build` returns under each seed: the numbers are those of `train`, and
    the seconds of compilation are spent once. `Trainer` is for changing data.
    """
    trainer = Trainer(build, recipe)
    return [trainer.train(data, seed=seed, validation=validation) for seed in seeds]


class Trainer:
    """Trains networks of one architecture by one recipe, and compiles but once.

    Each call of `train` answers as `cnnbook.training.train` does, with a model of its
    own. A set of another size is compiled for once more: a schedule knows its steps.
    """

    def __init__(self, build: Callable[[], keras.Model], recipe: Recipe):
        self.build = build
        self.recipe = recipe
        self._shared: dict[int, SharedModel] = {}

    def train(
        self,
        data: Data,
        *,
        seed: int,
        validation: Data | None = None,
        callbacks: Sequence[keras.callbacks.Callback] = (),
    ) -> TrainingResult:
        """Fit a new model to `data`; see `cnnbook.training.train`."""
        devices = available_devices()
        precision = choose_precision(devices, self.recipe.precision)
        strategy = choose_strategy(devices)
        own = _built(self.build, seed, precision, strategy)
        _require_scores(own, data)
        num_steps = self.recipe.num_steps(len(data[0]))
        if num_steps not in self._shared:
            model = _built(self.build, seed, precision, strategy)
            with strategy.scope():
                _compile(model, self.recipe, num_steps, strategy)
                self._shared[num_steps] = SharedModel(model)
        with self._shared[num_steps].in_place_of(own) as model:
            keras.utils.set_random_seed(seed)
            result = _fitted(
                model,
                data,
                self.recipe,
                seed,
                validation,
                precision,
                devices,
                callbacks,
            )
        with strategy.scope():
            _compile(own, self.recipe, num_steps, strategy)
        return replace(result, model=own)


def _built(
    build: Callable[[], keras.Model],
    seed: int,
    precision: str,
    strategy: tf.distribute.Strategy,
) -> keras.Model:
    keras.utils.set_random_seed(seed)
    with use_precision(precision), strategy.scope():
        return build()


def _fitted(
    model: keras.Model,
    data: Data,
    recipe: Recipe,
    seed: int,
    validation: Data | None,
    precision: str,
    devices: Devices,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> TrainingResult:
    """Fit a compiled `model` and say how."""
    inputs = make_input(data, model, recipe, seed)
    held_out = validation and make_input(validation, model, recipe)
    started, started_cpu = time.perf_counter(), time.process_time()
    history = model.fit(
        inputs,
        epochs=recipe.epochs,
        validation_data=held_out,
        shuffle=False,  # the data set is shuffled by seed already
        callbacks=list(callbacks),
        verbose=0,
    )
    seconds = time.perf_counter() - started
    cpu_seconds = time.process_time() - started_cpu
    return TrainingResult(
        model=model,
        history={name: [float(v) for v in h] for name, h in history.history.items()},
        recipe=recipe,
        seed=seed,
        seconds=seconds,
        num_images=len(data[0]),
        precision=precision,
        device=str(devices),
        versions=versions(),
        cpu_seconds=cpu_seconds,
    )


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


def make_input(
    data: Data, model: keras.Model, recipe: Recipe, seed: int | None = None
) -> tf.data.Dataset:
    """Batches as `recipe` wants them: of training where there is a `seed`."""
    return batches(
        *data,
        batch_size=recipe.batch_size if seed is not None else 500,
        num_classes=model.output_shape[-1] if recipe.label_smoothing else None,
        seed=seed,
        augment=recipe.augmentation(*data[0].shape[1:3]) if seed is not None else None,
    )
