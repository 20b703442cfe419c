"""Banks of designed kernels, and how well the filters of a layer fit them.

Filters are (h, w, f), those of one input channel; a bank is (k, h, w), each kernel of
length 1.
"""

import numpy as np

from cnnbook.checks import require_at_least, require_layout, require_shape


def gabor_bank(size: int, *, directions: int = 8) -> np.ndarray:
    """Waves of one period under a bell curve, (2 * directions, size, size).

    Each direction comes as a cosine and as a sine. All are blind to a flat patch: they
    sum to 0.

    Source: Jain and Farrokhnia (1991) for the cosine under a bell curve; the sine, the
    width (a quarter of the size) and the subtraction are ours.
    """
    require_at_least("size", size, 3)
    require_at_least("directions", directions, 1)
    place = np.arange(size) - (size - 1) / 2
    down, right = np.meshgrid(place, place, indexing="ij")
    bell = np.exp(-(down**2 + right**2) / (2 * (size / 4) ** 2))
    bank = []
    for angle in np.pi * np.arange(directions) / directions:
        along = np.cos(angle) * right + np.sin(angle) * down
        for wave in (np.cos, np.sin):
            kernel = bell * wave(2 * np.pi * along / size)
            kernel -= bell * kernel.sum() / bell.sum()
            bank.append(kernel / np.linalg.norm(kernel))
    return np.array(bank)


def best_matches(filters: np.ndarray, bank: np.ndarray) -> np.ndarray:
    """The squared cosine of each filter with the kernel that fits it best, (f,).

    1 is a multiple of a kernel of the bank, of either sign; random filters get more
    from a larger bank. A filter that is 0 everywhere fits nothing and gets 0.

    >>> bank = np.eye(4).reshape(4, 2, 2)
    >>> best_matches(np.array([[[3.0], [0.0]], [[-4.0], [0.0]]]), bank).round(2)
    array([0.64])
    """
    require_layout("filters", filters, "h w f")
    require_layout("bank", bank, "k h w")
    require_shape("bank[0]", bank[0], np.shape(filters)[:2], "that of one filter")
    inside = np.square(np.tensordot(bank, filters, axes=2))  # (k, f)
    energy = np.square(filters).sum(axis=(0, 1))
    best = inside.max(axis=0)
    return np.divide(best, energy, out=np.zeros_like(best), where=energy > 0)
