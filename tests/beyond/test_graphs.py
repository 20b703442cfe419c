"""Graph convolution: by hand, against Keras and NetworkX, and its laws."""

import networkx
import numpy as np
import pytest

from cnnbook.beyond import graphs

PATH = np.array([[[0, 1, 0], [1, 0, 1], [0, 1, 0]]], float)


def random_graph(rng, nodes=7):
    upper = np.triu(rng.integers(0, 2, (nodes, nodes)), 1)
    return (upper + upper.T)[None].astype(float)


def test_weights_of_a_path_by_hand():
    root = np.sqrt(6)
    expected = [[1 / 2, 1 / root, 0], [1 / root, 1 / 3, 1 / root], [0, 1 / root, 1 / 2]]
    np.testing.assert_allclose(graphs.normalized(PATH)[0], expected)


def test_weights_match_networkx():
    adjacency = random_graph(np.random.default_rng(0))
    joined = networkx.from_numpy_array(adjacency[0] + np.eye(7))
    # NetworkX counts a loop twice in degrees, but not in this matrix
    laplacian = networkx.normalized_laplacian_matrix(joined).toarray()
    np.testing.assert_allclose(graphs.normalized(adjacency)[0], np.eye(7) - laplacian)


def test_the_layer_is_the_function():
    rng = np.random.default_rng(1)
    x, w = rng.normal(size=(2, 7, 3)), graphs.normalized(random_graph(rng))
    w = np.repeat(w, 2, axis=0)
    layer = graphs.GraphConvolution(5)
    found = layer([x.astype("float32"), w.astype("float32")])
    ours = graphs.graph_convolution(x, w, np.array(layer.kernel))
    np.testing.assert_allclose(found, np.maximum(ours, 0), atol=1e-5)


def test_a_second_matrix_is_for_the_node_itself():
    rng = np.random.default_rng(4)
    x, w = rng.normal(size=(1, 7, 3)), graphs.normalized(random_graph(rng))
    layer = graphs.GraphConvolution(5, own=True)
    found = layer([x.astype("float32"), w.astype("float32")])
    ours = graphs.graph_convolution(x, w, np.array(layer.kernel))
    ours = ours + x @ np.array(layer.own_kernel)
    np.testing.assert_allclose(found, np.maximum(ours, 0), atol=1e-5)


def test_renamed_nodes_get_renamed_answers():
    rng = np.random.default_rng(2)
    x, a, kernel = (
        rng.normal(size=(1, 7, 3)),
        random_graph(rng),
        rng.normal(size=(3, 2)),
    )
    order = rng.permutation(7)
    first = graphs.graph_convolution(x, graphs.normalized(a), kernel)
    renamed = graphs.normalized(a[:, order][:, :, order])
    again = graphs.graph_convolution(x[:, order], renamed, kernel)
    np.testing.assert_allclose(again, first[:, order])


def test_a_ring_is_a_circular_convolution():
    x = np.random.default_rng(3).normal(size=(1, 9, 1))
    ours = graphs.graph_convolution(x, graphs.normalized(graphs.ring(9)), np.eye(1))
    kernel = np.zeros(9)
    kernel[[0, 1, -1]] = 1 / 3
    theirs = np.fft.ifft(np.fft.fft(x[0, :, 0]) * np.fft.fft(kernel)).real
    np.testing.assert_allclose(ours[0, :, 0], theirs)


def test_neighbors_by_hand():
    points = np.array([[[0.0], [1.0], [3.0]]])
    assert graphs.nearest_neighbors(points, 1).tolist() == [[[1], [0], [1]]]
    np.testing.assert_array_equal(graphs.neighbor_graph(points, 1), PATH)


def test_refusals_say_what_to_do():
    with pytest.raises(ValueError, match="must be symmetric"):
        graphs.normalized(np.triu(np.ones((1, 3, 3))))
    with pytest.raises(ValueError, match="one row for each node"):
        graphs.normalized(np.ones((1, 3, 2)))
    with pytest.raises(ValueError, match="channels in by out"):
        graphs.graph_convolution(
            np.ones((1, 3, 2)), np.ones((1, 3, 3)), np.ones((4, 1))
        )
    with pytest.raises(ValueError, match="`k` must be between 1 and 2"):
        graphs.nearest_neighbors(np.ones((1, 3, 2)), 3)
    with pytest.raises(ValueError, match="`nodes` must be 3 or more"):
        graphs.ring(2)
