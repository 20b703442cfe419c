"""Graphs as arrays: messages between neighbors, by NumPy and as a Keras layer.

Features are (n, nodes, c), one row a node; adjacency is (n, nodes, nodes), 1 where two
nodes are neighbors and 0 elsewhere, also from a node to itself.
"""

import keras
import numpy as np
from keras import ops

from cnnbook.checks import require_at_least, require_layout, require_shape


def normalized(adjacency: np.ndarray) -> np.ndarray:
    """Weights of messages: D^-1/2 (A + I) D^-1/2, with D the row sums of A + I.

    Source: Kipf and Welling (2017), equation 2.
    """
    require_layout("adjacency", adjacency, "n nodes nodes")
    n, nodes, _ = adjacency.shape
    require_shape("adjacency", adjacency, (n, nodes, nodes), "one row for each node")
    if not np.array_equal(adjacency, adjacency.swapaxes(1, 2)):
        raise ValueError(
            "`adjacency` must be symmetric, got neighbors that are so one way only. "
            "Take np.maximum(adjacency, adjacency.swapaxes(1, 2))."
        )
    joined = adjacency + np.eye(nodes)
    root = np.sqrt(joined.sum(axis=2))
    return joined / root[:, :, None] / root[:, None, :]


def graph_convolution(
    features: np.ndarray, weights: np.ndarray, kernel: np.ndarray
) -> np.ndarray:
    """Add up the neighbors' features by `weights`, then apply one matrix everywhere.

    Parameters
    ----------
    features : (n, nodes, c)
    weights : (n, nodes, nodes), of `normalized`.
    kernel : (c, f)

    Returns
    -------
    (n, nodes, f), before any activation. Source: Kipf and Welling (2017), equation 2.
    """
    require_layout("features", features, "n nodes c")
    require_layout("kernel", kernel, "c f")
    n, nodes, c = features.shape
    require_shape("weights", weights, (n, nodes, nodes), "nodes by nodes")
    require_shape("kernel", kernel, (c, kernel.shape[1]), "channels in by out")
    return weights @ features @ kernel


class GraphConvolution(keras.layers.Layer):
    """`graph_convolution` with a bias and relu; called on [features, weights].

    With `own`, a node's own features pass through a second matrix and are added: what
    Hamilton et al. (2017), section 3.1, get by putting them beside the neighbors'.
    """

    def __init__(self, filters: int, *, own: bool = False, **options):
        super().__init__(**options)
        self.filters = filters
        self.own = own

    def build(self, input_shape):
        """Make the matrices and the bias that all nodes share."""
        shape = (input_shape[0][-1], self.filters)
        self.kernel = self.add_weight(shape=shape, name="kernel")
        if self.own:
            self.own_kernel = self.add_weight(shape=shape, name="own_kernel")
        self.bias = self.add_weight(
            shape=(self.filters,), initializer="zeros", name="bias"
        )

    def call(self, inputs):
        """(n, nodes, filters) from features (n, nodes, c) and weights."""
        features, weights = inputs
        mixed = ops.matmul(weights, ops.matmul(features, self.kernel))
        if self.own:
            mixed = mixed + ops.matmul(features, self.own_kernel)
        return ops.relu(mixed + self.bias)


def ring(nodes: int) -> np.ndarray:
    """The ring of `nodes` nodes, each a neighbor of the next: (1, nodes, nodes)."""
    require_at_least("nodes", nodes, 3)
    forward = np.roll(np.eye(nodes), 1, axis=1)
    return (forward + forward.T)[None]


def nearest_neighbors(points: np.ndarray, k: int) -> np.ndarray:
    """Places of the k nearest others of `points` (n, nodes, d): (n, nodes, k)."""
    require_layout("points", points, "n nodes d")
    if not 1 <= k < points.shape[1]:
        raise ValueError(
            f"`k` must be between 1 and {points.shape[1] - 1}, one less than the "
            f"points, got {k}."
        )
    squares = (points**2).sum(axis=2)
    gaps = squares[:, :, None] + squares[:, None] - 2 * points @ points.swapaxes(1, 2)
    own = np.arange(points.shape[1])
    gaps[:, own, own] = np.inf
    return np.argsort(gaps, axis=2, kind="stable")[:, :, :k]


def neighbor_graph(points: np.ndarray, k: int) -> np.ndarray:
    """Adjacency: two nodes are neighbors if one is among the k nearest of the other."""
    near = nearest_neighbors(points, k)
    n, nodes, _ = points.shape
    adjacency = np.zeros((n, nodes, nodes))
    np.put_along_axis(adjacency, near, 1.0, axis=2)
    return np.maximum(adjacency, adjacency.swapaxes(1, 2))
