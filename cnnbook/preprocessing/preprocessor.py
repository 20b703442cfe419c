"""One object between a file and a network, for training and for serving.

It travels inside the .keras file of a model, so that whoever loads the model need not
be told how its images were prepared. Images are (n, h, w, c) bytes, 0-255.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import keras
import numpy as np
from keras import layers, ops

from cnnbook.checks import require_between, require_in, require_layout
from cnnbook.preprocessing.scaling import Standardizer
from cnnbook.reading import read_image, resize

RESIZING = "bilinear, antialiased, stretched"
SCALINGS = ("standard", "unit", "signed")
CONSTANTS = {"unit": (0.0, 255.0), "signed": (127.5, 127.5)}  # (offset, scale)


@dataclass(frozen=True)
class Preprocessor:
    """How an image becomes the input of a network; calling it scales pixels.

    image_shape : (h, w, c), c = 1 or 3, of what the network sees.
    offset, scale : (c,) each; a pixel x in 0-255 becomes (x - offset) / scale.
    background : gray level, 0-255, behind what is transparent in a file.
    resizing : the rule of `cnnbook.preprocessing.resize`, the only one there is.
    """

    image_shape: tuple[int, int, int]
    offset: tuple[float, ...]
    scale: tuple[float, ...]
    background: int = 255
    resizing: str = RESIZING

    def __post_init__(self):
        shape = tuple(int(size) for size in self.image_shape)
        if len(shape) != 3 or min(shape) < 1:
            raise ValueError(
                f"`image_shape` must be (h, w, c), got {shape}. Leave out the batch "
                "axis."
            )
        require_in("image_shape[2]", shape[2], (1, 3))
        require_between("background", self.background, 0, 255)
        require_in("resizing", self.resizing, (RESIZING,))
        object.__setattr__(self, "image_shape", shape)
        for name in ("offset", "scale"):
            values = tuple(float(value) for value in getattr(self, name))
            if len(values) != shape[2] or not np.all(np.isfinite(values)):
                raise ValueError(
                    f"`{name}` must be {shape[2]} finite numbers, one for each "
                    f"channel, got {values}."
                )
            object.__setattr__(self, name, values)
        if not min(self.scale) > 0:
            raise ValueError(f"`scale` must be positive, got {self.scale}.")

    @classmethod
    def fit(
        cls, images: np.ndarray, scaling: str = "standard", *, background: int = 255
    ) -> Preprocessor:
        """Take the shape, and for "standard" mean and deviation, of training images.

        Parameters
        ----------
        images : (n, h, w, c) uint8
        scaling : "standard" (mean 0 and deviation 1 in each channel, measured here),
            "unit" (0 … 1) or "signed" (-1 … 1).
        """
        require_in("scaling", scaling, SCALINGS)
        images = _bytes("images", images)
        c = images.shape[3]
        if scaling == "standard":
            found = Standardizer.fit(images)
            offset, scale = found.mean.tolist(), found.deviation.tolist()
        else:
            offset, scale = ([value] * c for value in CONSTANTS[scaling])
        return cls(images.shape[1:], offset, scale, background)

    def read(
        self, source: bytes | str | Path, *, max_pixels: int = 50_000_000
    ) -> np.ndarray:
        """Read and resize an image file, or its bytes: (h, w, c) uint8."""
        h, w, c = self.image_shape
        image = read_image(
            source, channels=c, max_pixels=max_pixels, background=self.background
        )
        return resize(image, (h, w))

    def __call__(self, images: np.ndarray) -> np.ndarray:
        """Scale `images` (n, h, w, c) uint8 to float32, (x - offset) / scale."""
        images = _bytes("images", images)
        if images.shape[1:] != self.image_shape:
            raise ValueError(
                f"`images` must be {self.image_shape} each, got {images.shape[1:]}. "
                "`read` brings a file to this size, cnnbook.preprocessing.resize an "
                "array."
            )
        return Standardizer(*self._constants())(images)

    def layer(self) -> PreprocessorLayer:
        """A Keras layer that does the same as calling this object."""
        return PreprocessorLayer(self)

    def attach(self, model: keras.Model) -> keras.Model:
        """Put this object in front of `model`, inside a new functional model.

        The new model takes pixels 0-255 (n, h, w, c), bytes or floats, and answers
        with the scores of `model`, whose weights it shares. It is not compiled.
        Saved to a .keras file, it takes this object along; see `of`.
        """
        if any(_layers_of(model)):
            raise ValueError(
                "`model` must take scaled images, but it has a preprocessor inside "
                "already: pixels would be scaled twice. Attach to the model within."
            )
        expected = (None, *self.image_shape)
        if model.input_shape != expected:
            raise ValueError(
                f"`model` must take images {expected}, which this preprocessor makes, "
                f"got {model.input_shape}. Build it with this image_shape."
            )
        pixels = keras.Input(self.image_shape, name="pixels")
        scores = model(self.layer()(pixels))
        return keras.Model(pixels, scores, name=f"{model.name}_on_pixels")

    @classmethod
    def of(cls, model: keras.Model) -> Preprocessor:
        """The preprocessor that was attached to `model`, after loading too."""
        for layer in _layers_of(model):
            return layer.preprocessor
        name = getattr(model, "name", model)
        raise ValueError(
            f"`model` must have a preprocessor inside, {name!r} has none. Save "
            "preprocessor.attach(model) in its place."
        )

    def _constants(self) -> tuple[np.ndarray, np.ndarray]:
        return np.array(self.offset, np.float32), np.array(self.scale, np.float32)


@keras.saving.register_keras_serializable("cnnbook")
class PreprocessorLayer(layers.Layer):
    """Scales pixels 0-255 (n, h, w, c), in float32; its config is a `Preprocessor`."""

    def __init__(self, preprocessor: Preprocessor, **options):
        # float32 under mixed precision too, and no cast of what comes in
        options = {"name": "preprocessor"} | options | {"dtype": "float32"}
        super().__init__(trainable=False, autocast=False, **options)
        self.preprocessor = preprocessor

    def call(self, inputs):
        """(n, h, w, c) of any number type -> (n, h, w, c) float32."""
        if tuple(inputs.shape[1:]) != self.preprocessor.image_shape:
            raise ValueError(
                f"`inputs` must be (n, *{self.preprocessor.image_shape}), got shape "
                f"{tuple(inputs.shape)}. Resize images before the model."
            )
        offset, scale = self.preprocessor._constants()
        return (ops.cast(inputs, "float32") - offset) / scale

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {"name": self.name, "preprocessor": asdict(self.preprocessor)}

    @classmethod
    def from_config(cls, config):
        return cls(Preprocessor(**config["preprocessor"]), name=config["name"])


def _layers_of(model: keras.Model) -> Iterator[PreprocessorLayer]:
    """Every preprocessor within `model`, in nested models too."""
    for layer in getattr(model, "layers", ()):
        if isinstance(layer, PreprocessorLayer):
            yield layer
        yield from _layers_of(layer)


def _bytes(name: str, images: np.ndarray) -> np.ndarray:
    """`images` as (n, h, w, c) uint8, or a refusal."""
    try:
        images = np.asarray(images)
    except ValueError as error:
        raise ValueError(
            f"`{name}` must be (n, h, w, c), got images of different sizes. Bring them "
            "to one size: np.stack([resize(image, (h, w)) for image in images])."
        ) from error
    if images.dtype != np.uint8:
        found = str(images.dtype)
        if np.issubdtype(images.dtype, np.floating) and np.isnan(images).any():
            found += " with NaN"
        elif images.dtype.kind in "iuf" and images.size:
            found += f" from {images.min():g} to {images.max():g}"
        raise ValueError(
            f"`{name}` must be bytes (uint8, 0-255), got {found}. Pass the pixels as "
            "they were read; they are scaled here."
        )
    require_layout(name, images, "n h w c")
    return images
