"""What `report` accepts, and the part of it that a trial uses.

Images are (n, h, w, c), bytes or floats in [0, 1]; labels are (n,) integers.
"""

from dataclasses import dataclass

import numpy as np

from cnnbook.checks import require_labels, require_layout
from cnnbook.preprocessing import Standardizer, to_unit

LEAST_IMAGES = 160
LEAST_PER_CLASS = 10  # on average
LEAST_POSITIONS = 16
MOST_TRAINING = 800
MOST_VALIDATION = 1_000
BATCH = 32


@dataclass(frozen=True)
class Sample:
    """Images for one seed: standardised float32 (n, h, w, c), labels 0 … C - 1.

    The training images are in an order in which every beginning holds the classes in
    proportion, so that `first` gives smaller training sets.
    """

    images: np.ndarray
    labels: np.ndarray
    validation_images: np.ndarray
    validation_labels: np.ndarray
    positions: np.ndarray  # in the whole data, training images first

    def first(self, divisor: int) -> tuple[np.ndarray, np.ndarray]:
        """The first n / `divisor` training images and their labels."""
        part = slice(len(self.images) // divisor)
        return self.images[part], self.labels[part]


def require_data(images: np.ndarray, labels: np.ndarray) -> None:
    """Refuse what cannot be tried: `ValueError` says what, and what to do."""
    if not isinstance(images, np.ndarray) or images.dtype == object:
        raise ValueError(
            f"`images` must be one array (n, h, w, c), got {type(images).__name__}. "
            "Bring all images to one size and stack them: numpy.stack(images)."
        )
    if images.ndim == 2:
        raise ValueError(
            f"`images` must be (n, h, w, c), got shape {images.shape}. Lay out series "
            "of w values as images of one row, images[:, None, :, None]; rows of a "
            "table by reshape(n, h, w, 1)."
        )
    require_layout("images", images, "n h w c")
    _require_values(images)
    require_labels(labels, len(images))
    n, h, w, _ = images.shape
    num_classes = len(np.unique(labels))
    if num_classes < 2:
        raise ValueError(
            f"`labels` must hold two classes or more, got {int(np.min(labels))} "
            "alone. There is nothing to tell apart."
        )
    least = max(LEAST_IMAGES, LEAST_PER_CLASS * num_classes)
    if n < least:
        raise ValueError(
            f"`images` must be {least} or more for {num_classes} classes, got {n}. "
            "With fewer, no difference between networks could be told from luck."
        )
    if h * w < LEAST_POSITIONS:
        raise ValueError(
            f"`images` must have {LEAST_POSITIONS} pixel positions or more, got "
            f"{h} x {w}. On so small a grid nothing is far apart."
        )


def _require_values(images: np.ndarray) -> None:
    if images.dtype == np.uint8:
        return
    if not np.issubdtype(images.dtype, np.floating):
        raise ValueError(
            f"`images` must be bytes (uint8) or floats in [0, 1], got {images.dtype}. "
            "Convert them, and divide by the largest value that can occur."
        )
    bad = np.flatnonzero(~np.isfinite(images).reshape(len(images), -1).all(axis=1))
    if len(bad):
        raise ValueError(
            f"`images` must be finite, got NaN or infinity in {len(bad)} of them, "
            f"first in image {bad[0]}. Repair or drop them."
        )
    low, high = float(images.min()), float(images.max())
    if low < 0 or high > 1:
        raise ValueError(
            f"`images` must lie in [0, 1] where they are floats, got {low:g} to "
            f"{high:g}. Scale them: (images - low) / (high - low), with the low and "
            "high of the training data."
        )


def draw_sample(images: np.ndarray, labels: np.ndarray, *, seed: int) -> Sample:
    """Draw training and validation images by `seed`, every class in proportion.

    At most 800 images are for training, a multiple of 32 and about three fifths of
    what there is, and at most 1,000 of the others for validation. Mean and deviation
    of the training images standardise all of them.
    """
    require_data(images, labels)
    _, classes = np.unique(labels, return_inverse=True)
    num_training = min(MOST_TRAINING, int(0.6 * len(images)) // BATCH * BATCH)
    num_validation = min(MOST_VALIDATION, len(images) - num_training)
    order = proportional_order(classes, np.random.default_rng(seed))
    positions = order[: num_training + num_validation]
    chosen = images[positions]
    unit = to_unit(chosen) if chosen.dtype == np.uint8 else chosen.astype(np.float32)
    ready = Standardizer.fit(unit[:num_training])(unit)
    return Sample(
        ready[:num_training],
        classes[positions[:num_training]],
        ready[num_training:],
        classes[positions[num_training:]],
        positions,
    )


def proportional_order(labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A random order (n,) whose every beginning holds the classes in proportion.

    Within its class of m images, the j-th drawn stands j / m of the way down, so the
    first of each class comes at the very beginning.
    """
    order = rng.permutation(len(labels))
    place = np.empty(len(labels))
    for label in np.unique(labels):
        members = np.flatnonzero(labels[order] == label)
        place[members] = np.arange(len(members)) / len(members)
    return order[np.argsort(place, kind="stable")]
