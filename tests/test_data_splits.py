"""One split: stratified, seeded, complete."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.model_selection import StratifiedShuffleSplit

from cnnbook.data import split


def numbered(num_images):
    """Images that carry their own position."""
    return np.arange(num_images, dtype=np.float32).reshape(-1, 1, 1, 1)


def test_split_by_hand():
    labels = np.array([0] * 6 + [1] * 3)
    parts = split(numbered(9), labels, validation=3, seed=0)
    assert np.bincount(parts.validation_labels).tolist() == [2, 1]
    assert np.bincount(parts.train_labels).tolist() == [4, 2]


def test_split_agrees_with_scikit_learns_splitter():
    labels = np.random.default_rng(0).integers(0, 4, 200)
    parts = split(numbered(200), labels, validation=0.25, seed=9)
    splitter = StratifiedShuffleSplit(1, test_size=0.25, random_state=9)
    [(train, validation)] = splitter.split(labels, labels)
    np.testing.assert_array_equal(parts.train_index, train)
    np.testing.assert_array_equal(parts.validation_index, validation)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.integers(20, 60), min_size=2, max_size=5),
    st.floats(0.1, 0.9),
    st.integers(0, 2**32 - 1),
)
def test_split_is_complete_and_keeps_shares(counts, fraction, seed):
    labels = np.repeat(np.arange(len(counts)), counts)
    images = numbered(len(labels))
    parts = split(images, labels, validation=fraction, seed=seed)
    both = np.concatenate([parts.train_index, parts.validation_index])
    assert sorted(both) == list(range(len(labels)))
    np.testing.assert_array_equal(parts.train_images, images[parts.train_index])
    np.testing.assert_array_equal(parts.train_labels, labels[parts.train_index])
    np.testing.assert_array_equal(
        parts.validation_images, images[parts.validation_index]
    )
    np.testing.assert_array_equal(
        parts.validation_labels, labels[parts.validation_index]
    )
    size = len(parts.validation_index)
    assert size == int(np.ceil(fraction * len(labels)))
    shares = np.array(counts) * size / len(labels)
    found = np.bincount(parts.validation_labels, minlength=len(counts))
    assert np.abs(found - shares).max() < 1


def test_a_seed_gives_the_same_split_and_another_seed_another():
    labels = np.arange(100) % 2
    first, again = (split(numbered(100), labels, seed=1) for _ in range(2))
    other = split(numbered(100), labels, seed=2)
    np.testing.assert_array_equal(first.train_index, again.train_index)
    assert not np.array_equal(first.train_index, other.train_index)


@pytest.mark.parametrize("validation", [0, 1.0, 0.0, -0.2, 20, True, "half", None])
def test_split_says_what_validation_may_be(validation):
    with pytest.raises(ValueError, match="from 1 to 19, got"):
        split(numbered(20), np.arange(20) % 2, validation=validation, seed=0)


def test_a_class_too_small_for_its_share_is_named():
    labels = np.array([0] * 18 + [3] * 2)
    with pytest.raises(ValueError, match=r"too few of class 3: 2 of 20.*validation"):
        split(numbered(20), labels, validation=0.2, seed=0)
    with pytest.raises(ValueError, match=r"less than one in a training set of 4"):
        split(numbered(20), labels, validation=16, seed=0)


def test_split_says_how_to_add_an_axis_and_to_leave_one_hot():
    with pytest.raises(ValueError, match=r"add the channel axis"):
        split(np.zeros((4, 8, 8)), np.array([0, 1, 0, 1]), seed=0)
    with pytest.raises(ValueError, match=r"labels.argmax"):
        split(numbered(4), np.eye(4), seed=0)
