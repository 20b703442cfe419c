"""Scaling pixels: from bytes to [0, 1], and to zero mean and unit deviation.

Images are (n, h, w, c), 0-255 as bytes or [0, 1] as floats.
"""

from dataclasses import dataclass

import numpy as np

from cnnbook.checks import require_layout


def to_unit(images: np.ndarray) -> np.ndarray:
    """Turn bytes 0-255 into float32 in [0, 1].

    Floats are refused, because dividing an image twice is silent and ruins it.

    >>> to_unit(np.array([0, 51, 255], dtype=np.uint8)).tolist()
    [0.0, 0.20000000298023224, 1.0]
    """
    if images.dtype != np.uint8:
        raise ValueError(
            f"`images` must be bytes (uint8, 0-255), got {images.dtype}. "
            "Floats in [0, 1] need no scaling; leave them as they are."
        )
    return images.astype(np.float32) / np.float32(255)


@dataclass(frozen=True)
class Standardizer:
    """Subtracts a mean and divides by a deviation, one of each for each channel.

    `mean` and `deviation` are (c,), in the unit of the images it was fitted to.
    """

    mean: np.ndarray
    deviation: np.ndarray

    @classmethod
    def fit(cls, images: np.ndarray) -> "Standardizer":
        """Measure mean and deviation of the training `images` (n, h, w, c)."""
        require_layout("images", images, "n h w c")
        mean = images.mean(axis=(0, 1, 2), dtype=np.float64)
        deviation = images.std(axis=(0, 1, 2), dtype=np.float64)
        if not deviation.min() > 0:
            raise ValueError(
                "`images` must vary within each channel, got a channel of one "
                "constant value. Drop the channel: it carries no information."
            )
        return cls(mean.astype(np.float32), deviation.astype(np.float32))

    def __call__(self, images: np.ndarray) -> np.ndarray:
        """Standardise `images` (n, h, w, c) to float32, (x - mean) / deviation."""
        require_layout("images", images, "n h w c")
        if images.shape[-1] != self.mean.size:
            raise ValueError(
                f"`images` must have {self.mean.size} channels, the number that this "
                f"standardizer was fitted to, got {images.shape[-1]}."
            )
        return (images.astype(np.float32) - self.mean) / self.deviation
