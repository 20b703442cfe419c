"""mixup and cutmix: labels mix as the pixels do; by hand, by law, against Keras."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnbook.preprocessing import cutmix, mixup

LABELS = np.eye(16, dtype="float32")
KEY = tf.constant([1, 2], tf.int64)


def numbered(h=7, w=10, c=2):
    """Sixteen images, each of one value: its own number."""
    return np.broadcast_to(
        np.arange(16, dtype="float32")[:, None, None, None], (16, h, w, c)
    )


@settings(deadline=None, max_examples=10)
@given(seed=st.integers(0, 2**31 - 10), alpha=st.sampled_from([0.2, 1.0, 4.0]))
def test_cutmix_labels_are_the_shares_of_the_pixels(seed, alpha):
    images, labels = cutmix(numbered(), LABELS, tf.constant([seed, 3]), alpha=alpha)
    for image, label in zip(images.numpy(), labels.numpy(), strict=True):
        shares = np.bincount(image.ravel().astype(int), minlength=16) / image.size
        np.testing.assert_allclose(label, shares, atol=1e-6)


def test_the_label_of_keras_is_not_the_share_of_the_pixels():
    """Why there is a cutmix of our own (Keras 3.15 keeps fractions of pixels)."""
    data = {"images": numbered(28, 28, 1).copy(), "labels": LABELS}
    mixed = keras.layers.CutMix(seed=0)(data, training=True)
    images, labels = mixed["images"].numpy(), mixed["labels"].numpy()
    kept = (images == numbered(28, 28, 1)).mean(axis=(1, 2, 3))
    assert np.abs(kept - np.diag(labels)).max() > 0.01


def test_cutmix_pastes_one_rectangle():
    images, _ = cutmix(numbered(), LABELS, KEY)
    for number, image in enumerate(images.numpy()[..., 0]):
        rows, columns = np.nonzero(image != number)
        if len(rows):
            box = image[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
            assert (box == box[0, 0]).all()
            assert len(rows) == box.size


@settings(deadline=None, max_examples=10)
@given(seed=st.integers(0, 2**31 - 10))
def test_mixup_mixes_labels_as_it_mixes_images(seed):
    originals = np.random.default_rng(0).random((16, 3, 3, 1)).astype("float32")
    images, labels = mixup(originals, LABELS, tf.constant([seed, 3]), alpha=0.4)
    expected = np.tensordot(labels.numpy(), originals, axes=1)
    np.testing.assert_allclose(images, expected, atol=1e-5)
    np.testing.assert_allclose(labels.numpy().sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("mix", [mixup, cutmix])
def test_a_mixture_is_a_function_of_its_seed(mix):
    first, again = mix(numbered(), LABELS, KEY), mix(numbered(), LABELS, KEY)
    np.testing.assert_array_equal(first[0], again[0])
    np.testing.assert_array_equal(first[1], again[1])
    other = mix(numbered(), LABELS, KEY + 50)
    assert not np.allclose(first[0], other[0])


def test_the_weights_of_mixup_are_beta_distributed():
    images = np.broadcast_to(numbered()[:, :1, :1, :1], (16, 1, 1, 1))
    weights = []
    for draw in range(100):
        _, labels = mixup(images, LABELS, tf.constant([draw, 0]), alpha=2.0)
        mixed = labels.numpy().max(axis=1) < 1  # not paired with itself
        weights += np.diag(labels.numpy())[mixed].tolist()
    assert np.mean(weights) == pytest.approx(0.5, abs=0.03)
    assert np.var(weights) == pytest.approx(1 / 20, abs=0.01)  # of Beta(2, 2)


@pytest.mark.parametrize("mix", [mixup, cutmix])
def test_what_does_not_mix_is_refused(mix):
    with pytest.raises(ValueError, match="Integers do not mix"):
        mix(numbered(), np.arange(16), KEY)
    with pytest.raises(ValueError, match="add the batch axis"):
        mix(numbered()[0], LABELS, KEY)
    with pytest.raises(ValueError, match="`alpha` must be 1e-06 or more, got 0"):
        mix(numbered(), LABELS, KEY, alpha=0)


@pytest.mark.parametrize(("mix", "alpha"), [(mixup, 0.2), (cutmix, 1.0)])
def test_without_alpha_it_is_that_of_the_paper(mix, alpha):
    for short, named in zip(
        mix(numbered(), LABELS, KEY),
        mix(numbered(), LABELS, KEY, alpha=alpha),
        strict=True,
    ):
        np.testing.assert_array_equal(short, named)
