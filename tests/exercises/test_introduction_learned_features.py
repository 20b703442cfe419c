"""The checkers of *Does a CNN find its own features?*: hints for known slips."""

import numpy as np
import pytest

from cnnbook import data
from cnnbook.exercises.introduction import learned_features


def precision_by_class(k, near, labels):
    right = near[:, :k] == labels[:, None]
    return {c: right[labels == c].mean() for c in np.unique(labels).tolist()}


def test_precision_by_class_is_accepted():
    assert learned_features.check_precision_by_class(precision_by_class).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda k, near, labels: 0.5, "Return a dictionary"),
        (lambda k, near, labels: {4: 1.0}, "these are the keys; yours are [4]"),
        (lambda k, near, labels: {4: [1, 0], 7: [1]}, "is one number"),
        (  # all five neighbors
            lambda k, near, labels: precision_by_class(5, near, labels),
            "Only the first k count",
        ),
        (  # a count
            lambda k, near, labels: {
                c: (near[labels == c, :k] == c).sum() for c in (4, 7)
            },
            "Divide by k",
        ),
        (  # at least one
            lambda k, near, labels: {
                c: (near[labels == c, :k] == c).any(axis=1).mean() for c in (4, 7)
            },
            "at least one right neighbor",
        ),
        (  # all queries
            lambda k, near, labels: {
                c: (near[labels == c, :k] == c).sum() / (k * len(labels))
                for c in (4, 7)
            },
            "You divided by all queries",
        ),
        (lambda k, near, labels: {4: 0.1, 7: 0.1}, "four are of class 4"),
        (
            lambda k, near, labels: {4: 2 / 3, 7: 1.0},
            "With k = 3",
        ),
    ],
)
def test_wrong_precision_by_class(answer, hint):
    feedback = learned_features.check_precision_by_class(answer)
    assert not feedback.correct
    assert hint in feedback.message


def test_thirteen_convolutions():
    assert learned_features.check_num_convolutions(13).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "a whole number"),
        ("many", "must be a number"),
        (12, "25 pixels, one too few"),
        (12.5, "no half layer"),
        (9, "two pixels, not three"),
        (26, "two pixels, one on each side"),
        (4, "they see 9 pixels"),
        (20, "20 layers see 41 pixels"),
    ],
)
def test_wrong_numbers_of_convolutions(answer, hint):
    feedback = learned_features.check_num_convolutions(answer)
    assert not feedback.correct
    assert hint in feedback.message


def by(key):
    """A search that sorts by `key(queries, gallery)`, smallest first."""
    return lambda queries, gallery, k: np.argsort(
        key(queries, gallery), axis=1, kind="stable"
    )[:, :k]


def cosines(queries, gallery):
    lengths = np.linalg.norm(queries, axis=1)[:, None] * np.linalg.norm(gallery, axis=1)
    return queries @ gallery.T / lengths


def unit(vectors):
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_cosine_search_is_accepted_also_by_distances_of_unit_vectors():
    for answer in (
        by(lambda q, g: -cosines(q, g)),
        lambda q, g, k: data.nearest_vectors(unit(q), unit(g), k=k),
    ):
        assert learned_features.check_cosine_search(answer).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda q, g, k: data.nearest_vectors(q, g, k=k), "nearest by distance"),
        (by(lambda q, g: -(q @ g.T)), "favors long vectors"),
        (by(cosines), "The largest cosine comes first"),
        (by(lambda q, g: -np.abs(cosines(q, g))), "is the opposite, not alike"),
        (lambda q, g, k: [0, 1, 2], "shape (2, 3)"),
        (lambda q, g, k: np.zeros((2, 3), int), "has its very direction"),
    ],
)
def test_wrong_cosine_searches(answer, hint):
    feedback = learned_features.check_cosine_search(answer)
    assert not feedback.correct
    assert hint in feedback.message
