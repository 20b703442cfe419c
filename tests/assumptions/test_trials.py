"""Trials measure what they say: by hand with a model of glass, and by training."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from cnnbook.assumptions import Sample, Trials, permutation_trial, permute_pixels
from cnnbook.assumptions.network import small_cnn
from cnnbook.assumptions.trials import (
    few_divisor,
    linear_trial,
    memory_trial,
    score,
    shift_trial,
)


def texture_sample(n=160, side=8, seed=0):
    """Two kinds of noise, rough and smooth: only neighbors tell them apart."""
    rng = np.random.default_rng(seed)
    labels = np.arange(2 * n) % 2
    noise = rng.normal(size=(2 * n, side, side, 1))
    smooth = gaussian_filter(noise, (0, 1, 1, 0))
    smooth /= smooth.std()
    images = np.where(labels[:, None, None, None], smooth, noise).astype(np.float32)
    return Sample(images[:n], labels[:n], images[n:], labels[n:], np.arange(2 * n))


@pytest.fixture(scope="module")
def trials():
    return Trials((8, 8, 1), 2)


def first_pixel(images, training):
    """Class 1 if the pixel in the upper left corner is positive."""
    return np.stack([0 * images[:, 0, 0, 0], images[:, 0, 0, 0]], axis=1)


def test_shifts_by_hand():
    images = -np.ones((4, 5, 5, 1), np.float32)
    images[:2, 0, 0] = 1  # alone in its corner: gone after a shift left or up
    labels = np.array([1, 1, 0, 0])
    sample = Sample(images, labels, images, labels, np.arange(8))
    # right and down repeat the border into the corner: right; left and up: wrong
    assert shift_trial(first_pixel, sample) == [1.0, 0.75, 0.75, 0.75]


def test_a_row_is_shifted_along_itself_only():
    images = -np.ones((2, 1, 16, 1), np.float32)
    images[0, 0, 3] = 1
    labels = np.array([1, 0])
    sample = Sample(images, labels, images, labels, np.arange(4))
    # pixel 3 comes to the corner with a shift of three to the left: one in two
    assert shift_trial(first_pixel, sample) == [0.5, 0.5, 0.5, 0.75]


def test_the_accuracy_of_a_model_of_glass():
    images = np.array([1.0, -1.0, 1.0, 1.0], np.float32).reshape(4, 1, 1, 1)
    assert score(first_pixel, images, np.array([1, 0, 0, 1])) == 0.75


def test_a_linear_model_learns_what_a_sum_decides():
    rng = np.random.default_rng(1)
    images = rng.normal(size=(200, 4, 4, 1)).astype(np.float32)
    labels = (images[:, 0, 0, 0] + images[:, 3, 3, 0] > 0).astype(int)
    sample = Sample(images[:100], labels[:100], images[100:], labels[100:], None)
    assert linear_trial(sample, 1) > 0.8
    assert linear_trial(texture_sample(), 1) < 0.65


def test_few_is_a_quarter_where_160_are_left():
    assert [few_divisor(n) for n in (800, 640, 639, 320, 319, 96)] == [4, 4, 2, 2, 1, 1]


def test_a_network_is_trained_for_the_same_steps_on_any_number(trials):
    sample = texture_sample()
    for divisor in (1, 4):
        model = trials.train("CNN", *sample.first(divisor), seed=0)
        assert int(model.optimizer.iterations) in (0, 150)  # own or shared optimizer
    assert len(trials._trainers["CNN"]._shared) == 1  # compiled once


def test_order_matters_for_textures_and_not_for_the_mlp(trials):
    found = permutation_trial(trials, texture_sample(), seed=0)
    assert found["CNN"][0] > 0.9
    assert found["CNN"][1] < found["CNN"][0] - 0.1
    assert set(found) == {"CNN", "MLP"}


def test_permuted_before_or_during_the_trial_is_the_same(trials):
    # the trial permutes training and validation alike: undone, it is "as they are"
    sample = texture_sample()
    order = np.random.default_rng(5).permutation(64)
    back = np.argsort(order)
    undone = Sample(
        permute_pixels(sample.images, back),
        sample.labels,
        permute_pixels(sample.validation_images, back),
        sample.validation_labels,
        sample.positions,
    )
    first = permutation_trial(trials, sample, seed=5)["MLP"][0]
    second = permutation_trial(trials, undone, seed=5)["MLP"][1]
    assert first == second


@pytest.mark.parametrize("noise", [False, True])
def test_nothing_is_learned_where_nothing_is(trials, noise):
    training, validation = memory_trial(trials, texture_sample(), noise=noise, seed=0)
    assert training > 0.75
    assert 0.35 < validation < 0.65


def test_the_small_network_takes_any_size():
    for shape, layout in (
        ((28, 28, 1), (4, 2)),
        ((8, 8, 1), (2, 2)),
        ((5, 6, 3), (2, 2)),
        ((64, 48, 3), (8, 2)),
    ):
        model = small_cnn(shape, 3)
        pools = [x.pool_size[0] for x in model.layers if "pooling" in x.name]
        assert tuple(pools) == layout
        assert model.output_shape == (None, 3)
        kernels = [x.kernel.shape[:2] for x in model.layers if "conv" in x.name]
        assert kernels == [(3, 3), (3, 3)]
    row = small_cnn((1, 40, 1), 2)
    assert row.layers[2].pool_size == (1, 5)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (((28, 28), 2), r"must be \(h, w, c\)"),
        (((8, 8, 1), 1), "`num_classes` must be 2 or more"),
    ],
)
def test_the_small_network_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        small_cnn(*arguments)
    with pytest.raises(ValueError, match=r"`filters\[1\]` must be 1 or more"):
        small_cnn((8, 8, 1), 2, filters=(4, 0))
