"""Inference and training of the served network on the device of this process.

    python -m tools.measure_gpu prepare FILE.keras
    python -m tools.measure_gpu measure FILE.keras --record RECORD.json

`prepare` writes the served network with layers of Keras alone, so that it loads under
any backend; `measure` adds to a record what one device does. Run it once on the CPU
(JAX_PLATFORMS=cpu, or CUDA_VISIBLE_DEVICES=-1 for TensorFlow) and once on the GPU: the
second run also compares its probabilities with those of the first.
"""

import argparse
import json
import os
import platform
import sys
import time
from pathlib import Path

import keras
import numpy as np

from cnnbook.data import load_fashion_mnist
from cnnbook.files import write_atomically

BATCHES = (1, 8, 32, 128, 512, 2048, 8192)
TRAINING_BATCHES = (128, 1024)
SECONDS = 3.0  # of measuring, for each batch size
NUM_TRAINING = 24_576  # images of an epoch that is timed; a multiple of 8 batches


def prepare(path: Path) -> None:
    """Write the pretrained network, uint8 in and probabilities out, to `path`."""
    from cnnbook import deploy, models

    def plain(layer: keras.layers.Layer) -> keras.layers.Layer:
        if not isinstance(layer, models.FusedBatchNormalization):
            return layer.__class__.from_config(layer.get_config())
        return keras.layers.BatchNormalization(epsilon=layer.epsilon, name=layer.name)

    served = deploy.pretrained()
    network = keras.models.clone_model(served.model, clone_function=plain)
    network.set_weights(served.model.get_weights())
    inputs = keras.Input((28, 28, 1), dtype="uint8", name="image")
    scaled = keras.layers.Rescaling(
        1 / (255 * served.deviation[0]), -served.mean[0] / served.deviation[0]
    )(inputs)
    scores = network(scaled)
    keras.Model(inputs, keras.layers.Softmax()(scores)).save(path)


def measure(path: Path, record: Path) -> None:
    """Add the entries of this process's device to `record`."""
    model = keras.models.load_model(path, compile=False)
    images = load_fashion_mnist().test_images[..., None]
    device = device_name()
    entries = {}
    for batch in BATCHES:
        entries[f"inference {device} {batch}"] = timed_inference(model, images, batch)
    entries[f"parity {device}"] = parity(model, images, path.with_suffix(".npy"))
    # a CPU without a matrix unit only emulates bfloat16
    for precision in ("float32",) if is_cpu(device) else ("float32", "mixed_bfloat16"):
        for batch in TRAINING_BATCHES:
            key = f"training {device} {precision} {batch}"
            entries[key] = timed_training(model, precision, batch)
    common = {
        "backend": keras.backend.backend(),
        "versions": {"python": platform.python_version(), "keras": keras.__version__},
    }
    found = json.loads(record.read_text()) if record.exists() else {"entries": {}}
    found["command"] = "python -m tools.measure_gpu measure"
    found["entries"] |= {key: entry | common for key, entry in entries.items()}
    write_atomically(record, json.dumps(found, indent=1) + "\n")


def device_name() -> str:
    """What the backend computes on: the kind of its first GPU, or the processor."""
    if keras.backend.backend() == "jax":
        import jax

        device = jax.devices()[0]
        return device.device_kind if device.platform == "gpu" else cpu_name()
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        for gpu in tf.config.list_physical_devices("GPU"):
            return tf.config.experimental.get_device_details(gpu)["device_name"]
    return cpu_name()


def is_cpu(device: str) -> bool:
    """Whether `device_name` named the processor."""
    return device == cpu_name()


def cpu_name() -> str:
    """Name and cores of the processor."""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return f"{line.split(':')[1].strip()}, {os.cpu_count()} cores"
    return f"{platform.machine()}, {os.cpu_count()} cores"


def timed_inference(model: keras.Model, images: np.ndarray, batch: int) -> dict:
    """Milliseconds of `predict_on_batch`, copies to and from the device included."""
    part = images[:batch]
    for _ in range(5):
        model.predict_on_batch(part)
    milliseconds = []
    ends = time.perf_counter() + SECONDS
    while time.perf_counter() < ends or len(milliseconds) < 10:
        started = time.perf_counter()
        np.asarray(model.predict_on_batch(part))
        milliseconds.append(1000 * (time.perf_counter() - started))
    p50, p95 = np.percentile(milliseconds, [50, 95])
    return {
        "batch": batch,
        "calls": len(milliseconds),
        "p50_ms": round(float(p50), 4),
        "p95_ms": round(float(p95), 4),
        "images_per_second": round(1000 * batch / float(p50), 1),
    }


def parity(model: keras.Model, images: np.ndarray, reference: Path) -> dict:
    """Accuracy on the test set, and the distance from the first device's answers."""
    labels = load_fashion_mnist().test_labels
    scores = np.concatenate(
        [
            np.asarray(model.predict_on_batch(images[i : i + 1000]))
            for i in range(0, len(images), 1000)
        ]
    )
    entry = {"accuracy": float(np.mean(scores.argmax(axis=1) == labels))}
    if not reference.exists():
        np.save(reference, scores)
        return entry
    first = np.load(reference)
    return entry | {
        "largest_difference": float(np.abs(scores - first).max()),
        "other_decisions": int(np.sum(scores.argmax(1) != first.argmax(1))),
    }


def timed_training(model: keras.Model, precision: str, batch: int) -> dict:
    """Images a second of `fit` with Adam and new weights, median of three epochs."""

    def with_policy(layer: keras.layers.Layer) -> keras.layers.Layer:
        config = layer.get_config()
        if not isinstance(layer, keras.layers.InputLayer):
            config["dtype"] = precision
        return layer.__class__.from_config(config)

    inner = next(part for part in model.layers if isinstance(part, keras.Model))
    network = keras.models.clone_model(inner, clone_function=with_policy)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    network.compile(keras.optimizers.Adam(0.001), loss, steps_per_execution=8)
    raw = load_fashion_mnist()
    images = raw.train_images[:NUM_TRAINING, ..., None].astype("float32") / 255
    labels = raw.train_labels[:NUM_TRAINING].astype("int32")
    options = {"batch_size": batch, "epochs": 1, "verbose": 0}
    seconds = []
    for _ in range(4):  # the first one compiles
        started = time.perf_counter()
        network.fit(images, labels, **options)
        seconds.append(time.perf_counter() - started)
    median = float(np.median(seconds[1:]))
    return {
        "batch": batch,
        "precision": precision,
        "num_images": NUM_TRAINING,
        "seconds": round(median, 3),
        "images_per_second": round(NUM_TRAINING / median, 1),
    }


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("step", choices=["prepare", "measure"])
    parser.add_argument("network", type=Path)
    parser.add_argument("--record", type=Path, default=Path("gpu.json"))
    chosen = parser.parse_args(arguments)
    if chosen.step == "prepare":
        prepare(chosen.network)
    else:
        measure(chosen.network, chosen.record)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
