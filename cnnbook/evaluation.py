"""What a result is worth: accuracy, its uncertainty, and comparison of results.

Labels and predictions are (n,) integers; scores are (n, num_classes) before softmax.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import keras
import numpy as np
from scipy.special import softmax
from scipy.stats import binomtest

from cnnbook.checks import require_at_least, require_labels, require_layout


def predict_scores(
    model: keras.Model, images: np.ndarray, *, batch_size: int = 500
) -> np.ndarray:
    """Scores (n, num_classes) float32 of `model` for `images` (n, h, w, c)."""
    require_layout("images", images, "n h w c")
    require_at_least("batch_size", batch_size, 1)
    # called directly: `predict` traces a function for each model, and says so
    starts = range(0, len(images), batch_size)
    return np.concatenate(
        [np.asarray(model(images[i : i + batch_size], training=False)) for i in starts]
    )


def predict(
    model: keras.Model,
    images: np.ndarray,
    *,
    mirror: bool = False,
    batch_size: int = 500,
) -> np.ndarray:
    """The class of highest probability for each image, (n,) integers.

    With `mirror`, the probabilities of an image and of its mirror image are averaged
    first; sensible where a network was trained on both.
    """
    scores = predict_scores(model, images, batch_size=batch_size)
    if not mirror:
        return scores.argmax(axis=1)
    mirrored = np.ascontiguousarray(images[:, :, ::-1])
    others = predict_scores(model, mirrored, batch_size=batch_size)
    return (softmax(scores, axis=1) + softmax(others, axis=1)).argmax(axis=1)


def accuracy(labels: np.ndarray, predictions: np.ndarray) -> float:
    """Correct predictions over all predictions, in [0, 1].

    >>> accuracy(np.array([0, 1, 1, 2]), np.array([0, 1, 2, 2]))
    0.75
    """
    _require_pair(labels, predictions)
    return float(np.mean(labels == predictions))


def recall_per_class(labels: np.ndarray, predictions: np.ndarray) -> np.ndarray:
    """For each class that occurs, the share of its images that is recognized: (k,)."""
    _require_pair(labels, predictions)
    return np.array(
        [np.mean(predictions[labels == label] == label) for label in np.unique(labels)]
    )


def balanced_accuracy(labels: np.ndarray, predictions: np.ndarray) -> float:
    """The mean recall of the classes, each counted once however rare it is."""
    return float(recall_per_class(labels, predictions).mean())


def standard_error(accuracy: float, num_images: int) -> float:
    """Standard deviation of an accuracy measured on `num_images` fresh images.

    Source: the binomial distribution, sqrt(p (1 - p) / n).

    >>> round(standard_error(0.91, 10_000), 5)
    0.00286
    """
    if not 0 <= accuracy <= 1:
        raise ValueError(f"`accuracy` must be between 0 and 1, got {accuracy!r}.")
    require_at_least("num_images", num_images, 1)
    return math.sqrt(accuracy * (1 - accuracy) / num_images)


def wilson_interval(
    num_correct: int, num_images: int, *, z: float = 1.96
) -> tuple[float, float]:
    """Interval (low, high) that holds the true accuracy, with 95 % at `z` = 1.96.

    Unlike mean plus or minus z standard errors it stays inside [0, 1] and is right
    for a perfect score.

    Source: Wilson (1927).
    """
    require_at_least("num_images", num_images, 1)
    if not 0 <= num_correct <= num_images:
        raise ValueError(
            f"`num_correct` must be between 0 and {num_images}, got {num_correct}."
        )
    share = num_correct / num_images
    weight = z * z / num_images
    center = (share + weight / 2) / (1 + weight)
    half = z * math.sqrt(share * (1 - share) / num_images + weight / num_images / 4)
    half /= 1 + weight
    return max(center - half, 0.0), min(center + half, 1.0)


@dataclass(frozen=True)
class Summary:
    """Several runs of one thing: `mean`, `spread` (sample deviation) and `n` runs."""

    mean: float
    spread: float
    n: int

    def __str__(self) -> str:
        return f"{self.mean:.4f} ± {self.spread:.4f} (n = {self.n})"


def summarize(values: Sequence[float]) -> Summary:
    """Mean and sample standard deviation of at least two runs.

    >>> print(summarize([0.90, 0.92, 0.91]))
    0.9100 ± 0.0100 (n = 3)
    """
    if len(values) < 2:
        raise ValueError(
            f"`values` must hold at least two runs, got {len(values)}. "
            "One run has no spread: repeat it with other seeds."
        )
    return Summary(float(np.mean(values)), float(np.std(values, ddof=1)), len(values))


@dataclass(frozen=True)
class Disagreement:
    """Two models on the same images: how often just one of them is right.

    `p_value` is the chance of a split at least this uneven if neither were better.
    """

    only_first: int
    only_second: int
    p_value: float


def compare_predictions(
    labels: np.ndarray, first: np.ndarray, second: np.ndarray
) -> Disagreement:
    """McNemar's exact test of two models' predictions, each (n,).

    Source: Dietterich (1998), section 3.1, with the exact binomial in place of its
    approximation.
    """
    _require_pair(labels, first)
    _require_pair(labels, second)
    only_first = int(np.sum((first == labels) & (second != labels)))
    only_second = int(np.sum((first != labels) & (second == labels)))
    together = only_first + only_second
    p_value = binomtest(only_first, together).pvalue if together else 1.0
    return Disagreement(only_first, only_second, float(p_value))


@dataclass(frozen=True)
class Reliability:
    """Images in bins of rising confidence: does a confidence of p mean right p times?

    `confidence` and `accuracy` are the means of each bin and `count` its images, all
    (bins,); an empty bin has NaN for both means.
    """

    confidence: np.ndarray
    accuracy: np.ndarray
    count: np.ndarray

    @property
    def calibration_error(self) -> float:
        """Mean gap between confidence and accuracy over the images (ECE), in [0, 1].

        Source: Guo et al. (2017), equation 3.
        """
        gaps = np.abs(self.confidence - self.accuracy)
        return float(np.nansum(gaps * self.count) / self.count.sum())


def reliability(
    labels: np.ndarray, probabilities: np.ndarray, *, bins: int = 15
) -> Reliability:
    """Sort predictions by confidence, the largest of probabilities (n, C), into bins.

    The bins divide [0, 1] into equal parts; the upper edge belongs to a bin.

    Source: Guo et al. (2017), section 2.
    """
    require_layout("probabilities", probabilities, "n C")
    require_labels(labels, *probabilities.shape)
    require_at_least("bins", bins, 1)
    if probabilities.min() < 0 or not np.allclose(
        probabilities.sum(axis=1), 1, atol=1e-3
    ):
        raise ValueError(
            "`probabilities` must be 0 or more and sum to 1 in each row. For scores, "
            "take their softmax."
        )
    confidence = probabilities.max(axis=1)
    hit = probabilities.argmax(axis=1) == labels
    index = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    count = np.bincount(index, minlength=bins)
    # an empty bin has no mean: NaN, and no warning for it
    divisor = np.where(count > 0, count, np.nan)
    return Reliability(
        confidence=np.bincount(index, confidence, minlength=bins) / divisor,
        accuracy=np.bincount(index, hit, minlength=bins) / divisor,
        count=count,
    )


def _require_pair(labels: np.ndarray, predictions: np.ndarray) -> None:
    require_labels(labels, len(labels))
    if np.shape(predictions) != np.shape(labels):
        raise ValueError(
            f"`predictions` must have one class for each of {len(labels)} labels, got "
            f"shape {np.shape(predictions)}. From scores, take argmax(axis=1)."
        )
