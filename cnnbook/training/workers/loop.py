"""The training loop of one worker.

Every worker makes the same batches in the same order and keeps its share of each.
"""

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

from cnnbook.checks import require_between
from cnnbook.training.devices import use_precision
from cnnbook.training.run import make_input
from cnnbook.training.workers.job import Job


@dataclass(frozen=True)
class Share:
    """What a worker has when it is done: `losses` are those of whole batches."""

    model: keras.Model
    losses: list[float]
    seconds: float  # without the first step, which compiles


def share_of(batch_size: int, worker: int, num_workers: int) -> slice:
    """The images of each batch that `worker` takes: together all, none twice.

    >>> [share_of(64, worker, 3) for worker in range(3)]
    [slice(0, 21, None), slice(21, 42, None), slice(42, 64, None)]
    """
    require_between("num_workers", num_workers, 1, batch_size)
    require_between("worker", worker, 0, num_workers - 1)
    return slice(
        batch_size * worker // num_workers, batch_size * (worker + 1) // num_workers
    )


def train_share(
    job: Job,
    strategy: tf.distribute.Strategy,
    *,
    worker: int = 0,
    num_workers: int = 1,
    on_step: Callable[[int, float], None] = lambda step, loss: None,
) -> Share:
    """Train with the other workers of `strategy`; alone it is plain training.

    `on_step` is called with the number of each finished step and its loss.
    """
    images, labels = job.load_data()
    recipe = job.recipe
    mine = share_of(recipe.batch_size, worker, num_workers)
    keras.utils.set_random_seed(job.seed)
    with use_precision(recipe.precision), strategy.scope():
        model = job.make_model()
        require_separable(model, num_workers)
        optimizer = recipe.build_optimizer(recipe.num_steps(len(images)))
        optimizer.build(model.trainable_variables)
    inputs = make_input((images, labels), model, recipe, job.seed).map(
        lambda images, labels: (images[mine], labels[mine])
    )
    step = _step(model, optimizer, recipe.build_loss(), strategy, recipe.batch_size)
    losses: list[float] = []
    started = 0.0
    for _ in range(recipe.epochs):
        for part in inputs:
            losses.append(float(step(*part)))
            on_step(len(losses), losses[-1])
            if len(losses) == 1:
                started = time.perf_counter()
        # each iterator has an order of its own, and after each epoch `fit` makes one
        # that it throws away (Keras 3.15); so do we, to see images in its order
        iter(inputs)
    return Share(model, losses, time.perf_counter() - started)


def _step(
    model: keras.Model,
    optimizer: keras.Optimizer,
    loss_of: keras.Loss,
    strategy: tf.distribute.Strategy,
    batch_size: int,
) -> Callable[[tf.Tensor, tf.Tensor], tf.Tensor]:
    """One step of all workers: (images, labels) of one share -> loss of the batch."""
    num_workers = strategy.num_replicas_in_sync

    def one_worker(images: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            # `call` gives one loss for each image; calling `loss_of` itself would
            # divide by the size of the share, and by the number of replicas again
            each = loss_of.call(labels, model(images, training=True))
            loss = tf.reduce_sum(each) / batch_size
            # penalties are the same everywhere, and must count once
            loss += sum(model.losses) / num_workers
        gradients = tape.gradient(loss, [v.value for v in model.trainable_variables])
        # adds up the gradients of all workers first
        optimizer.apply(gradients, model.trainable_variables)
        return loss

    @tf.function
    def step(images: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        losses = strategy.run(one_worker, args=(images, labels))
        return strategy.reduce("SUM", losses, axis=None)

    return step


def require_separable(model: keras.Model, num_workers: int) -> None:
    """Refuse layers that make of a divided batch something else than of a whole one."""
    for layer in _all_layers(model) if num_workers > 1 else ():
        if isinstance(layer, keras.layers.BatchNormalization) and not getattr(
            layer, "synchronized", False
        ):
            remedy = (
                "it would normalize each share by itself. Use "
                "BatchNormalization(synchronized=True), or a LayerNormalization."
            )
        elif hasattr(layer, "seed_generator"):
            remedy = (
                "every worker would draw the same random numbers for its own share. "
                "Regularize by weight decay, or by changing the images."
            )
        else:
            continue
        raise ValueError(
            f"`build` must return a model without {layer.name!r} for more than one "
            f"worker: {remedy}"
        )


def _all_layers(model: keras.Model) -> Iterator[keras.Layer]:
    for layer in model.layers:
        yield layer
        if isinstance(layer, keras.Model):
            yield from _all_layers(layer)


def digest(model: keras.Model) -> str:
    """A short name for the exact weights: equal weights, equal digests."""
    found = hashlib.sha256()
    for array in model.get_weights():
        found.update(np.ascontiguousarray(array).tobytes())
    return found.hexdigest()[:16]


def try_fit(job: Job, strategy: tf.distribute.Strategy) -> str:
    """What Keras' `fit` says to this strategy: "works", or its error in one line."""
    images, labels = job.load_data()
    with strategy.scope():
        model = job.make_model()
        model.compile("sgd", job.recipe.build_loss())
    try:
        model.fit(
            images[: job.recipe.batch_size],
            labels[: job.recipe.batch_size],
            batch_size=job.recipe.batch_size,
            verbose=0,
        )
    except Exception as error:  # noqa: BLE001, whatever it says is the result
        return f"{type(error).__name__}: {str(error).splitlines()[0]}"
    return "works"
