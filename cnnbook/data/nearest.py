"""Pairs of nearly equal images, found without comparing all pixels of all pairs.

Images are (n, h, w, c); the distance of two images is the root mean square of
their pixel differences as a share of the value range: 0 equal, 1 black and white.
"""

from typing import NamedTuple

import numpy as np

BLOCK = 500  # images compared with all others at once: 60,000 of them take 120 MB
GRID = 7  # block averages along the shorter side of an image


class NearPair(NamedTuple):
    """Image `first` of one set lies at `distance` from image `second` of another."""

    first: int
    second: int
    distance: float


def value_range(images: np.ndarray) -> float:
    """The step from black to white: 255 for bytes, 1 for floats."""
    return 255.0 if images.dtype == np.uint8 else 1.0


def near_pairs(
    first: np.ndarray, second: np.ndarray, *, threshold: float
) -> tuple[NearPair, ...]:
    """Find all pairs at `threshold` or less, nearest first.

    Two images are at least as far apart as their block averages are (a mean of
    squares is no less than the square of the mean). So the averages, which are few,
    exclude most pairs by one matrix product; the pixels decide the rest.
    """
    scale = value_range(first)
    sketches = _block_means(first, scale)  # (n, d), in units of the distance
    norms = (sketches**2).sum(axis=1)
    found: list[NearPair] = []
    for start in range(0, len(second), BLOCK):
        others = _block_means(second[start : start + BLOCK], scale)
        other_norms = (others**2).sum(axis=1)
        # float32 rounding must not exclude a pair
        slack = 1e-5 * (1.0 + norms.max() + other_norms.max())
        squares = others @ sketches.T
        squares *= -2.0
        squares += norms
        squares += other_norms[:, None]
        j, i = np.nonzero(squares <= threshold**2 + slack)
        found += _measured(first, second, i, j + start, threshold)
    return tuple(sorted(found, key=lambda pair: (pair.distance, pair)))


def _block_means(images: np.ndarray, scale: float) -> np.ndarray:
    """Averages of square blocks, (n, d), scaled so that no distance grows."""
    n, h, w, c = images.shape
    side = max(1, min(h, w) // GRID)
    rows, columns = h // side, w // side
    blocks = images[:, : rows * side, : columns * side].reshape(
        n, rows, side, columns, side, c
    )
    means = blocks.mean(axis=(2, 4), dtype=np.float32).reshape(n, -1)
    return means * np.float32(side / (scale * np.sqrt(h * w * c)))


def _measured(
    first: np.ndarray, second: np.ndarray, i: np.ndarray, j: np.ndarray, limit: float
) -> list[NearPair]:
    """The pairs (first[i], second[j]) that are `limit` apart or less."""
    found = []
    for start in range(0, len(i), 10_000):
        some = slice(start, start + 10_000)
        distances = pixel_distance(first[i[some]], second[j[some]])
        for k in np.flatnonzero(distances <= limit):
            pair = int(i[some][k]), int(j[some][k])
            found.append(NearPair(*pair, float(distances[k])))
    return found


def pixel_distance(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Distances of `first[k]` and `second[k]`: (n,), 0 for equal images."""
    difference = first.astype(np.float32) - second.astype(np.float32)
    squares = np.square(difference, dtype=np.float64).mean(axis=(1, 2, 3))
    return np.sqrt(squares) / value_range(first)
