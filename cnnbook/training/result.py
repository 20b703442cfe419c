"""What a training run leaves: the model, and how it came about."""

import platform
from dataclasses import asdict, dataclass, field

import keras
import tensorflow as tf

from cnnbook.training.recipe import Recipe


@dataclass(frozen=True)
class TrainingResult:
    """A trained model and how it came about.

    `history` has one list for each metric, one value for each epoch; `seconds` is
    the wall time of `fit` alone, compilation included, and `cpu_seconds` what the
    processor spent on it, all threads together: it changes less on a busy machine.
    """

    model: keras.Model = field(repr=False)
    history: dict[str, list[float]] = field(repr=False)
    recipe: Recipe
    seed: int
    seconds: float
    num_images: int
    precision: str
    device: str
    versions: dict[str, str]
    cpu_seconds: float = 0.0

    def record(self) -> dict:
        """All but the model, as plain values that JSON can hold."""
        plain = {
            name: getattr(self, name)
            for name in ("history", "seed", "num_images", "precision", "device")
        }
        return plain | {
            "network": self.model.name,
            "parameters": self.model.count_params(),
            "recipe": asdict(self.recipe),
            "seconds": round(self.seconds, 2),
            "cpu_seconds": round(self.cpu_seconds, 2),
            "versions": self.versions,
        }


def versions() -> dict[str, str]:
    """What a record says of the software that made it."""
    return {
        "python": platform.python_version(),
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
    }
