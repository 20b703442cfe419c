"""An image as a graph: patches of similar pixels are nodes, near ones neighbors.

Images are (n, h, w, 1) in [0, 1].
"""

import numpy as np

from cnnbook.beyond.graphs import neighbor_graph, normalized
from cnnbook.checks import require_at_least, require_layout


def superpixels(
    images: np.ndarray, *, side: int = 5, rounds: int = 5, contrast: float = 0.6
) -> np.ndarray:
    """Which of `side` x `side` patches each pixel belongs to: (n, h, w) integers.

    The patches start as a grid; in each of `rounds` a pixel goes to the patch that is
    nearest in place (from 0 to 1) and in brightness times `contrast`, and a patch
    moves to the mean of its pixels. Source: Achanta et al. (2012), algorithm 1,
    without its bounded search and without joining up stray pixels.
    """
    require_layout("images", images, "n h w c")
    require_at_least("side", side, 2)
    n, h, w, _ = images.shape
    pixels = _pixels(images, contrast)
    rows, columns = np.mgrid[:h, :w]
    patches = rows * side // h * side + columns * side // w
    patches = np.broadcast_to(patches.reshape(-1), (n, h * w)).copy()
    for _ in range(rounds):
        centers = _means(pixels, patches, side**2)
        gaps = (centers**2).sum(axis=2)[:, None] - 2 * pixels @ centers.swapaxes(1, 2)
        patches = gaps.argmin(axis=2)
    return patches.reshape(n, h, w)


def image_graphs(
    images: np.ndarray, patches: np.ndarray, *, side: int = 5, k: int = 4
) -> tuple[np.ndarray, np.ndarray]:
    """Features and weights of the graphs of `images`.

    Returns
    -------
    features : (n, side**2, 4) float32, of each patch its row and column (0 to 1), its
        mean brightness and its share of the pixels, times `side**2`.
    weights : (n, side**2, side**2) float32, of `normalized`; each patch has its `k`
        nearest in place as neighbors, and those that have it.
    """
    require_layout("patches", patches, "n h w")
    flat = patches.reshape(len(patches), -1)
    features = _means(_pixels(images, 1.0), flat, side**2)
    counts = (flat[:, :, None] == np.arange(side**2)).mean(axis=1, keepdims=True)
    share = counts.swapaxes(1, 2) * side**2
    weights = normalized(neighbor_graph(features[:, :, :2], k))
    features = np.concatenate([features, share], axis=2)
    return features.astype(np.float32), weights.astype(np.float32)


def _pixels(images: np.ndarray, contrast: float) -> np.ndarray:
    """Row, column and brightness times `contrast` of every pixel: (n, h * w, 3)."""
    n, h, w, _ = images.shape
    places = np.mgrid[:h, :w].reshape(2, -1).T / [h - 1, w - 1]
    bright = contrast * images.reshape(n, -1, 1)
    return np.concatenate([np.broadcast_to(places, (n, h * w, 2)), bright], axis=2)


def _means(pixels: np.ndarray, patches: np.ndarray, num: int) -> np.ndarray:
    """The mean pixel of each patch, (n, num, 3); zeros for a patch without pixels."""
    member = (patches[:, :, None] == np.arange(num)).astype(float)
    counts = np.maximum(member.sum(axis=1), 1)[:, :, None]
    return member.swapaxes(1, 2) @ pixels / counts
