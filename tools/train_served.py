"""Train the network that the part on deployment serves, and put it into the package.

`python -m tools.train_served` writes cnnbook/deploy/files/fashion.keras and, beside
it, fashion.json, which says how it arose. It takes about 20 minutes on two cores.
"""

import argparse
import json
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path

import keras
import numpy as np

from cnnbook import evaluation, models, studies
from cnnbook.deploy import FILES
from cnnbook.files import write_atomically
from cnnbook.preprocessing import Standardizer, to_unit
from cnnbook.training import TrainingResult, train

build = partial(models.residual_cnn, widths=(16, 32, 64))


class Report(keras.callbacks.Callback):
    """A line after each epoch."""

    def on_epoch_end(self, epoch, logs=None):
        print(f"epoch {epoch + 1}: {logs}", flush=True)


def in_float32(trained: keras.Model) -> keras.Model:
    """The same network and weights, whatever precision it was trained in."""
    model = build()
    model.set_weights(trained.get_weights())
    return model


def weights_file(model: keras.Model) -> bytes:
    """`model` as the bytes of a .keras file; not compiled, it has no optimizer."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fashion.keras"
        model.save(path)
        return path.read_bytes()


def training_record(result: TrainingResult, model: keras.Model, seed: int) -> dict:
    """How the network arose, its validation accuracy and its constants of scaling."""
    images, labels = studies.fashion_data().validation
    pixels = studies.fashion_split().train_images
    found = Standardizer.fit(to_unit(pixels))
    accuracy = evaluation.accuracy(labels, evaluation.predict(model, images))
    return {
        "command": f"python -m tools.train_served --seed {seed} "
        f"--epochs {result.recipe.epochs}",
        **result.record(),
        "validation_images": len(labels),
        "validation_accuracy": accuracy,
        "mean": np.ravel(found.mean).tolist(),
        "deviation": np.ravel(found.deviation).tolist(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=studies.ACCURATE.epochs)
    options = parser.parse_args()
    result = train(
        build,
        studies.fashion_data().train,
        recipe=replace(studies.ACCURATE, epochs=options.epochs),
        seed=options.seed,
        callbacks=[Report()],
    )
    model = in_float32(result.model)
    record = training_record(result, model, options.seed)
    FILES.mkdir(exist_ok=True)
    write_atomically(FILES / "fashion.keras", weights_file(model))
    text = json.dumps(record, indent=1) + "\n"
    write_atomically(FILES / "fashion.json", text)
    print(f"validation accuracy {record['validation_accuracy']:.4f}")


if __name__ == "__main__":
    main()
