"""The network that this book serves: trained once, kept in the package.

`python -m tools.train_served` made both files in `FILES`.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # TensorFlow is imported when the network is
    import keras

    from cnnbook.preprocessing import Preprocessor

FILES = Path(__file__).parent / "files"


class Pretrained(NamedTuple):
    """A trained network and the constants of its input.

    `model` takes standardized images (n, 28, 28, 1) float32 and answers with scores
    (n, 10); `mean` and `deviation` are (c,), of gray levels divided by 255.
    """

    model: "keras.Model"
    mean: tuple[float, ...]
    deviation: tuple[float, ...]

    @property
    def preprocessor(self) -> "Preprocessor":
        """Turns bytes (n, 28, 28, 1) into what `model` takes."""
        from cnnbook.preprocessing import Preprocessor

        return Preprocessor(
            self.model.input_shape[1:],
            tuple(255 * value for value in self.mean),
            tuple(255 * value for value in self.deviation),
            background=0,  # the objects of Fashion-MNIST are bright on black
        )


def training_record() -> dict:
    """How the weights arose: recipe, seed, seconds, versions, validation accuracy."""
    return json.loads((FILES / "fashion.json").read_text(encoding="utf-8"))


def pretrained() -> Pretrained:
    """A residual network for Fashion-MNIST with its trained weights, not compiled."""
    import keras

    from cnnbook import models

    record = training_record()
    layers = {"FusedBatchNormalization": models.FusedBatchNormalization}
    model = keras.saving.load_model(
        FILES / "fashion.keras", custom_objects=layers, compile=False, safe_mode=True
    )
    return Pretrained(model, tuple(record["mean"]), tuple(record["deviation"]))
