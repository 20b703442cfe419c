"""The graph that is served: bytes in, probabilities out, nothing left to the caller.

Scaling inside the graph cannot be forgotten or done twice, and every export carries it.
"""

import keras
import numpy as np
from keras import layers

from cnnbook.preprocessing import Preprocessor

INPUT, OUTPUT, MAPS = "image", "probabilities", "class_maps"
POOLINGS = (layers.GlobalAveragePooling2D, layers.GlobalMaxPooling2D)


def serving_model(model: keras.Model, preprocessor: Preprocessor) -> keras.Model:
    """`model` with its preprocessing in front and a softmax behind, weights shared.

    Takes `image` (n, h, w, c) uint8, answers with `probabilities` (n, num_classes)
    float32.

    Parameters
    ----------
    model : takes scaled images, answers with scores.
    """
    _require_scores(model)
    images = keras.Input(preprocessor.image_shape, dtype="uint8", name=INPUT)
    scores = model(preprocessor.layer()(images))
    return keras.Model(images, _probabilities(scores), name="serving")


def explaining_model(model: keras.Model, preprocessor: Preprocessor) -> keras.Model:
    """Like `serving_model`, with `class_maps` (n, h, w, num_classes) beside it.

    Map k is the Grad-CAM of score k before its ReLU, without a gradient: for a network
    that ends in a global pooling and one dense layer, the mean gradient of a score
    with respect to a feature map is its weight, divided by the number of places.

    Source: Selvaraju et al. (2017), section 3.1; a maximum passes its whole gradient
    to one place, so that the mean over places is the same as that of an average.
    """
    _require_scores(model)
    features, weights = _last_features(model)
    h, w, f = features.shape[1:]
    num_classes = weights.shape[1]
    trunk = keras.Model(model.inputs, [model.outputs[0], features])
    images = keras.Input(preprocessor.image_shape, dtype="uint8", name=INPUT)
    scores, maps = trunk(preprocessor.layer()(images))
    weighting = layers.Conv2D(num_classes, 1, use_bias=False, name=MAPS)
    outputs = [_probabilities(scores), weighting(maps)]
    weighting.set_weights([weights.reshape(1, 1, f, num_classes) / (h * w)])
    return keras.Model(images, outputs, name="explaining")


def _probabilities(scores: keras.KerasTensor) -> keras.KerasTensor:
    return layers.Softmax(dtype="float32", name=OUTPUT)(scores)


def _last_features(model: keras.Model) -> tuple[keras.KerasTensor, np.ndarray]:
    """The feature maps before the global pooling, and the weights (f, C) behind it."""
    pooling, dense = model.layers[-2:]
    if not isinstance(pooling, POOLINGS) or not isinstance(dense, layers.Dense):
        raise ValueError(
            "`model` must end in a global pooling and one dense layer, got "
            f"{type(pooling).__name__} and {type(dense).__name__}. For other networks, "
            "use cnnbook.interpretation, which computes gradients."
        )
    return pooling.input, dense.get_weights()[0]


def _require_scores(model: keras.Model) -> None:
    last = model.layers[-1]
    activation = getattr(last, "activation", None)
    if isinstance(last, layers.Softmax) or activation is keras.activations.softmax:
        raise ValueError(
            f"`model` must answer with scores, got {model.name!r} ending in softmax, "
            "which would be applied twice. Pass the network without it."
        )
