"""Do the images that arrive still look like those of the test set? Without labels.

A window of production images is compared with a reference, statistic by statistic.
The threshold is calibrated to a stated rate of false alarms: it is the level that the
largest of the distances exceeds that often when a window is drawn from the reference.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from cnnbook.checks import require_at_least, require_between, require_layout


def image_statistics(
    images: np.ndarray, probabilities: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """What is watched of each image, (n,) each.

    `mean`, `contrast` (deviation) and `sharpness` (mean difference of neighbors) of
    gray levels 0-255, `area` the share of pixels that are not black; `confidence` of
    the answer where `probabilities` (n, num_classes) are given.
    """
    require_layout("images", images, "n h w c")
    pixels = images.astype(np.float32)
    axes = (1, 2, 3)
    across = np.abs(np.diff(pixels, axis=2)).mean(axes)
    down = np.abs(np.diff(pixels, axis=1)).mean(axes)
    found = {
        "mean": pixels.mean(axes),
        "contrast": pixels.std(axes),
        "sharpness": (across + down) / 2,
        "area": (images > 0).mean(axes),
    }
    if probabilities is not None:
        require_layout("probabilities", probabilities, "n k")
        found["confidence"] = probabilities.max(axis=1)
    return found


def ks_distance(values: np.ndarray, in_window: np.ndarray) -> float:
    """Kolmogorov-Smirnov distance in [0, 1]: how far two distribution functions part.

    Parameters
    ----------
    values : (m,), ascending, of the reference and the window together.
    in_window : (m,) bool, which of them are of the window.
    """
    window = np.cumsum(in_window)
    rest = np.arange(1, len(values) + 1) - window
    gaps = np.abs(window / window[-1] - rest / rest[-1])
    # among equal values only the last one counts all of them
    last = np.append(values[1:] != values[:-1], True)
    return float(gaps[last].max())


@dataclass(frozen=True)
class Drift:
    """The distance of a window by statistic, 0-1, and the threshold for all of them."""

    distances: dict[str, float]
    threshold: float

    @property
    def alarm(self) -> bool:
        """Whether any distance is above the threshold."""
        return max(self.distances.values()) > self.threshold

    @property
    def suspects(self) -> list[str]:
        """The statistics above the threshold, the farthest first."""
        far = {k: d for k, d in self.distances.items() if d > self.threshold}
        return sorted(far, key=far.get, reverse=True)


@dataclass(frozen=True)
class DriftMonitor:
    """A reference of (m,) values for each statistic, and what is far from it.

    `threshold` holds for windows of `window` images: `false_alarm` of the clean ones
    are above it.
    """

    reference: dict[str, np.ndarray]
    window: int
    false_alarm: float
    threshold: float

    def check(self, statistics: Mapping[str, np.ndarray]) -> Drift:
        """Compare the statistics of one window, (window,) each."""
        _require_statistics(statistics, self.reference)
        distances = {}
        for name, reference in self.reference.items():
            window = np.asarray(statistics[name])
            if window.shape != (self.window,):
                raise ValueError(
                    f"`statistics` must be of {self.window} images, got {name} of "
                    f"shape {window.shape}. The threshold holds for that number."
                )
            values = np.concatenate([reference, window])
            in_window = np.arange(len(values)) >= len(reference)
            order = np.argsort(values, kind="stable")
            distances[name] = ks_distance(values[order], in_window[order])
        return Drift(distances, self.threshold)


def fit_monitor(
    statistics: Mapping[str, np.ndarray],
    *,
    window: int,
    false_alarm: float = 0.01,
    draws: int = 2000,
    seed: int,
) -> DriftMonitor:
    """A monitor that takes `statistics`, (m,) each, of clean images as its reference.

    Each draw sets `window` images of the reference apart and compares them with the
    rest, all statistics at once, so that their dependence is in the threshold.

    Parameters
    ----------
    false_alarm : the share of clean windows that may be called drift, (0, 1).
    draws : 20 or more for each false alarm expected in 1 / `false_alarm` windows.
    """
    _require_statistics(statistics, statistics)
    reference = {name: np.asarray(values) for name, values in statistics.items()}
    (m,) = {len(values) for values in reference.values()}
    require_between("window", window, 2, m // 2)
    require_between("false_alarm", false_alarm, 1e-6, 0.5)
    require_at_least("draws", draws, 20 / false_alarm)
    rng = np.random.default_rng(seed)
    orders = {name: np.argsort(values) for name, values in reference.items()}
    ascending = {name: reference[name][order] for name, order in orders.items()}
    largest = np.empty(draws)
    for i in range(draws):
        apart = np.zeros(m, dtype=bool)
        apart[rng.choice(m, window, replace=False)] = True
        largest[i] = max(
            ks_distance(ascending[name], apart[order]) for name, order in orders.items()
        )
    threshold = float(np.quantile(largest, 1 - false_alarm))
    return DriftMonitor(reference, window, false_alarm, threshold)


def population_stability(expected: np.ndarray, found: np.ndarray) -> float:
    """Population stability index of two histograms over the same bins, 0 if alike.

    Parameters
    ----------
    expected, found : (bins,) counts, such as those between the buckets of a Prometheus
        histogram. Half a count is added to each, so that empty bins have a logarithm.

    The usual limits, 0.1 and 0.25, know no sample size: clean windows of n images and
    b bins have a mean of about (b - 1) / n, so small windows look like drift.
    """
    expected, found = np.asarray(expected, float), np.asarray(found, float)
    if expected.ndim != 1 or expected.shape != found.shape:
        raise ValueError(
            f"`expected` and `found` must be counts of the same bins, got shapes "
            f"{expected.shape} and {found.shape}."
        )
    if min(expected.min(), found.min()) < 0:
        raise ValueError("`expected` and `found` must be counts of 0 or more.")
    p, q = ((counts + 0.5) / (counts + 0.5).sum() for counts in (expected, found))
    return float(np.sum((q - p) * np.log(q / p)))


def _require_statistics(statistics: Mapping, expected: Mapping) -> None:
    """Check that the names are those of `expected` and the values finite."""
    if not statistics or set(statistics) != set(expected):
        raise ValueError(
            f"`statistics` must hold {', '.join(sorted(expected)) or 'one or more'}, "
            f"got {', '.join(sorted(statistics)) or 'none'}."
        )
    if len({np.shape(values) for values in statistics.values()}) != 1:
        raise ValueError("`statistics` must be (n,) of the same images throughout.")
    for name, values in statistics.items():
        if np.ndim(values) != 1 or not np.isfinite(values).all():
            raise ValueError(f"`statistics` must be (n,) and finite, {name} is not.")
