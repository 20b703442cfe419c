"""Vowels have their formants, and our spectrogram is SciPy's."""

import numpy as np
import pytest
from scipy.signal import stft

from cnnbook.beyond import sound


def test_a_tone_is_in_its_bin_by_hand():
    time = np.arange(1024) / sound.RATE
    wave = np.cos(2 * np.pi * 1000 * time)[None]  # bin 16 of 62.5 Hz each
    strength = np.abs(sound.short_time_fourier(wave))
    assert strength.shape == (1, 15, 65)
    assert (strength.argmax(axis=2) == 16).all()
    # half of the window's sum, 64, since a cosine is two exponentials
    np.testing.assert_allclose(strength[0, :, 16], 32, rtol=1e-6)


@pytest.mark.parametrize(("size", "hop"), [(128, 64), (64, 16), (100, 30)])
def test_the_transform_matches_scipy(size, hop):
    waves = np.random.default_rng(0).normal(size=(3, 640))
    options = {"nperseg": size, "noverlap": size - hop, "boundary": None}
    theirs = stft(waves, window="hann", padded=False, **options)[2]
    ours = sound.short_time_fourier(waves, size=size, hop=hop)
    np.testing.assert_allclose(ours / (size / 2), theirs.swapaxes(1, 2), atol=1e-12)


def test_a_shift_by_a_hop_is_a_shift_by_a_frame():
    wave = np.random.default_rng(1).normal(size=(1, 1024))
    ours = sound.log_spectrogram(wave)
    np.testing.assert_allclose(
        sound.log_spectrogram(wave[:, 64:]), ours[:, 1:], atol=1e-5
    )


def test_formants_are_those_of_a_table_in_tens_of_hertz():
    for people in (sound.MEN, sound.WOMEN):
        formants = people[:, 1:]
        assert (formants % 10 == 0).all()  # as Peterson and Barney print them
        assert (np.diff(formants, axis=1) > 0).all()
        assert (people[:, 0] < formants[:, 0]).all()  # the pitch is below them
    assert (sound.WOMEN > sound.MEN).all()  # a shorter tract


def test_vowels_are_loud_at_their_formants():
    made = sound.make_vowels(300, seed=0, noise=0.0)
    loud = 10 ** sound.log_spectrogram(made.waves).mean(axis=1)
    hertz = np.arange(65) * sound.RATE / 128
    high = [loud[made.labels == k].mean(axis=0) for k in (0, 5)]  # heed, who'd
    second = [(spectrum * (hertz > 1500)).sum() / spectrum.sum() for spectrum in high]
    assert second[0] > 2 * second[1]


def test_an_onset_is_where_it_was_asked_for():
    late = sound.make_vowels(20, seed=0, onset=(1.0, 1.0), noise=0.0)
    assert np.abs(late.waves[:, : sound.SAMPLES - sound.SPOKEN]).max() == 0
    assert late.waves.std(axis=1) == pytest.approx(1, abs=1e-4)


def test_the_seed_decides():
    first, again, other = (sound.make_vowels(5, seed=s).waves for s in (0, 0, 1))
    assert np.array_equal(first, again)
    assert not np.allclose(first, other)


def test_refusals_say_what_to_do():
    with pytest.raises(ValueError, match="`num` must be 1 or more"):
        sound.make_vowels(0, seed=0)
    with pytest.raises(ValueError, match=r"`onset\[1\]` must be between 0 and 1"):
        sound.make_vowels(1, seed=0, onset=(0.0, 2.0))
    with pytest.raises(ValueError, match="add the batch axis"):
        sound.short_time_fourier(np.zeros(1024))
    with pytest.raises(ValueError, match="`size` must be between 2 and 64"):
        sound.short_time_fourier(np.zeros((1, 64)))
