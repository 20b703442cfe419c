"""Images per second: `cnnbook.training` against the source's own training snippet.

Both train the source's network on the same Fashion-MNIST images for the same number
of epochs and validate after each. Runs alternate, each in a process of its own, and
the median of the pairwise ratios is printed beside the accuracies on one held-out
set. `python -m tools.bench [--runs N]`; the child processes are `--only NAME`.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import keras
import numpy as np
from keras import layers

from cnnbook import evaluation, models, studies
from cnnbook.training import Recipe, train

NUM_IMAGES, EPOCHS, SEED = 30_000, 3, 0
CONTENDERS: dict[str, Callable[[studies.FashionData], dict]] = {}


def contender(run: Callable[[studies.FashionData], dict]) -> Callable:
    """Enter a way of training under its name."""
    CONTENDERS[run.__name__] = run
    return run


@contender
def source(data: studies.FashionData) -> dict:
    """The source, lines 187-205, for ten classes: batches of 32 out of NumPy."""
    keras.utils.set_random_seed(SEED)
    images, labels = data.first(NUM_IMAGES)
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, (3, 3), activation="relu"),
            layers.MaxPooling2D((2, 2)),
            layers.Conv2D(64, (3, 3), activation="relu"),
            layers.MaxPooling2D((2, 2)),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    targets = keras.utils.to_categorical(labels, 10)
    started = time.perf_counter()
    model.fit(
        images,
        targets,
        epochs=EPOCHS,
        batch_size=32,
        validation_split=0.1,
        verbose=0,
    )
    return _result(model, time.perf_counter() - started, data)


@contender
def cnnbook(data: studies.FashionData) -> dict:
    """The same network and epochs through `cnnbook.training.train`.

    A larger batch needs a higher rate, and a cycle of rates to keep the accuracy.
    """
    images, labels = data.first(NUM_IMAGES)
    cut = int(NUM_IMAGES * 0.9)
    recipe = Recipe(epochs=EPOCHS, batch_size=128, peak=0.003, one_cycle=True)
    result = train(
        models.source_cnn,
        (images[:cut], labels[:cut]),
        recipe=recipe,
        seed=SEED,
        validation=(images[cut:], labels[cut:]),
    )
    return _result(result.model, result.seconds, data)


def _result(model: keras.Model, seconds: float, data: studies.FashionData) -> dict:
    images, labels = data.validation
    return {
        "images_per_second": 0.9 * NUM_IMAGES * EPOCHS / seconds,
        "accuracy": evaluation.accuracy(labels, evaluation.predict(model, images)),
    }


def run_alone(name: str) -> dict:
    """Run one contender in a fresh process and read its result."""
    command = [sys.executable, "-m", "tools.bench", "--only", name]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    if finished.returncode:
        raise RuntimeError(f"{name} failed:\n{finished.stderr[-2000:]}")
    return json.loads(finished.stdout.splitlines()[-1])


def compare(num_runs: int) -> None:
    """Alternate the contenders and print every pair, then the medians."""
    ratios, accuracies = [], {name: [] for name in CONTENDERS}
    for number in range(1, num_runs + 1):
        results = {name: run_alone(name) for name in CONTENDERS}
        rates = {name: results[name]["images_per_second"] for name in CONTENDERS}
        ratios.append(rates["cnnbook"] / rates["source"])
        for name, result in results.items():
            accuracies[name].append(result["accuracy"])
        shown = ", ".join(
            f"{name} {rate:6,.0f} images/s at {results[name]['accuracy']:.4f}"
            for name, rate in rates.items()
        )
        print(f"pair {number}: {shown}, ratio {ratios[-1]:.2f}", flush=True)
    means = {name: np.mean(values) for name, values in accuracies.items()}
    print(
        f"median ratio {statistics.median(ratios):.2f} over {num_runs} pairs; accuracy "
        f"cnnbook {means['cnnbook']:.4f}, source {means['source']:.4f}"
    )


def main() -> int:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3, metavar="N", help="pairs")
    parser.add_argument("--only", choices=list(CONTENDERS), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        print(json.dumps(CONTENDERS[options.only](studies.fashion_data())))
    else:
        compare(options.runs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
