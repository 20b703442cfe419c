"""A trained Keras model from within: scores before softmax, maps, gradients.

Images are (n, h, w, c) float32, prepared as for training; classes are (n,) integers.
Nothing of the model is changed, copied or compiled: its layers run one after another.
"""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from cnnbook.checks import require_at_least, require_in, require_labels, require_layout
from cnnbook.reference.graph import Step, walk


class MapsAndGradients(NamedTuple):
    """Of one layer, `maps` and the `gradients` of one score each, (n, h, w, f)."""

    maps: np.ndarray
    gradients: np.ndarray


class Inspector:
    """Reads a functional or built `Sequential` model, nested models included.

    A score is what the model answers before softmax: of a last layer that ends in an
    activation (`Dense(…, activation="softmax")`, `Softmax`, `Activation`) the value
    before it. Layers of a nested model are named "outer/inner".

    Raises ValueError where the model has no graph, such as a subclassed one, several
    inputs or several outputs.
    """

    def __init__(self, model: keras.Model):
        self._steps = walk(model)
        if len(model.inputs) != 1:
            raise ValueError(
                f"`model` must have one input, {model.name!r} has {len(model.inputs)}. "
                "Fix the others: keras.Model(image, model([image, constant]))."
            )
        self.image_shape: tuple[int, ...] = tuple(model.inputs[0].shape[1:])
        self.num_classes: int = self._steps[-1].shape[-1]

    @property
    def steps(self) -> list[Step]:
        """Every use of every layer, in the order in which they run."""
        return list(self._steps)

    @property
    def map_layers(self) -> list[str]:
        """Names of the layers whose output has places, (h, w, f), in order."""
        return [s.name for s in self._steps[1:] if len(s.shape) == 3]

    @property
    def last_convolution(self) -> str:
        """The last layer with a kernel that slides over places."""
        for step in reversed(self._steps):
            if isinstance(step.layer, keras.layers.Layer) and _convolves(step):
                return step.name
        raise ValueError(
            "The model has no convolution, so no map of places can be made of its "
            "layers. Use a method on pixels: saliency, integrated_gradients, occlusion."
        )

    def scores(self, images: np.ndarray, *, batch_size: int = 500) -> np.ndarray:
        """Scores before softmax, (n, C) float32."""
        self._require_images(images)
        return np.concatenate(
            [self._run(tf.constant(part))[-1] for part in _parts(images, batch_size)]
        )

    def maps(
        self, images: np.ndarray, layers: Sequence[str], *, batch_size: int = 500
    ) -> dict[str, np.ndarray]:
        """What the named layers answer, all from one pass: {name: (n, …) float32}."""
        self._require_images(images)
        positions = {name: self._position(name) for name in layers}
        found: dict[str, list[np.ndarray]] = {name: [] for name in layers}
        for part in _parts(images, batch_size):
            values = self._run(tf.constant(part))
            for name, position in positions.items():
                found[name].append(np.asarray(ops.cast(values[position], "float32")))
        return {name: np.concatenate(parts) for name, parts in found.items()}

    def gradients(
        self,
        images: np.ndarray,
        classes: np.ndarray,
        layer: str | None = None,
        *,
        of: str = "score",
        batch_size: int = 100,
    ) -> MapsAndGradients:
        """Maps of `layer` and the gradient of the score of `classes` by each of them.

        Without `layer`, the images take the place of the maps. With `of`
        "probability", it is the gradient of the softmax instead, which vanishes where
        the network is certain.
        """
        self._require_images(images)
        require_in("of", of, ("score", "probability"))
        require_labels(classes, len(images), self.num_classes, name="classes")
        position = 0 if layer is None else self._position(layer)
        if layer is not None and len(self._steps[position].shape) != 3:
            raise ValueError(
                f"Layer {layer!r} has no places, its output is "
                f"{self._steps[position].shape}. Choose one of: "
                f"{', '.join(self.map_layers)}."
            )
        parts = zip(
            _parts(images, batch_size), _parts(classes, batch_size), strict=True
        )
        pairs = [
            self._differentiated(tf.constant(some), chosen, position, of)
            for some, chosen in parts
        ]
        return MapsAndGradients(*map(np.concatenate, zip(*pairs, strict=True)))

    def objective(
        self, images: np.ndarray, units: np.ndarray, layer: str | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """For image k the score of class `units[k]`, (n,), and its gradient, as images.

        With `layer`, it is the mean of map `units[k]` of that layer instead.
        """
        self._require_images(images)
        position = len(self._steps) - 1 if layer is None else self._position(layer)
        num_units = self._steps[position].shape[-1]
        require_labels(units, len(images), num_units, name="units")
        inputs = tf.constant(images)
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            value = ops.cast(self._run(inputs)[position], "float32")
            means = tf.reduce_mean(value, axis=range(1, len(value.shape) - 1))
            chosen = tf.gather(means, units, axis=1, batch_dims=1)
        gradient = tape.gradient(chosen, inputs)
        return np.asarray(chosen), np.asarray(gradient)

    def _differentiated(
        self, images: tf.Tensor, classes: np.ndarray, position: int, of: str
    ) -> tuple[np.ndarray, np.ndarray]:
        with tf.GradientTape() as tape:
            tape.watch(images)
            values = self._run(images)
            answers = ops.softmax(values[-1]) if of == "probability" else values[-1]
            # images do not interact, so the sum has the gradient of each
            chosen = tf.reduce_sum(tf.gather(answers, classes, axis=1, batch_dims=1))
        gradient = tape.gradient(chosen, values[position])
        if gradient is None:
            raise ValueError(
                f"The scores do not depend on layer {self._steps[position].name!r}. "
                "Choose a layer on the way from the image to the scores."
            )
        both = values[position], gradient
        return tuple(np.asarray(ops.cast(value, "float32")) for value in both)

    def _run(self, images: tf.Tensor) -> list[tf.Tensor]:
        """The output of every step; that of the last are scores, float32."""
        values: list[tf.Tensor] = []
        for step in self._steps[:-1]:
            values.append(_called(step, images, values))
        values.append(_before_activation(self._steps[-1], values))
        return values

    def _position(self, name: str) -> int:
        require_in("layer", name, [step.name for step in self._steps])
        return max(i for i, step in enumerate(self._steps) if step.name == name)

    def _require_images(self, images: np.ndarray) -> None:
        require_layout("images", images, "n h w c")
        require_at_least("len(images)", len(images), 1)
        if tuple(images.shape[1:]) != self.image_shape:
            raise ValueError(
                f"`images` must be (n, {', '.join(map(str, self.image_shape))}), got "
                f"{images.shape}. Prepare them as for training."
            )


def _parts(array: np.ndarray, batch_size: int) -> list[np.ndarray]:
    require_at_least("batch_size", batch_size, 1)
    starts = range(0, len(array), batch_size)
    return [array[start : start + batch_size] for start in starts]


def _convolves(step: Step) -> bool:
    names = ("Conv2D", "SeparableConv2D", "DepthwiseConv2D", "Conv2DTranspose")
    return any(base.__name__ in names for base in type(step.layer).__mro__)


def _called(step: Step, images: tf.Tensor, values: list[tf.Tensor]) -> tf.Tensor:
    if not step.inputs:
        return images
    inputs = [values[i] for i in step.inputs]
    if not isinstance(step.layer, keras.layers.Layer):
        raise ValueError(
            f"Step {step.name!r} is an operation and not a layer; it cannot be run "
            "alone. Use the layer: layers.Add, layers.Rescaling, layers.ReLU…"
        )
    return step.layer(inputs if len(inputs) > 1 else inputs[0])


def _before_activation(step: Step, values: list[tf.Tensor]) -> tf.Tensor:
    """Scores: the last step without the activation it ends in."""
    layer = step.layer
    inputs = values[step.inputs[0]]
    if isinstance(layer, keras.layers.Softmax | keras.layers.Activation):
        scores = inputs
    elif isinstance(layer, keras.layers.Dense):
        cast = partial(ops.cast, dtype=layer.compute_dtype)
        scores = ops.matmul(cast(inputs), cast(layer.kernel))
        if layer.bias is not None:
            scores = ops.add(scores, cast(layer.bias))
    else:
        scores = _called(step, inputs, values)
    if len(scores.shape) != 2:
        raise ValueError(
            f"The model must answer with scores (n, C), its last layer {step.name!r} "
            f"gives {tuple(scores.shape)}. Pool or flatten the places before."
        )
    return ops.cast(scores, "float32")
