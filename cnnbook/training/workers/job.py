"""What is trained, as a value that can be sent to every worker.

Images are (n, h, w, c) float32, labels (n,) integers.
"""

import json
from dataclasses import asdict, dataclass, field

import keras
import numpy as np

from cnnbook.checks import require_in
from cnnbook.named import import_function
from cnnbook.training.recipe import Recipe

# "auto" would ask each machine, and they might answer differently; float16 needs
# its loss scaled, which the loop does not do
PRECISIONS = ("float32", "mixed_bfloat16")


@dataclass(frozen=True)
class Job:
    """A network, its data and its recipe, named so that any process can make them.

    `build` and `data` look like "package.module:function". The first returns an
    uncompiled model that answers with scores, the second (images, labels); they are
    called with `build_options` and `data_options`, plain values both. With `try_fit`,
    each worker afterwards hands its strategy to Keras' `fit` as well, and keeps what
    that says.
    """

    build: str
    data: str
    recipe: Recipe
    seed: int = 0
    build_options: dict = field(default_factory=dict)
    data_options: dict = field(default_factory=dict)
    try_fit: bool = False

    def __post_init__(self):
        require_in("recipe.precision", self.recipe.precision, PRECISIONS)
        if self.recipe.variation is not None:
            raise ValueError(
                "`recipe` must have no `variation` in a job, which is sent as text. "
                "Use `shift` for mirror images and shifts."
            )

    def make_model(self) -> keras.Model:
        """Call `build`."""
        return import_function("build", self.build)(**self.build_options)

    def load_data(self) -> tuple[np.ndarray, np.ndarray]:
        """Call `data`."""
        images, labels = import_function("data", self.data)(**self.data_options)
        return images, labels

    def to_json(self) -> str:
        """Text that `from_json` reads back."""
        return json.dumps(asdict(self), indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Job":
        """The job that `to_json` wrote."""
        plain = json.loads(text)
        return cls(**plain | {"recipe": Recipe(**plain["recipe"])})
