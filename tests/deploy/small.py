"""A small network in every format, made once for the tests of exports and runtimes."""

import fcntl
import functools
from pathlib import Path

import keras
import numpy as np

from cnnbook import models
from cnnbook.deploy import FORMATS, Pretrained, export_formats


def network() -> Pretrained:
    """A residual network with random weights and statistics, as if trained."""
    keras.utils.set_random_seed(0)
    model = models.residual_cnn(stem=4, widths=(12, 16))
    rng = np.random.default_rng(0)
    for variable in model.variables:
        if variable.name in ("gamma", "moving_variance"):
            variable.assign(rng.uniform(0.5, 2, variable.shape))
        if variable.name in ("beta", "moving_mean", "bias"):
            variable.assign(rng.normal(0, 0.5, variable.shape))
    dense = model.layers[-1]  # scores so small that no class takes it all
    dense.set_weights([value / 10 for value in dense.get_weights()])
    return Pretrained(model, (0.25,), (0.5,))


def images() -> np.ndarray:
    """Twelve images of noise, (12, 28, 28, 1) uint8."""
    rng = np.random.default_rng(1)
    return rng.integers(0, 256, (12, 28, 28, 1), dtype=np.uint8)


@functools.cache
def exported(folder: Path) -> dict[str, Path]:
    """The network in every format below `folder`: where each file lies.

    Several processes may ask for one folder: the first one exports, the others wait.
    """
    place, draft = folder / "small", folder / "small.part"
    with (folder / "small.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.exists():
            draft.mkdir()
            export_formats(network(), draft, list(FORMATS), images())
            draft.rename(place)
    return {name: place / entry.file for name, entry in FORMATS.items()}
