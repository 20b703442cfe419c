"""Nearest vectors, and pairs of nearly equal images.

Vectors are (n, d), at Euclidean distances. Images are (n, h, w, c); the distance of two
images is the root mean square of their pixel differences as a share of the value range:
0 equal, 1 black and white.
"""

from typing import NamedTuple

import numpy as np

from cnnbook.checks import require_at_least, require_layout

BLOCK = 500  # rows compared with all others at once: 60,000 of them take 120 MB
GRID = 7  # block averages along the shorter side of an image


class NearPair(NamedTuple):
    """Image `first` of one set lies at `distance` from image `second` of another."""

    first: int
    second: int
    distance: float


def value_range(images: np.ndarray) -> float:
    """The step from black to white: 255 for bytes, 1 for floats."""
    return 255.0 if images.dtype == np.uint8 else 1.0


def nearest_vectors(queries: np.ndarray, gallery: np.ndarray, *, k: int) -> np.ndarray:
    """For each of `queries` (m, d), its `k` nearest of `gallery` (n, d), nearest first.

    Distances are Euclidean; of equals, the first in the gallery comes first. Returns
    positions in the gallery, (m, k).

    >>> gallery = np.array([[5.0], [1.0], [2.0]])
    >>> nearest_vectors(np.array([[0.0]]), gallery, k=2).tolist()
    [[1, 2]]
    """
    require_layout("queries", queries, "m d")
    require_layout("gallery", gallery, "n d")
    if queries.shape[1] != gallery.shape[1]:
        raise ValueError(
            f"`queries` have {queries.shape[1]} features, `gallery` has "
            f"{gallery.shape[1]}. Describe both in the same way."
        )
    require_at_least("k", k, 1)
    if k > len(gallery):
        raise ValueError(
            f"`k` must be {len(gallery)} or less, the size of the gallery, got {k}."
        )
    # whole numbers would overflow when squared
    precision = np.result_type(queries, gallery, np.float32)
    queries, gallery = queries.astype(precision), gallery.astype(precision)
    norms = (gallery**2).sum(axis=1)
    found = np.empty((len(queries), k), int)
    for start in range(0, len(queries), BLOCK):
        some = slice(start, start + BLOCK)
        # |q - g|^2 without |q|^2, which is the same for the whole gallery
        distances = norms - 2 * queries[some] @ gallery.T
        rows = np.arange(len(distances))
        for rank in range(k):  # k is small: quicker than sorting the gallery
            found[some, rank] = distances.argmin(axis=1)
            distances[rows, found[some, rank]] = np.inf
    return found


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
