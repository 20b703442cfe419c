"""Checkers of the exercises on *Saving and loading*."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np

from cnnbook.exercises.feedback import Feedback, call, check_function, right, wrong


def _small_model(*, seed: int = 0) -> keras.Model:
    """A compiled model of 19 weights that has taken one training step.

    Touches no global seed: the reader's page goes on as if nothing had been drawn.
    """
    inputs = keras.Input((4, 4, 1))
    features = keras.layers.Conv2D(2, 2, activation="relu")(inputs)
    features = keras.layers.GlobalAveragePooling2D()(features)
    model = keras.Model(inputs, keras.layers.Dense(3)(features))
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    rng = np.random.default_rng(seed)
    model.set_weights([rng.normal(size=array.shape) for array in model.get_weights()])
    # a step on made-up gradients: `fit` would trace a function for every model
    gradients = [rng.normal(size=weight.shape) for weight in model.trainable_weights]
    model.optimizer.apply(
        [keras.ops.convert_to_tensor(array, "float32") for array in gradients],
        model.trainable_weights,
    )
    return model


def _images(n: int, *, seed: int) -> np.ndarray:
    """Random images (n, 4, 4, 1) float32."""
    return np.random.default_rng(seed).normal(size=(n, 4, 4, 1)).astype("float32")


def _scores(model: keras.Model, images: np.ndarray) -> np.ndarray:
    return np.asarray(model(images))


def check_largest_difference(
    answer: Callable[[keras.Model, keras.Model, np.ndarray], float],
) -> Feedback:
    """Does `answer(first, second, images)` find the largest gap between scores?"""
    first, second = _small_model(seed=0), _small_model(seed=1)
    images = _images(6, seed=2)
    gaps = np.abs(_scores(first, images) - _scores(second, images))
    # the image with the largest gap goes last, where a look at the first one misses it
    images = images[gaps.max(axis=1).argsort()]
    largest = float(gaps.max())
    cases = [
        ((first, first, images), 0.0, "A model agrees with itself."),
        (
            (first, second, images),
            largest,
            "Take the largest absolute difference over all images and classes.",
        ),
        (
            (second, first, images),
            largest,
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
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        _, failure = call(answer, model, path)
        return failure or _bare_file(path, model) or _untouched(model)


def _bare_file(path: Path, model: keras.Model) -> Feedback | None:
    """What is wrong with the file at `path`, None where nothing is."""
    if not path.is_file():
        return wrong("Your function wrote no file at `path`.")
    loaded, failure = call(keras.saving.load_model, path)
    if failure:
        return wrong(
            "`load_model` cannot read the file; save the whole model, not its weights."
        )
    if getattr(loaded, "optimizer", None) is not None:
        return wrong(
            "The file still holds an optimizer. Save the model, load it with "
            "compile=False, and save that."
        )
    images = _images(6, seed=2)
    if not np.allclose(_scores(loaded, images), _scores(model, images), atol=1e-6):
        return wrong("The reloaded model answers differently.")
    return None


def _untouched(model: keras.Model) -> Feedback:
    """Whether the model that was passed in can still go on with its training."""
    optimizer = getattr(model, "optimizer", None)
    if optimizer is None or int(optimizer.iterations) != 1:
        return wrong(
            "The model that was passed in lost its optimizer's state on the way. "
            "Take the optimizer from a reloaded copy instead."
        )
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
            return wrong(
                "The file with a Lambda in it was loaded, and its code ran. Keep "
                "safe_mode on."
            )
        _, failure = call(answer, Path(folder) / "missing.keras")
    if failure is None:
        return wrong(
            "For a missing file you returned None too. Look into the message, and "
            "raise again what is not about code."
        )
    return right("Code from a file runs only where you have decided so.")
