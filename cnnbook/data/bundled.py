"""Data that travel with scikit-learn: handwritten digits and two sample photos."""

import numpy as np
from sklearn.datasets import load_digits, load_sample_images


def load_digits_images() -> tuple[np.ndarray, np.ndarray]:
    """Return 1,797 handwritten digits of 8 x 8 pixels and their labels.

    Returns
    -------
    images : (1797, 8, 8, 1), float32 in [0, 1]; the grey levels are 0 to 16 over 16.
    labels : (1797,), int64, 0-9.

    Source: Alpaydin and Kaynak (1998), the test part of the UCI optical digits.
    """
    digits = load_digits()
    images = (digits.images / 16.0).astype(np.float32)
    return images[..., None], digits.target.astype(np.int64)


def load_photos() -> dict[str, np.ndarray]:
    """Return the photos "china" and "flower", each (427, 640, 3) uint8, RGB."""
    photos = load_sample_images()
    names = [filename.rsplit("/", 1)[-1] for filename in photos.filenames]
    return {
        name.removesuffix(".jpg"): np.array(photo)
        for name, photo in zip(names, photos.images, strict=True)
    }
