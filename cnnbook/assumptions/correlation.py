"""How much does one pixel say about another, and how far does that reach?

Images are (n, h, w, c). Two positions are compared over the n images, so what all
images share, such as a bright middle, does not count as likeness.
"""

from dataclasses import dataclass

import numpy as np

from cnnbook.checks import require_at_least, require_layout

MOST_DISTANCES = 40


@dataclass(frozen=True)
class CorrelationByDistance:
    """Mean absolute correlation of pixels `distances` apart, in pixels: both (k,).

    `floor` is the mean that pure chance gives with so many images.
    """

    distances: np.ndarray
    correlation: np.ndarray
    floor: float

    @property
    def near(self) -> float:
        """The correlation of direct neighbors."""
        return float(self.correlation[0])

    @property
    def far(self) -> float:
        """The mean over distances of half the longest possible one and more."""
        distant = self.distances >= (self.distances[-1] + 1) / 2
        return float(self.correlation[distant].mean())

    @property
    def locality(self) -> float:
        """Near over far: 1 where distance does not matter."""
        return self.near / self.far


def correlation_by_distance(images: np.ndarray) -> CorrelationByDistance:
    """Correlate pixels along rows and along columns, for each distance.

    For a distance d, all pairs of positions d apart in a row or in a column, in each
    channel, are correlated over the images; the result is the mean of the absolute
    correlations. Positions that never vary are left out.

    Source: the absolute correlation of two independent variables over n draws is
    about normal with deviation 1 / sqrt(n), so its mean is sqrt(2 / (pi n)).
    """
    require_layout("images", images, "n h w c")
    n, h, w, _ = images.shape
    require_at_least("number of images", n, 2)
    require_at_least("longest side of `images`", max(h, w), 2)
    scores = _standard_scores(images)
    longest = max(h, w) - 1
    distances = np.unique(np.linspace(1, longest, min(longest, MOST_DISTANCES)).round())
    means = [_mean_correlation(scores, int(distance)) for distance in distances]
    measured = np.isfinite(means)
    if not measured[0]:
        raise ValueError(
            "`images` must vary at neighboring positions, got images that are equal "
            "there. Pass images that differ."
        )
    return CorrelationByDistance(
        distances[measured].astype(int),
        np.array(means)[measured],
        float(np.sqrt(2 / (np.pi * n))),
    )


def _standard_scores(images: np.ndarray) -> np.ndarray:
    """Mean 0 and deviation 1 at each position over the images; NaN if constant."""
    values = images.astype(np.float32)
    values -= values.mean(axis=0, dtype=np.float64).astype(np.float32)
    deviation = values.std(axis=0, dtype=np.float64)
    constant = deviation <= 1e-6 * max(float(deviation.max()), 1e-30)
    deviation[constant] = np.nan
    return values / deviation.astype(np.float32)


def _mean_correlation(scores: np.ndarray, distance: int) -> float:
    found = []
    for axis in (1, 2):
        length = scores.shape[axis]
        if distance >= length:
            continue
        first = np.take(scores, range(length - distance), axis=axis)
        second = np.take(scores, range(distance, length), axis=axis)
        found.append(np.abs(np.einsum("nhwc,nhwc->hwc", first, second)).ravel())
    pairs = np.concatenate(found) / len(scores)
    pairs = pairs[np.isfinite(pairs)]
    return float(pairs.mean(dtype=np.float64)) if len(pairs) else float("nan")


def mutual_information(
    first: np.ndarray, second: np.ndarray, *, bins: int = 16
) -> float:
    """What `first` tells about `second`, two samples of equal length, in bits.

    Each sample is cut into `bins` parts of equal count, and the parts are counted
    together. The estimate is too high by about (bins - 1)^2 / (2 n ln 2) bits; compare
    it with that of a shuffled sample.

    Source: Cover and Thomas (2006), equation 2.28, on a histogram.
    """
    first, second = np.ravel(first), np.ravel(second)
    if first.shape != second.shape or len(first) < bins:
        raise ValueError(
            f"`first` and `second` must be of one length, {bins} or more, got "
            f"{len(first)} and {len(second)}."
        )
    require_at_least("bins", bins, 2)
    joint = np.zeros((bins, bins))
    np.add.at(joint, (_parts(first, bins), _parts(second, bins)), 1 / len(first))
    independent = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0)
    seen = joint > 0
    return float(np.sum(joint[seen] * np.log2(joint[seen] / independent[seen])))


def _parts(values: np.ndarray, bins: int) -> np.ndarray:
    """The part, 0 … bins - 1, of each value; equal values are in the same part."""
    edges = np.quantile(values, np.arange(1, bins) / bins)
    return np.searchsorted(edges, values, side="right")
