"""Is a network as certain as it may be? Temperature, refusing, labels in doubt.

`evaluation.reliability` measures it; here it is mended, and put to use. Scores and
probabilities are (n, C), labels (n,). Fit on validation images, never on those that
judge.
"""

from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize_scalar

from cnnbook.checks import require_between, require_labels, require_layout
from cnnbook.reference import cross_entropy


class RiskCoverage(NamedTuple):
    """Refusing the least certain images first, (n,): answered share and its errors.

    Entry k is for k + 1 answered images: `coverage` in (0, 1], `risk`, the share of
    wrong ones among them, and `threshold`, the confidence of the last one answered.
    """

    coverage: np.ndarray
    risk: np.ndarray
    threshold: np.ndarray


def fit_temperature(scores: np.ndarray, labels: np.ndarray) -> float:
    """The number by which to divide scores so that their cross-entropy is smallest.

    Above 1 the network was too certain. The order of the scores stays, and with it the
    accuracy. Found within a factor of 100 around 1.

    Source: Guo et al. (2017), section 4.2.
    """
    require_layout("scores", scores, "n C")
    require_labels(labels, *scores.shape)
    exact = np.asarray(scores, np.float64)
    found = minimize_scalar(
        lambda log: cross_entropy(exact / np.exp(log), labels),
        bounds=(-np.log(100), np.log(100)),
        method="bounded",
        options={"xatol": 1e-6},
    )
    return float(np.exp(found.x))


def risk_coverage(labels: np.ndarray, probabilities: np.ndarray) -> RiskCoverage:
    """How many answers are wrong if only the most certain ones are given.

    Source: Geifman and El-Yaniv (2017), section 2.
    """
    require_layout("probabilities", probabilities, "n C")
    require_labels(labels, *probabilities.shape)
    confidence = probabilities.max(axis=1)
    order = np.argsort(-confidence, kind="stable")
    wrong = probabilities.argmax(axis=1)[order] != labels[order]
    answered = np.arange(1, len(labels) + 1)
    return RiskCoverage(
        answered / len(labels), wrong.cumsum() / answered, confidence[order]
    )


def confusion_by_confidence(
    labels: np.ndarray, probabilities: np.ndarray, bins: np.ndarray
) -> np.ndarray:
    """Confusion matrices of images sorted by confidence, (C, C, bins) integers.

    Entry [i, j, b] counts the images of class i that are called j with a confidence
    from `bins[b]` up to, but without, `bins[b + 1]`. So the matrix of all images with a
    confidence of `bins[b]` or more is the sum of the entries from b on.

    Parameters
    ----------
    bins : (bins,), lower bounds of the confidence, rising from 0, all below 1.

    >>> labels, sure = np.array([0, 1]), np.array([[0.75, 0.25], [0.55, 0.45]])
    >>> confusion_by_confidence(labels, sure, np.array([0, 0.6])).tolist()
    [[[0, 1], [0, 0]], [[1, 0], [0, 0]]]
    """
    require_layout("probabilities", probabilities, "n C")
    num_classes = probabilities.shape[1]
    require_labels(labels, *probabilities.shape)
    require_layout("bins", bins, "bins")
    if bins[0] != 0 or bins[-1] >= 1 or not (np.diff(bins) > 0).all():
        raise ValueError(
            f"`bins` must rise from 0 and stay below 1, got {len(bins)} bounds from "
            f"{bins[0]} to {bins[-1]}. Pass lower bounds only: np.arange(20) / 20."
        )
    confidence = probabilities.max(axis=1)
    if not (probabilities.min() >= 0 and confidence.max() <= 1 + 1e-6):
        raise ValueError(
            "`probabilities` must be between 0 and 1, got values from "
            f"{probabilities.min():.3g} to {confidence.max():.3g}. For scores, take "
            "their softmax."
        )
    index = np.searchsorted(bins, confidence, side="right") - 1
    counts = np.zeros((num_classes, num_classes, len(bins)), int)
    np.add.at(counts, (labels, probabilities.argmax(axis=1), index), 1)
    return counts


def label_doubts(
    labels: np.ndarray, probabilities: np.ndarray, *, least: float = 0.0
) -> np.ndarray:
    """Positions of labels that a model doubts, the strongest doubt first, (k,).

    A label is doubted where another class is more probable than that class is, on
    average, where it is the label. `probabilities` must come from a model that has not
    been trained on these images.

    Parameters
    ----------
    least : least lead in probability of the other class over the label, 0 … 1.

    Source: Northcutt et al. (2021), equations 1 and 2, ranked by the lead.
    """
    require_layout("probabilities", probabilities, "n C")
    n, num_classes = probabilities.shape
    require_labels(labels, n, num_classes)
    require_between("least", least, 0, 1)
    thresholds = np.array(
        [
            probabilities[labels == k, k].mean() if (labels == k).any() else np.inf
            for k in range(num_classes)
        ]
    )
    above = np.where(probabilities >= thresholds, probabilities, -np.inf)
    above[np.arange(n), labels] = -np.inf
    lead = above.max(axis=1) - probabilities[np.arange(n), labels]
    doubted = np.flatnonzero(lead > least)
    return doubted[np.argsort(-lead[doubted], kind="stable")]
