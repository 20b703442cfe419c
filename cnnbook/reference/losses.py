"""Softmax and cross-entropy, stable and with gradients, in NumPy.

Scores are (n, C) real numbers before softmax, labels (n,) integers in [0, C).
"""

import numpy as np

from cnnbook.checks import require_labels, require_layout, require_shape
from cnnbook.reference.activations import sigmoid


def softmax(scores: np.ndarray) -> np.ndarray:
    """e^score over the sum of all of them, along the last axis: sums to one.

    The largest score is taken off first: nothing changes, but e^score stays finite.

    Source: Goodfellow et al. (2016), equation 6.29, and section 4.1 for the shift.

    >>> softmax(np.array([[1000.0, 1000.0]])).tolist()
    [[0.5, 0.5]]
    """
    return np.exp(log_softmax(scores))


def log_softmax(scores: np.ndarray) -> np.ndarray:
    """The logarithm of `softmax`, exact where a probability is too small to store."""
    scores = np.asarray(scores)
    scores = scores.astype(np.result_type(scores, np.float32), copy=False)
    shifted = scores - scores.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def softmax_gradient(scores: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """Pass `gradient`, of a loss by the probabilities, back to the scores.

    p (g - sum(p g)): the Jacobian diag(p) - p p^T times the gradient g.
    """
    require_shape("gradient", gradient, np.shape(scores), "that of the scores")
    probabilities = softmax(scores)
    expected = (probabilities * gradient).sum(axis=-1, keepdims=True)
    return probabilities * (gradient - expected)


def cross_entropy(scores: np.ndarray, labels: np.ndarray) -> float:
    """Mean over the images of -log(probability of the label).

    Source: Goodfellow et al. (2016), equation 6.30.
    """
    _require(scores, labels)
    return float(-log_softmax(scores)[np.arange(len(labels)), labels].mean())


def cross_entropy_gradient(scores: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Gradient of `cross_entropy` by the scores: (probability - one-hot label) / n."""
    _require(scores, labels)
    gradient = softmax(scores)
    gradient[np.arange(len(labels)), labels] -= 1.0
    return gradient / len(labels)


def binary_cross_entropy(scores: np.ndarray, labels: np.ndarray) -> float:
    """Mean of -log(p) where the label is 1 and -log(1 - p) where 0, p = sigmoid(score).

    Scores and labels are (n,). Both logarithms are taken in a form without overflow.
    """
    _require_binary(scores, labels)
    # softplus(x) - x y, with softplus(x) = max(x, 0) + log(1 + e^-|x|)
    softplus = np.maximum(scores, 0.0) + np.log1p(np.exp(-np.abs(scores)))
    return float((softplus - scores * labels).mean())


def binary_cross_entropy_gradient(scores: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Gradient of `binary_cross_entropy` by scores: (sigmoid(score) - label) / n."""
    _require_binary(scores, labels)
    return (sigmoid(scores) - labels) / len(labels)


def _require(scores: np.ndarray, labels: np.ndarray) -> None:
    require_layout("scores", scores, "n C")
    require_labels(labels, *np.shape(scores))


def _require_binary(scores: np.ndarray, labels: np.ndarray) -> None:
    require_layout("scores", scores, "n")
    require_labels(labels, len(scores), 2)
