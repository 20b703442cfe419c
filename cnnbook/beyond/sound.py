"""Sounds as arrays: vowels made from measured formants, and their spectrograms.

Sounds are (n, samples) float32, spectrograms (n, frames, bins).
"""

from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter

from cnnbook.checks import require_at_least, require_between, require_layout

RATE = 8_000  # samples a second
SAMPLES = 1_024
SPOKEN = 640  # samples of a vowel; the rest of a sound is noise
VOWELS = ("heed", "head", "had", "hod", "hawed", "who'd")

# Hz, means of men and of women: pitch and three formants, in the order of VOWELS
MEN = np.array(
    [
        [136, 270, 2290, 3010],
        [130, 530, 1840, 2480],
        [127, 660, 1720, 2410],
        [124, 730, 1090, 2440],
        [129, 570, 840, 2410],
        [141, 300, 870, 2240],
    ],
    float,
)
WOMEN = np.array(
    [
        [235, 310, 2790, 3310],
        [223, 610, 2330, 2990],
        [210, 860, 2050, 2850],
        [212, 850, 1220, 2810],
        [216, 590, 920, 2710],
        [231, 370, 950, 2670],
    ],
    float,
)
BANDWIDTHS = (60.0, 90.0, 150.0)  # Hz, of the three formants


@dataclass(frozen=True)
class Vowels:
    """`waves` (n, samples) float32, of unit deviation; `labels` (n,), see VOWELS."""

    waves: np.ndarray
    labels: np.ndarray


def make_vowels(
    num: int, *, seed: int, onset: tuple[float, float] = (0.0, 1.0), noise: float = 0.3
) -> Vowels:
    """Synthetic vowels, each of another voice, with noise.

    Parameters
    ----------
    onset : where the vowel begins, between 0 (at once) and 1 (as late as it fits).
    noise : deviation of white noise, over that of the vowel.

    A voice lies between the means of men and of women; its pitch varies by 15 %, the
    length of its vocal tract by 6 %, and each formant by 4 %. Source of the means:
    Peterson and Barney (1952), table II; of the filters: the digital resonator of
    Klatt (1980).
    """
    require_at_least("num", num, 1)
    require_at_least("noise", noise, 0)
    for i, place in enumerate(onset):
        require_between(f"onset[{i}]", place, 0, 1)
    rng = np.random.default_rng(seed)
    labels = rng.integers(len(VOWELS), size=num)
    share = rng.random((num, 1))
    hertz = (1 - share) * MEN[labels] + share * WOMEN[labels]
    hertz[:, 0] *= np.exp(rng.normal(0, 0.15, num))
    hertz[:, 1:] *= np.exp(rng.normal(0, 0.06, (num, 1)))
    hertz[:, 1:] *= np.exp(rng.normal(0, 0.04, (num, 3)))
    starts = rng.uniform(*onset, size=num) * (SAMPLES - SPOKEN)
    waves = rng.normal(0, noise, (num, SAMPLES))
    for wave, (pitch, *formants), start in zip(waves, hertz, starts, strict=True):
        wave[int(start) : int(start) + SPOKEN] += _vowel(pitch, formants, rng)
    waves /= waves.std(axis=1, keepdims=True)
    return Vowels(waves.astype(np.float32), labels)


def _vowel(pitch: float, formants: list[float], rng: np.random.Generator) -> np.ndarray:
    """A vowel (SPOKEN,) of unit deviation: pulses of the voice through resonators."""
    phase = rng.random() + np.arange(SPOKEN) * pitch / RATE
    wave = np.diff(np.floor(phase), prepend=0.0)
    wave = lfilter([1.0], [1.0, -0.9], wave)  # a voice is softer at high pitch
    for hertz, width in zip(formants, BANDWIDTHS, strict=True):
        radius = np.exp(-np.pi * width / RATE)
        back = [1.0, -2 * radius * np.cos(2 * np.pi * hertz / RATE), radius**2]
        wave = lfilter([sum(back)], back, wave)
    wave = wave * np.hanning(SPOKEN)
    return wave / wave.std()


def short_time_fourier(
    waves: np.ndarray, *, size: int = 128, hop: int = 64
) -> np.ndarray:
    """Fourier transforms of overlapping pieces, each under a Hann window.

    Parameters
    ----------
    waves : (n, samples)
    size, hop : samples of a piece, and from one piece to the next.

    Returns
    -------
    (n, frames, size // 2 + 1), complex; bin k stands for k * rate / size Hz.

    Source: the short-time Fourier transform of Allen and Rabiner (1977), at every
    `hop`-th sample, its phase counted from the start of each piece.
    """
    require_layout("waves", waves, "n samples")
    require_at_least("hop", hop, 1)
    require_between("size", size, 2, waves.shape[1])
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size)
    pieces = np.lib.stride_tricks.sliding_window_view(waves, size, axis=1)[:, ::hop]
    return np.fft.rfft(pieces * window, axis=2)


def log_spectrogram(waves: np.ndarray, *, size: int = 128, hop: int = 64) -> np.ndarray:
    """How loud each frequency is at each time: (n, frames, bins) float32, log10."""
    strength = np.abs(short_time_fourier(waves, size=size, hop=hop))
    return np.log10(strength + 1e-2).astype(np.float32)
