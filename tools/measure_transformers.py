"""CNN, transformer and hybrid at equal seconds, on the device of this process.

    python -m tools.measure_transformers --record RECORD.json --seconds 6 --limit 280

Layers and training are of Keras alone and run under any backend. The record of the
book was made on a GPU with the JAX backend. `--limit` is a hard stop: runs that would
end after so many seconds are not begun.
"""

import argparse
import json
import platform
import sys
import time
from pathlib import Path

import keras
import numpy as np

from cnnbook.beyond.seconds import accuracy_of, prepared, train_for
from cnnbook.beyond.transformers import BUILDERS
from cnnbook.data import load_fashion_mnist
from cnnbook.files import write_atomically
from tools.measure_gpu import device_name

SIZES = (1000, 10_000, 55_000)  # the last 5,000 of 60,000 judge
PEAKS = (0.001, 0.003)
SEEDS = (0, 1, 2)


def halves() -> tuple[np.ndarray, np.ndarray]:
    """All training images, (60000, 28, 28, 1) float32 about 0, and their labels."""
    raw = load_fashion_mnist()
    images = (raw.train_images.reshape(-1, 28, 28, 1) / np.float32(255) - 0.286) / 0.353
    return images.astype("float32"), raw.train_labels.astype("int32")


class Bench:
    """One compiled network for each kind; every run starts from new weights."""

    def __init__(self, seconds: float, batch: int) -> None:
        self.seconds, self.batch = seconds, batch
        self.images, self.labels = halves()
        self.models = {}

    def fresh(self, kind: str, seed: int) -> keras.Model:
        """The compiled network of `kind` with the weights that `seed` draws."""
        keras.utils.set_random_seed(seed)
        new = BUILDERS[kind]()
        if kind not in self.models:
            self.models[kind] = prepared(new)
            return new
        model = self.models[kind]
        model.set_weights(new.get_weights())
        for variable in model.optimizer.variables:
            variable.assign(np.zeros(variable.shape, variable.dtype))
        return model

    def run(self, kind: str, size: int, peak: float, seed: int) -> dict:
        """Train on `size` images drawn by `seed`, and judge on 5,000 others."""
        model = self.fresh(kind, seed)
        drawn = np.random.default_rng(seed).permutation(55_000)[:size]
        done = train_for(
            model,
            self.images[drawn],
            self.labels[drawn],
            seconds=self.seconds,
            peak=peak,
            batch=self.batch,
            seed=seed,
        )
        return {
            "kind": kind,
            "num_images": size,
            "peak": peak,
            "seed": seed,
            "batch": self.batch,
            "parameters": model.count_params(),
            "seconds": round(done.seconds, 3),
            "steps": done.steps,
            "accuracy": accuracy_of(model, self.images[55_000:], self.labels[55_000:]),
            "train_accuracy": accuracy_of(
                model, self.images[drawn[:1000]], self.labels[drawn[:1000]]
            ),
            "judged_on": "validation",
        }


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", type=Path, default=Path("transformers.json"))
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--limit", type=float, default=280.0)
    chosen = parser.parse_args(arguments)
    started = time.perf_counter()
    bench = Bench(chosen.seconds, chosen.batch)
    record = {
        "command": "python -m tools.measure_transformers",
        "device": device_name(),
        "backend": keras.backend.backend(),
        "versions": {"python": platform.python_version(), "keras": keras.__version__},
        "entries": {},
    }
    entries, best = record["entries"], {}

    def tried(key: str, kind: str, size: int, peak: float, seed: int) -> None:
        if time.perf_counter() - started > chosen.limit - chosen.seconds - 8:
            print("no time for", key, flush=True)
            return
        entries[key] = bench.run(kind, size, peak, seed)
        write_atomically(chosen.record, json.dumps(record, indent=1) + "\n")
        print(key, entries[key], round(time.perf_counter() - started, 1), flush=True)

    for kind in BUILDERS:  # the rate is chosen first, with a seed of its own
        rates = {}
        for peak in PEAKS:
            key = f"rate {kind} {peak:g}"
            tried(key, kind, 10_000, peak, 100)
            rates[peak] = entries.get(key, {}).get("accuracy", 0)
        best[kind] = max(rates, key=rates.get)
    for seed in SEEDS:
        for size in SIZES:
            for kind in BUILDERS:
                tried(f"{kind} {size} {seed}", kind, size, best[kind], seed)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
