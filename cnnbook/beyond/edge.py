"""A small network as a file for small devices, and what it asks of one.

Images are (n, h, w, c) uint8. `python -m cnnbook.beyond.edge FILE` prints, in a process
that runs LiteRT and nothing else, the memory it took; `lite_memory` starts it.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cnnbook.runtimes import LiteRuntime
from cnnbook.runtimes.memory import peak_memory

if TYPE_CHECKING:  # the process that is measured has no use for it
    import keras


def bytes_model(model: "keras.Model", mean: float, deviation: float) -> "keras.Model":
    """`model` with scaling in front and a softmax behind: uint8 in, probabilities out.

    `mean` and `deviation` are those of the training images' pixels in [0, 1].
    """
    import keras

    if deviation <= 0:
        raise ValueError(
            f"`deviation` must be above 0, got {deviation}. Constant images have none: "
            "pass 1."
        )
    images = keras.Input(model.input_shape[1:], dtype="uint8", name="image")
    scaled = keras.layers.Rescaling(1 / (255 * deviation), -mean / deviation)(images)
    scores = model(scaled)
    return keras.Model(images, keras.layers.Softmax(dtype="float32")(scores))


def lite_memory(path: str | Path) -> dict[str, float]:
    """Peak memory of a process that answers for one image, in megabytes.

    "engine" is that of Python, NumPy and LiteRT before there is a network, "network"
    what loading the file and answering 100 times adds to the peak.
    """
    path = Path(path)
    if not path.is_file():
        raise ValueError(f"`path` must be a LiteRT file, {path.name!r} does not exist.")
    command = [sys.executable, "-m", "cnnbook.beyond.edge", str(path)]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(told.stdout)


def main(path: str) -> None:
    """Print the memory that the file at `path` takes, as JSON."""
    import ai_edge_litert.interpreter  # noqa: F401  part of the engine's memory

    before = peak_memory()
    runtime = LiteRuntime(path)
    image = np.zeros((1, *runtime.image_shape), np.uint8)
    for _ in range(100):
        runtime.predict(image)
    print(json.dumps({"engine": before, "network": peak_memory() - before}))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1])
