"""How much memory a batch takes, measured in a process of its own.

Images are (n, 28, 28, 1).
"""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import keras
import tensorflow as tf

from cnnbook.architecture import Architecture
from cnnbook.checks import require_at_least, require_in
from cnnbook.runtimes.memory import peak_memory

# its maps are many times larger than its weights
LARGE_MAPS = Architecture(widths=(32, 64), convs=2)


def memory_of_steps(batch_size: int, mode: str, num_steps: int = 3) -> dict:
    """Memory before and at the peak of steps, in a process that did nothing before.

    `mode` is "forward", the scores alone, or "training", with gradient and update.
    """
    require_at_least("batch_size", batch_size, 1)
    require_in("mode", mode, ("forward", "training"))
    model = LARGE_MAPS.build((28, 28, 1))
    optimizer = keras.optimizers.SGD(0.01)
    loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    @tf.function
    def step(images: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        if mode == "forward":
            return model(images, training=False)
        with tf.GradientTape() as tape:
            loss = loss_of(labels, model(images, training=True))
        weights = model.trainable_variables
        optimizer.apply(tape.gradient(loss, weights), weights)
        return loss

    def run(n: int) -> None:
        step(tf.zeros((n, 28, 28, 1)), tf.zeros((n,), tf.int64))

    run(1)  # the library's own memory comes first
    before = peak_memory()
    for _ in range(num_steps):
        run(batch_size)
    return {"megabytes_before": before, "megabytes": peak_memory() - before}


def memory_entry(batch_size: int, mode: str) -> dict:
    """`memory_of_steps` in a fresh process; an entry of a record."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        found = pool.submit(memory_of_steps, batch_size, mode).result()
    rounded = {name: round(value, 1) for name, value in found.items()}
    return rounded | {"batch_size": batch_size, "mode": mode, "seed": 0}
