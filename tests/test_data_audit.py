"""The audit: copies, near copies, contradictions and shortcuts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.model_selection import train_test_split
from sklearn.neighbors import NearestNeighbors

from cnnbook.data import (
    audit,
    decisive_pixels,
    generate_dummy_images,
    line_splits,
    load_fashion_mnist,
)
from cnnbook.data.audit import Occurrence
from cnnbook.data.nearest import NearPair, near_pairs, pixel_distance


def grey(*levels):
    """One-colour images of 2 x 2 pixels."""
    return np.array(levels, np.float32)[:, None, None, None] * np.ones((1, 2, 2, 1))


def test_audit_by_hand():
    found = audit(
        {
            "train": (grey(0.1, 0.1, 0.5, 0.9), np.array([0, 0, 1, 1])),
            "test": (grey(0.1, 0.1, 0.9, 0.51), np.array([0, 0, 0, 1])),
        },
        threshold=0.011,
    )
    assert found.class_counts == {"train": {0: 2, 1: 2}, "test": {0: 3, 1: 1}}
    assert found.num_images == {"train": 4, "test": 4}
    assert found.distinct == {"train": 3, "test": 3}
    assert found.copies_within == {"train": 1, "test": 1}
    assert found.copies_across == {("train", "test"): 3}
    assert found.conflicts == ((Occurrence("train", 3, 1), Occurrence("test", 2, 0)),)
    [pair] = found.near_pairs["train", "test"]
    assert (pair.first, pair.second) == (2, 3)
    assert pair.distance == pytest.approx(0.01)
    assert not found.is_clean
    assert found.table()[0] == {
        "split": "train",
        "images": 4,
        "distinct": 3,
        "smallest class": 2,
        "largest class": 2,
    }
    assert found.pairs_table() == [
        {
            "split": "test",
            "compared with": "train",
            "exact copies": 3,
            "near copies": 1,
        }
    ]


def test_the_audit_prints_aligned_tables():
    found = audit({"train": (grey(0.1), np.array([0])), "b": (grey(0.9), [1])})
    assert repr(found).splitlines() == [
        "split  images  distinct  smallest class  largest class",
        "train       1         1               1              1",
        "    b       1         1               1              1",
        "split  compared with  exact copies  near copies",
        "    b          train             0            0",
        "images with conflicting labels: 0",
        "near: at a distance of 0.03 or less",
    ]


def test_minus_zero_is_a_copy_of_zero():
    found = audit({"train": (grey(0.0, -0.0), np.array([0, 0]))})
    assert found.copies_within == {"train": 1}


def test_the_test_images_of_the_source_are_copies_of_its_training_images():
    np.random.seed(42)  # noqa: NPY002 - the source's generator draws from it
    images, labels = generate_dummy_images(1000)
    parts = train_test_split(images[..., None], labels, test_size=0.2, random_state=42)
    found = audit({"train": (parts[0], parts[2]), "test": (parts[1], parts[3])})
    assert found.distinct == {"train": 3, "test": 3}
    assert found.copies_across == {("train", "test"): 200}
    assert found.conflicts == ()
    assert decisive_pixels(images[..., None], labels) == ((0, 0), (0, 12))


def test_repaired_lines_are_clean_and_no_two_pixels_decide():
    splits = line_splits(600, 150, 150, seed=0)
    parts = {name: (part.images, part.labels) for name, part in vars(splits).items()}
    assert audit(parts).is_clean
    assert decisive_pixels(*parts["train"]) == ()


def test_fashion_mnist_has_no_exact_copies_and_twelve_near_ones():
    data = load_fashion_mnist()
    found = audit(
        {
            "train": (data.train_images, data.train_labels),
            "test": (data.test_images, data.test_labels),
        }
    )
    assert found.distinct == {"train": 60_000, "test": 10_000}
    assert found.copies_across == {("train", "test"): 0}
    assert found.conflicts == ()
    pairs = found.near_pairs["train", "test"]
    assert len(pairs) == 17
    assert found.pairs_table()[0]["near copies"] == 12
    assert (pairs[0].first, pairs[0].second) == (13360, 4998)
    for first, second, _ in pairs:
        assert data.train_labels[first] == data.test_labels[second]


images_of_a_size = st.tuples(
    st.integers(3, 17), st.integers(3, 17), st.integers(1, 3), st.integers(0, 10**6)
)


@settings(max_examples=40, deadline=None)
@given(images_of_a_size, st.floats(0.0, 0.5), st.booleans())
def test_near_pairs_are_those_of_scikit_learn(size, threshold, as_bytes):
    h, w, c, seed = size
    rng = np.random.default_rng(seed)
    first = rng.random((12, h, w, c))
    moved = first[:9] + rng.normal(size=(9, h, w, c)) * rng.random((9, 1, 1, 1)) / 2
    second = np.clip(moved, 0, 1)
    if as_bytes:
        first, second = np.uint8(first * 255), np.uint8(second * 255)
    unit = (255.0 if as_bytes else 1.0) * np.sqrt(h * w * c)
    tree = NearestNeighbors().fit(first.reshape(12, -1) / unit)
    distances, _ = tree.kneighbors(second.reshape(9, -1) / unit, n_neighbors=12)
    if np.abs(distances - threshold).min() < 1e-6:
        return  # on the edge, rounding decides
    found = near_pairs(first, second, threshold=threshold)
    expected = tree.radius_neighbors_graph(
        second.reshape(9, -1) / unit, radius=threshold
    )
    ours = np.zeros((9, 12))
    for pair in found:
        ours[pair.second, pair.first] = 1
    np.testing.assert_array_equal(ours, expected.toarray())
    assert [pair.distance for pair in found] == sorted(p.distance for p in found)


def test_distance_runs_from_equal_to_black_and_white():
    black, white = (
        np.zeros((1, 3, 3, 1), np.uint8),
        np.full((1, 3, 3, 1), 255, np.uint8),
    )
    assert pixel_distance(black, black).tolist() == [0.0]
    assert pixel_distance(black, white).tolist() == [1.0]
    assert near_pairs(black, white, threshold=1.0) == (NearPair(0, 0, 1.0),)


def test_blocks_of_images_are_numbered_through(monkeypatch):
    monkeypatch.setattr("cnnbook.data.nearest.BLOCK", 2)
    images = grey(0.0, 0.25, 0.5, 0.75, 1.0)
    pairs = near_pairs(images, images, threshold=0.01)
    assert [(pair.first, pair.second) for pair in pairs] == [(i, i) for i in range(5)]


@pytest.mark.parametrize(
    ("splits", "message"),
    [
        ({}, "`splits` is empty"),
        (
            {"a": (grey(0.1), [0]), "b": (np.zeros((1, 3, 3, 1)), [0])},
            "one shape and type",
        ),
        (
            {"a": (grey(0.1), [0]), "b": (np.zeros((1, 2, 2, 1), np.uint8), [0])},
            "one shape and type",
        ),
        ({"a": (grey(np.nan), [0])}, "holds NaN or infinity"),
        ({"a": (grey(0.1), [0, 1])}, "one integer for each of 1 images"),
        ({"a": (np.zeros((2, 2, 1)), [0])}, "add the batch axis"),
    ],
)
def test_audit_says_what_is_wrong(splits, message):
    with pytest.raises(ValueError, match=message):
        audit(splits)


def test_audit_refuses_a_negative_threshold():
    with pytest.raises(ValueError, match="`threshold` must be 0 or more"):
        audit({"a": (grey(0.1), [0])}, threshold=-1)


def lit(*rows):
    """Images of one row of pixels, 0 dark and 1 lit."""
    return np.array(rows, np.float32)[:, None, :, None]


def test_decisive_pixels_by_hand():
    labels = np.array([0, 0, 1, 1])
    one = lit([0, 0, 1], [0, 1, 1], [1, 0, 0], [1, 1, 0])
    assert decisive_pixels(one, labels) == ((0, 0),)
    exclusive_or = lit([0, 0, 1], [1, 0, 0], [0, 0, 0], [1, 0, 1])
    assert decisive_pixels(exclusive_or, labels) == ((0, 0), (0, 2))
    parity = lit(*np.ndindex(2, 2, 2))  # takes all three
    assert decisive_pixels(parity, parity.sum(axis=(1, 2, 3)).astype(int) % 2) == ()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 5), st.integers(2, 12))
def test_decisive_pixels_agrees_with_looking_at_every_pair(seed, d, n):
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 2, (n, 1, d, 1)).astype(np.float32)
    labels = np.arange(n) % 2

    def tells(*pixels):
        states = {}
        for image, label in zip(images[:, 0, :, 0], labels, strict=True):
            states.setdefault(tuple(image[list(pixels)]), set()).add(int(label))
        return all(len(seen) == 1 for seen in states.values())

    sets = [(i,) for i in range(d)]
    sets += [(i, j) for i in range(d) for j in range(i + 1, d)]
    expected = next((pixels for pixels in sets if tells(*pixels)), ())
    assert decisive_pixels(images, labels) == tuple((0, p) for p in expected)


def test_bytes_are_lit_above_half_of_255():
    images = np.array([127, 128], np.uint8).reshape(2, 1, 1, 1)
    assert decisive_pixels(images, np.array([0, 1])) == ((0, 0),)
    assert decisive_pixels(images, np.array([0, 1]), threshold=0.6) == ()


def test_decisive_pixels_says_what_is_wrong():
    with pytest.raises(ValueError, match=r"must have one channel, got 3"):
        decisive_pixels(np.zeros((2, 4, 4, 3)), np.array([0, 1]))
    with pytest.raises(ValueError, match="two classes or more"):
        decisive_pixels(np.zeros((2, 4, 4, 1)), np.array([1, 1]))
    with pytest.raises(ValueError, match="add the channel axis"):
        decisive_pixels(np.zeros((2, 4, 4)), np.array([0, 1]))
