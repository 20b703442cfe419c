"""Noise taken away, and images made out of noise."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy.spatial.distance import cdist

from cnnbook import generation
from cnnbook.generation import HIGHEST, LOWEST, MIDDLE, SPREAD


def test_psnr_by_hand_and_by_tensorflow():
    clean = np.zeros((1, 4, 4, 1))
    assert generation.psnr(clean, clean + 0.5) == pytest.approx(10 * np.log10(4))
    assert generation.psnr(clean, clean) == float("inf")
    rng = np.random.default_rng(0)
    first, second = rng.uniform(size=(2, 1, 8, 8, 1)).astype(np.float32)
    theirs = float(tf.image.psnr(first, second, max_val=1.0)[0])
    assert generation.psnr(first, second) == pytest.approx(theirs, rel=1e-5)
    with pytest.raises(ValueError, match="that of `clean`"):
        generation.psnr(clean, clean[0])


def test_folding_keeps_every_pixel():
    images = tf.reshape(tf.range(2 * 8 * 8, dtype=tf.float32), (2, 8, 8, 1))
    folded = generation.Fold()(images)
    assert folded.shape == (2, 4, 4, 4)
    assert folded[0, 0, 0].numpy().tolist() == [0, 1, 8, 9]
    assert np.array_equal(generation.Unfold()(folded), images)


def model(seed=0, **options):
    keras.utils.set_random_seed(seed)
    return generation.denoiser(**options)


def test_a_network_that_learned_nothing_shrinks_each_pixel():
    silent = model(width=4)
    silent.layers[-1].trainable = True
    last = [layer for layer in silent.layers if isinstance(layer, keras.layers.Conv2D)]
    last[-1].set_weights([np.zeros_like(w) for w in last[-1].get_weights()])
    noisy = np.full((1, 28, 28, 1), 1.0)
    found = generation.denoise(silent, noisy, SPREAD)  # as much noise as signal
    np.testing.assert_allclose(found, (1.0 + MIDDLE) / 2, rtol=1e-5)


def test_the_last_corner_hears_of_the_first():
    noisy = np.zeros((2, 28, 28, 1))
    noisy[1, 0, 0] = 1.0  # 27 pixels away, beyond the reach of the convolutions
    one, other = generation.denoise(model(width=4), noisy, 1.0)
    assert one[-1, -1] != other[-1, -1]


def test_the_shrunken_pixel_has_a_loss_of_one():
    rng = np.random.default_rng(0)
    clean = (MIDDLE + SPREAD * rng.normal(size=(4, 64, 64, 1))).astype(np.float32)
    for level in (0.1, 0.35, 3.0):
        noisy = clean + level * rng.normal(size=clean.shape)
        share = SPREAD**2 / (SPREAD**2 + level**2)
        guess = (MIDDLE + share * (noisy - MIDDLE)).astype(np.float32)
        target = np.concatenate([clean, np.full_like(clean, level)], axis=-1)
        losses = np.asarray(generation.denoising_loss(target, guess))
        assert losses.shape == (4,)
        assert losses.mean() == pytest.approx(1, abs=0.03)


def test_noise_is_of_the_level_that_is_said():
    images = tf.zeros((500, 28, 28, 1)) + 0.5
    noisy, target = generation.add_noise(images, images, tf.constant([1, 2], tf.int64))
    level = noisy[:, 0, 0, 1].numpy()
    assert np.array_equal(target[..., 1], noisy[..., 1])
    assert np.array_equal(target[..., :1], images)
    measured = np.std(noisy[..., 0] - 0.5, axis=(1, 2))
    np.testing.assert_allclose(measured / level, 1, atol=0.15)
    assert LOWEST <= level.min() < 0.06
    assert 4.5 < level.max() <= HIGHEST
    middle = np.sqrt(LOWEST * HIGHEST)  # half of the levels lie below it
    assert np.mean(level < middle) == pytest.approx(0.5, abs=0.07)


def test_the_noise_does_not_know_its_level():
    images = tf.zeros((2000, 4, 4, 1))
    noisy, _ = generation.add_noise(images, images, tf.constant([1, 2], tf.int64))
    level = noisy[:, 0, 0, 1].numpy()
    # drawn from the same bits, the first numbers of the two streams would agree
    noise = (noisy[..., 0] / noisy[..., 1]).numpy().ravel()[:2000]
    for seen in (noise[::2], noise[1::2], np.abs(noise[::2]), np.abs(noise[1::2])):
        for drawn in (level[::2], level[1::2]):
            assert abs(np.corrcoef(np.log(drawn), seen)[0, 1]) < 0.15


def test_noise_depends_on_its_seed_alone():
    images = tf.zeros((2, 4, 4, 1))
    seeds = [tf.constant(s, tf.int64) for s in ([1, 2], [1, 2], [1, 3])]
    one, same, other = (generation.add_noise(images, images, s)[0] for s in seeds)
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_levels_fall_by_one_factor():
    levels = generation.noise_levels(5)
    assert levels[0] == pytest.approx(HIGHEST)
    assert levels[-1] == pytest.approx(LOWEST)
    np.testing.assert_allclose(levels[1:] / levels[:-1], levels[1] / levels[0])
    with pytest.raises(ValueError, match="`steps` must be 2 or more"):
        generation.noise_levels(1)


class Oracle:
    """A perfect denoiser for a data set of one image."""

    output_shape = (None, 4, 4, 1)

    def __init__(self, image):
        self.image = image
        self.seen = []

    def __call__(self, both, training):
        self.seen.append(both)
        return np.broadcast_to(self.image, (*both.shape[:3], 1))


@pytest.mark.parametrize("keep", [0.0, 0.5, 1.0])
def test_generation_ends_where_the_denoiser_points(keep):
    image = np.linspace(0, 1, 16).reshape(4, 4, 1)
    oracle = Oracle(image)
    made = generation.generate(oracle, 3, steps=6, keep=keep, seed=0)
    np.testing.assert_allclose(made, np.broadcast_to(image, (3, 4, 4, 1)))
    # at every step the noise is as strong as the network is told
    assert len(oracle.seen) == 6
    for both in oracle.seen[1:]:
        noise = (both[..., 0] - image[..., 0]) / both[..., 1]
        assert np.std(noise) == pytest.approx(1, abs=0.35)


def test_all_noise_kept_leaves_no_chance_after_the_start():
    oracle = Oracle(np.full((4, 4, 1), MIDDLE))
    generation.generate(oracle, 2, steps=4, keep=1.0, seed=0)
    first, *others = ((b[..., 0] - MIDDLE) / b[..., 1] for b in oracle.seen)
    for noise in others:
        np.testing.assert_allclose(noise, first, atol=1e-4)


def test_generation_repeats_by_seed():
    small = model(width=4)
    one, same, other = (
        generation.generate(small, 2, steps=3, seed=s) for s in (0, 0, 1)
    )
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)
    assert one.shape == (2, 28, 28, 1)
    assert one.min() >= 0
    assert one.max() <= 1


def test_nearest_matches_scipy():
    rng = np.random.default_rng(0)
    images, among = rng.uniform(size=(7, 4, 4, 1)), rng.uniform(size=(30, 4, 4, 1))
    apart = cdist(images.reshape(7, -1), among.reshape(30, -1)) / 4
    position, distance = generation.nearest(images, among)
    assert position.tolist() == apart.argmin(axis=1).tolist()
    np.testing.assert_allclose(distance, apart.min(axis=1), rtol=1e-5)


def test_a_copy_lies_at_distance_zero():
    among = np.random.default_rng(0).uniform(size=(30, 28, 28, 1)).astype(np.float32)
    position, distance = generation.nearest(among[[4, 9]], among)
    assert position.tolist() == [4, 9]
    assert distance.tolist() == [0, 0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: generation.denoiser((30, 28, 1)), "4 divides, got 30 x 28"),
        (
            lambda: generation.denoise(None, np.zeros((2, 28, 28)), 1.0),
            "add the channel axis",
        ),
        (
            lambda: generation.denoise(None, np.zeros((2, 28, 28, 1)), 25.0),
            "`level` must be between",
        ),
        (lambda: generation.generate(None, 0, seed=0), "`num` must be 1 or more"),
        (
            lambda: generation.generate(None, 1, keep=2.0, seed=0),
            "`keep` must be between 0 and 1",
        ),
        (
            lambda: generation.nearest(np.zeros((1, 4, 4, 1)), np.zeros((1, 5, 4, 1))),
            "that of one of `images`",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
