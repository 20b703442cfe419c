"""Checkers of the exercises on *Saving and loading*."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np

from cnnbook.exercises.feedback import Feedback, call, check_function, right, wrong


def _small_model(*, seed: int = 0) -> keras.Model:
    """A compiled 12-parameter model that has taken one training step."""
    keras.utils.set_random_seed(seed)
    images = keras.Input((4, 4, 1))
    features = keras.layers.GlobalAveragePooling2D()(
        keras.layers.Conv2D(2, 2, activation="relu")(images)
    )
    model = keras.Model(images, keras.layers.Dense(3)(features))
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    rng = np.random.default_rng(seed)
    images, labels = rng.normal(size=(8, 4, 4, 1)), rng.integers(3, size=8)
    model.fit(images, labels, verbose=0)
    return model


def check_largest_difference(
    answer: Callable[[keras.Model, keras.Model, np.ndarray], float],
) -> Feedback:
    """Does `answer(first, second, images)` find the largest gap between scores?"""
    first, second = _small_model(seed=0), _small_model(seed=1)
    images = np.random.default_rng(2).normal(size=(6, 4, 4, 1)).astype("float32")
    gap = first.predict(images, verbose=0) - second.predict(images, verbose=0)
    cases = [
        ((first, first, images), 0.0, "A model agrees with itself."),
        (
            (first, second, images),
            float(np.abs(gap).max()),
            "Take the largest absolute difference over all images and classes.",
        ),
        (
            (second, first, images),
            float(np.abs(gap).max()),
            "The order of the two models must not matter: take absolute values.",
        ),
    ]
    return check_function(
        answer,
        cases,
        tolerance=1e-6,
        praise="Print it after every export; 1e-6 is what float32 leaves.",
    )


def check_save_for_inference(
    answer: Callable[[keras.Model, Path], None],
) -> Feedback:
    """Does `answer(model, path)` write a file without the optimizer's state?"""
    model = _small_model()
    images = np.random.default_rng(2).normal(size=(6, 4, 4, 1)).astype("float32")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        _, failure = call(answer, model, path)
        if failure:
            return failure
        if not path.exists():
            return wrong("Your function wrote no file at `path`.")
        loaded = keras.saving.load_model(path)
        if loaded.optimizer is not None:
            return wrong(
                "The file still holds an optimizer. Save the model, load it with "
                "compile=False, and save that."
            )
        same = np.allclose(loaded.predict(images, verbose=0), model(images), atol=1e-6)
    if not same:
        return wrong("The reloaded model answers differently.")
    if model.optimizer is None:
        return wrong("The model that was passed in lost its optimizer on the way.")
    return right("Two thirds of the bytes of an Adam-trained file are for training.")


def check_safe_load(answer: Callable[[Path], keras.Model | None]) -> Feedback:
    """Does `answer(path)` load harmless files and return None for unsafe ones?"""
    with tempfile.TemporaryDirectory() as folder:
        harmless, unsafe = Path(folder) / "harmless.keras", Path(folder) / "code.keras"
        _small_model().save(harmless)
        inputs = keras.Input((3,))
        outputs = keras.layers.Lambda(lambda x: x + 1)(inputs)
        keras.Model(inputs, outputs).save(unsafe)
        loaded, failure = call(answer, harmless)
        if failure:
            return failure
        if not isinstance(loaded, keras.Model):
            return wrong("A file without code in it must be loaded and returned.")
        refused, failure = call(answer, unsafe)
        if failure:
            return wrong(
                "Catch the ValueError of the file with code in it and return None. "
                f"({failure.message.splitlines()[0][:80]} …)"
            )
    if refused is not None:
        return wrong("The file with a Lambda in it ran its code. Keep safe_mode on.")
    return right("Code from a file runs only where you have decided so.")
