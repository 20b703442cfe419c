"""Features that were learned elsewhere: frozen under a linear probe, or fine-tuned.

An encoder maps images (n, h, w, c) to feature maps (n, oh, ow, f). Labels are (n,)
integers; classifiers answer with scores (n, num_classes).
"""

from dataclasses import dataclass

import keras
import numpy as np
from keras import layers
from sklearn.linear_model import LogisticRegression

from cnnbook import evaluation
from cnnbook.checks import require_at_least, require_labels, require_layout


@dataclass(frozen=True)
class Probe:
    """A linear classifier of features: scores are features @ kernel + bias."""

    kernel: np.ndarray  # (features, num_classes)
    bias: np.ndarray  # (num_classes,)

    def scores(self, features: np.ndarray) -> np.ndarray:
        """Scores (n, num_classes) of features (n, k)."""
        return features @ self.kernel + self.bias


def fit_probe(
    features: np.ndarray, labels: np.ndarray, num_classes: int, *, penalty: float = 30
) -> Probe:
    """Softmax regression on features (n, k), centered and scaled as a whole.

    `penalty` times half the squared weights is added to the sum of the losses. A class
    without a label gets a score below all others.
    """
    require_layout("features", features, "n k")
    require_labels(labels, len(features), num_classes)
    mean, deviation = features.mean(axis=0), max(float(features.std()), 1e-12)
    fitted = LogisticRegression(C=1 / penalty, tol=0.01, max_iter=500)
    fitted.fit((features - mean) / deviation, labels)
    weights, offsets = fitted.coef_, fitted.intercept_
    if len(weights) == 1:  # two classes have one column of weights
        weights = np.concatenate([-weights, weights]) / 2
        offsets = np.concatenate([-offsets, offsets]) / 2
    kernel = np.zeros((features.shape[1], num_classes))
    bias = np.full(num_classes, -1e3)
    # centering and scaling are linear as well: they go into weights and bias
    kernel[:, fitted.classes_] = weights.T / deviation
    bias[fitted.classes_] = offsets - mean @ weights.T / deviation
    return Probe(kernel, bias)


def describe(encoder: keras.Model, images: np.ndarray) -> np.ndarray:
    """The last feature maps of images, each in one row: (n, oh * ow * f)."""
    return evaluation.predict_scores(encoder, images).reshape(len(images), -1)


def classifier(encoder: keras.Model, num_classes: int = 10) -> keras.Model:
    """A copy of `encoder` under a dense layer; the copy starts with its weights."""
    require_at_least("num_classes", num_classes, 2)
    body = keras.models.clone_model(encoder)
    body.set_weights(encoder.get_weights())
    scores = layers.Dense(num_classes, name="scores")(layers.Flatten()(body.output))
    return keras.Model(body.input, scores, name="classifier")


def probed_classifier(
    encoder: keras.Model, images: np.ndarray, labels: np.ndarray, num_classes: int = 10
) -> keras.Model:
    """Stage one: `classifier` whose dense layer is the probe of frozen features.

    Source: Kumar et al. (2022), "linear probing, then fine-tuning".
    """
    model = classifier(encoder, num_classes)
    probe = fit_probe(describe(encoder, images), labels, num_classes)
    model.get_layer("scores").set_weights([probe.kernel, probe.bias])
    return model
