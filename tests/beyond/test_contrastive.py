"""Two views of one image: the loss by hand, its laws, and what a view may do."""

import math

import keras
import numpy as np
import pytest
from scipy.special import log_softmax

from cnnbook.beyond.contrastive import (
    Contrastive,
    NTXent,
    encoder,
    nt_xent,
    two_views,
    with_projection,
)


@pytest.fixture
def embeddings():
    return np.random.default_rng(0).normal(size=(12, 5)).astype(np.float32)


def test_nt_xent_by_hand():
    # two images, whose views are alike and at a right angle to those of the other
    rows = np.array([[1.0, 0.0], [2.0, 0.0], [0.0, 3.0], [0.0, 1.0]])
    # scores 1 (partner), 0 and 0 at temperature 1
    by_hand = -math.log(math.e / (math.e + 2))
    np.testing.assert_allclose(nt_xent(rows, 1.0), [by_hand] * 4)


def test_nt_xent_is_the_cross_entropy_of_scipy(embeddings):
    directions = embeddings / np.linalg.norm(embeddings, axis=1)[:, None]
    scores = directions @ directions.T / 0.3
    for i in range(12):
        others = [j for j in range(12) if j != i]
        partner = i + 1 if i % 2 == 0 else i - 1
        expected = -log_softmax(scores[i, others])[others.index(partner)]
        assert nt_xent(embeddings, 0.3)[i] == pytest.approx(expected, rel=1e-5)


def test_the_keras_loss_is_nt_xent(embeddings):
    ours = nt_xent(embeddings, 0.3)
    theirs = NTXent(0.3)(None, keras.ops.convert_to_tensor(embeddings))
    np.testing.assert_allclose(ours, np.asarray(theirs), rtol=1e-4)


def test_lengths_do_not_matter_and_one_answer_for_all_is_a_guess(embeddings):
    longer = embeddings * np.arange(1, 13)[:, None]
    np.testing.assert_allclose(nt_xent(embeddings), nt_xent(longer), rtol=1e-5)
    np.testing.assert_allclose(nt_xent(np.ones((8, 3))), math.log(7))


@pytest.mark.parametrize(
    ("rows", "temperature", "says"),
    [
        (np.ones((3, 2)), 0.2, "two rows for each of two images"),
        (np.ones((2, 2)), 0.2, "two rows for each of two images"),
        (np.zeros((4, 2)), 0.2, "a row of zeros"),
        (np.ones((4, 2)), 0.0, "`temperature` must be above 0"),
        (np.ones(4), 0.2, r"must be \(n, d\)"),
    ],
)
def test_what_has_no_loss_is_refused(rows, temperature, says):
    with pytest.raises(ValueError, match=says):
        nt_xent(rows, temperature)


def test_views_follow_each_other_differ_and_come_again():
    images = np.random.default_rng(0).random((3, 28, 28, 1)).astype(np.float32)
    views = np.asarray(two_views(images, (0, 1)))
    assert views.shape == (6, 28, 28, 1)
    assert not np.allclose(views[0], views[1])
    np.testing.assert_array_equal(views, two_views(images, (0, 1)))
    assert not np.allclose(views, two_views(images, (0, 2)))


def test_a_view_is_of_its_own_image():
    images = np.zeros((2, 8, 8, 1), np.float32)
    images[1] = 1.0
    means = np.asarray(two_views(images, (3, 4))).mean(axis=(1, 2, 3))
    assert means[:2].tolist() == [0, 0]
    assert (means[2:] >= 0.5).all()


def test_a_window_of_everything_is_the_image_stretched_mirrored_and_dimmed():
    column = np.linspace(0, 1, 9, dtype=np.float32)[:, None, None]
    ramp = np.tile(column, (40, 1, 9, 1))
    views = np.asarray(two_views(ramp, (0, 0), smallest=1.0))
    # top to bottom, a view still grows and is constant along each row
    assert (np.diff(views[:, :, 4, 0], axis=1) > 0).all()
    np.testing.assert_allclose(views.std(axis=2), 0, atol=1e-5)


def test_the_projection_shares_the_convolutions():
    described = encoder()
    assert described.output_shape == (None, 4, 4, 64)
    model = with_projection(described, width=8)
    assert model.output_shape == (None, 8)
    assert model.get_layer("conv2") is described.get_layer("conv2")


def test_pre_training_learns_pairs_and_repeats_itself():
    rng = np.random.default_rng(0)
    # blobs at places of their own, which a view keeps
    images = np.zeros((64, 28, 28, 1), np.float32)
    for image in images:
        top, left = rng.integers(4, 18, 2)
        image[top : top + 6, left : left + 6] = rng.random() + 0.5
    how = Contrastive(epochs=4, batch_size=16)
    model, losses = how.pretrain(images, seed=1)
    assert len(losses) == 4
    assert losses[-1] < losses[0]
    again, repeated = how.pretrain(images, seed=1)
    assert repeated == pytest.approx(losses, rel=1e-3)
    for ours, theirs in zip(model.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-3)


def test_the_first_convolution_reads_five_pixels_and_the_others_three():
    kernels = [layer.kernel.shape for layer in encoder(widths=(2, 3, 4)).layers[1:]]
    assert kernels == [(5, 5, 1, 2), (3, 3, 2, 3), (3, 3, 3, 4)]


def test_what_is_left_over_of_a_pass_is_no_batch():
    images = np.random.default_rng(0).random((21, 28, 28, 1)).astype(np.float32)
    _, losses = Contrastive(epochs=3, batch_size=8).pretrain(images, seed=0)
    assert np.isfinite(losses).all()
    batches = Contrastive(batch_size=8)._pairs(images, 0).take(5)
    assert {len(views) for views, _ in batches} == {16}  # two views of each image


def test_fewer_images_than_a_batch_are_refused():
    with pytest.raises(ValueError, match=r"`len\(images\)` must be 128 or more"):
        Contrastive().pretrain(np.zeros((9, 28, 28, 1), np.float32), seed=0)
