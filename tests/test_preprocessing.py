"""Scaling, augmentation and batches: by hand, against others, by law, refusals."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st
from sklearn.preprocessing import StandardScaler

from cnnbook.preprocessing import Standardizer, batches, flip_and_shift, to_unit


def some_images(n=6, h=5, w=4, c=2, seed=0):
    return np.random.default_rng(seed).random((n, h, w, c)).astype("float32")


def test_to_unit_by_hand():
    images = np.array([[0, 51], [102, 255]], dtype=np.uint8)
    np.testing.assert_allclose(to_unit(images), [[0, 0.2], [0.4, 1]], rtol=1e-6)


def test_to_unit_refuses_what_is_scaled_already():
    with pytest.raises(ValueError, match="Floats in \\[0, 1\\] need no scaling"):
        to_unit(some_images())


def test_standardizer_by_hand():
    images = np.array([1.0, 3.0]).reshape(1, 2, 1, 1)
    standardize = Standardizer.fit(images)
    assert standardize.mean.tolist() == [2.0]
    assert standardize.deviation.tolist() == [1.0]
    assert standardize(images).ravel().tolist() == [-1.0, 1.0]


def test_standardizer_matches_scikit_learn():
    images = some_images()
    ours = Standardizer.fit(images)(images)
    theirs = StandardScaler().fit_transform(images.reshape(-1, 2))
    np.testing.assert_allclose(ours.reshape(-1, 2), theirs, atol=1e-5)


def test_standardizer_applies_the_training_mean_to_other_images():
    train, other = some_images(seed=1), some_images(seed=2) + 1
    standardize = Standardizer.fit(train)
    expected = (other - train.mean(axis=(0, 1, 2))) / train.std(axis=(0, 1, 2))
    np.testing.assert_allclose(standardize(other), expected, atol=1e-5)
    assert abs(standardize(other).mean()) > 1  # not its own mean


def test_standardizer_refuses_a_constant_channel():
    with pytest.raises(ValueError, match="a channel of one constant value"):
        Standardizer.fit(np.zeros((2, 3, 3, 1)))


def test_standardizer_refuses_other_channels():
    with pytest.raises(ValueError, match="must have 2 channels"):
        Standardizer.fit(some_images())(some_images(c=3))


def test_flip_and_shift_only_mirrors_without_shift():
    images = some_images(n=64)
    varied = flip_and_shift(tf.constant(images), tf.constant([1, 2], tf.int64), shift=0)
    same = np.all(varied.numpy() == images, axis=(1, 2, 3))
    mirrored = np.all(varied.numpy() == images[:, :, ::-1], axis=(1, 2, 3))
    assert (same ^ mirrored).all()
    assert 16 < mirrored.sum() < 48  # a fair coin: four standard deviations


def test_flip_and_shift_moves_by_whole_pixels_up_to_the_limit():
    ramp = np.arange(9.0, dtype="float32")
    images = np.tile(ramp[:, None, None], (400, 1, 1, 1))  # rows tell the move
    varied = flip_and_shift(tf.constant(images), tf.constant([3, 4], tf.int64), shift=2)
    moves = varied.numpy()[:, 4, 0, 0] - 4
    assert set(moves) == {-2.0, -1.0, 0.0, 1.0, 2.0}
    # the border is repeated where nothing comes in
    top = varied.numpy()[moves == -2.0][0, :, 0, 0]
    assert top.tolist() == [0, 0, 0, 1, 2, 3, 4, 5, 6]


@given(seed=st.integers(0, 2**31), shift=st.integers(0, 3))
def test_flip_and_shift_is_a_function_of_its_seed(seed, shift):
    images, key = tf.constant(some_images()), tf.constant([seed, 7], tf.int64)
    first = flip_and_shift(images, key, shift=shift)
    again = flip_and_shift(images, key, shift=shift)
    np.testing.assert_array_equal(first, again)
    assert first.shape == images.shape


def collect(dataset):
    return [(x.numpy(), y.numpy()) for x, y in dataset]


def test_batches_in_order_hold_every_image_once():
    images, labels = some_images(n=7), np.arange(7)
    got = collect(batches(images, labels, batch_size=3))
    assert [len(x) for x, _ in got] == [3, 3, 1]
    np.testing.assert_array_equal(np.concatenate([x for x, _ in got]), images)
    assert np.concatenate([y for _, y in got]).tolist() == list(range(7))


def test_shuffled_batches_keep_images_and_labels_together():
    images, labels = some_images(n=12), np.arange(12)
    for x, y in collect(batches(images, labels, batch_size=4, seed=0)):
        np.testing.assert_array_equal(x, images[y])


def test_shuffled_batches_differ_between_epochs_and_repeat_with_the_seed():
    images, labels = some_images(n=32), np.arange(32)

    def two_epochs():
        keras.utils.set_random_seed(5)
        dataset = batches(images, labels, batch_size=8, seed=5)
        return [
            np.concatenate([y for _, y in collect(dataset)]).tolist() for _ in range(2)
        ]

    first, second = two_epochs()
    assert sorted(first) == sorted(second) == list(range(32))
    assert first != second
    assert two_epochs() == [first, second]


def test_augmentation_differs_between_batches_and_epochs():
    images, labels = np.zeros((8, 2, 2, 1), "float32"), np.zeros(8, int)

    def stamp(x, seed):
        return x + tf.cast(seed[0], tf.float32)

    dataset = batches(images, labels, batch_size=4, seed=0, augment=stamp)
    values = [x[0, 0, 0, 0] for _ in range(2) for x, _ in collect(dataset)]
    assert len(set(values)) == 4


def test_one_hot_labels():
    (_, y), *_ = collect(
        batches(some_images(n=2), np.array([2, 0]), batch_size=2, num_classes=3)
    )
    assert y.tolist() == [[0, 0, 1], [1, 0, 0]]


def test_batches_refuse_augmentation_without_a_seed():
    with pytest.raises(ValueError, match="Pass a `seed`"):
        batches(some_images(), np.zeros(6, int), batch_size=2, augment=lambda x, s: x)


def test_batches_refuse_a_batch_larger_than_the_data():
    with pytest.raises(ValueError, match="`batch_size` must be 6 or less"):
        batches(some_images(), np.zeros(6, int), batch_size=7, seed=0)


def test_batches_refuse_labels_out_of_range():
    with pytest.raises(ValueError, match=r"in 0 … 2, got values from 0 to 3"):
        batches(some_images(n=2), np.array([0, 3]), batch_size=1, num_classes=3)
