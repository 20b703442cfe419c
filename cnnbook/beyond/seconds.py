"""Training by the clock: every network gets the same seconds, not the same steps."""

import math
import time
from dataclasses import dataclass

import keras
import numpy as np

from cnnbook.checks import require_at_least, require_labels, require_layout


@dataclass(frozen=True)
class TimedTraining:
    """What came of the seconds: `steps` of `batch` images, and the last mean loss."""

    steps: int
    seconds: float
    images_seen: int
    loss: float


def prepared(model: keras.Model) -> keras.Model:
    """Compile for `train_for`: AdamW with a weight decay of 0.05, scores as output."""
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.AdamW(0.001, weight_decay=0.05), loss)
    return model


def rate_at(fraction: float, peak: float, *, warm_up: float = 0.1) -> float:
    """Up in a line to `peak`, then down to 0 along half a cosine, by spent time.

    Parameters
    ----------
    fraction : of the seconds, in [0, 1].
    warm_up : fraction at which the peak is reached.
    """
    if fraction < warm_up:
        return peak * max(fraction, 0.01) / warm_up
    return peak * 0.5 * (1 + math.cos(math.pi * (fraction - warm_up) / (1 - warm_up)))


def train_for(
    model: keras.Model,
    images: np.ndarray,
    labels: np.ndarray,
    *,
    seconds: float = math.inf,
    steps: int | None = None,
    peak: float = 0.001,
    batch: int = 128,
    seed: int = 0,
) -> TimedTraining:
    """Train `model`, which `prepared` compiled, until the seconds are spent.

    Where a result must not depend on who else uses the machine, give `steps` instead.
    One step is made before the clock starts, at a rate of 0, because it compiles.

    Parameters
    ----------
    images : (n, h, w, c), as the model takes them.
    labels : (n,) integers.
    seed : draws the batches, each at random from all images.
    """
    require_layout("images", images, "n h w c")
    require_labels(labels, len(images))
    require_at_least("seconds", seconds, 0.01)
    if (steps is None) == (seconds == math.inf):
        raise ValueError(
            f"`seconds` or `steps` must be given, and not both, got {seconds} and "
            f"{steps}. Leave one of them out."
        )
    rng = np.random.default_rng(seed)
    rate = model.optimizer.learning_rate

    def step(fraction: float | None) -> float:
        rate.assign(0.0 if fraction is None else rate_at(fraction, peak))
        drawn = rng.integers(len(images), size=batch)
        return float(model.train_on_batch(images[drawn], labels[drawn]))

    step(None)
    # the mean that train_on_batch returns starts anew
    model.reset_metrics()
    made, spent, loss, started = 0, 0.0, math.nan, time.perf_counter()
    while spent < seconds and made != steps:
        loss = step(spent / seconds if steps is None else made / steps)
        made += 1
        spent = time.perf_counter() - started
    return TimedTraining(made, spent, made * batch, loss)


def accuracy_of(model: keras.Model, images: np.ndarray, labels: np.ndarray) -> float:
    """Share of `images` whose highest score is that of their label."""
    scores = [
        keras.ops.convert_to_numpy(model(images[i : i + 500], training=False))
        for i in range(0, len(images), 500)
    ]
    return float(np.mean(np.concatenate(scores).argmax(axis=1) == labels))
