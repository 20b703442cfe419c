"""The nearest vectors of a gallery. Near pairs of images: see `test_data_audit`."""

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from cnnbook import data


def test_nearest_by_hand_with_a_tie_in_the_order_of_the_gallery():
    gallery = np.array([[5.0], [1.0], [-1.0], [0.5]])
    assert data.nearest_vectors(np.array([[0.0]]), gallery, k=4).tolist() == [
        [3, 1, 2, 0]
    ]


@pytest.mark.parametrize("m", [3, 1203])  # of more than one block too
def test_nearest_agrees_with_scikit_learn(m):
    rng = np.random.default_rng(2)
    queries, gallery = rng.normal(size=(m, 5)), rng.normal(size=(80, 5))
    search = NearestNeighbors(n_neighbors=6, algorithm="brute").fit(gallery)
    expected = search.kneighbors(queries, return_distance=False)
    found = data.nearest_vectors(queries, gallery, k=6)
    np.testing.assert_array_equal(found, expected)


def test_turning_the_space_changes_no_neighbor():
    rng = np.random.default_rng(3)
    queries, gallery = rng.normal(size=(9, 4)), rng.normal(size=(30, 4))
    turn = np.linalg.qr(rng.normal(size=(4, 4)))[0]
    np.testing.assert_array_equal(
        data.nearest_vectors(queries @ turn, gallery @ turn, k=5),
        data.nearest_vectors(queries, gallery, k=5),
    )


def test_nearest_says_what_does_not_fit():
    with pytest.raises(ValueError, match="`queries` have 2 features, `gallery` has 3"):
        data.nearest_vectors(np.zeros((1, 2)), np.zeros((4, 3)), k=1)
    with pytest.raises(ValueError, match="`k` must be 4 or less"):
        data.nearest_vectors(np.zeros((1, 3)), np.zeros((4, 3)), k=5)


def test_whole_numbers_do_not_overflow():
    gallery = np.array([[0], [250]], np.uint8)
    queries = np.array([[200]], np.uint8)
    assert data.nearest_vectors(queries, gallery, k=2).tolist() == [[1, 0]]
