"""One way to set a validation set aside: stratified, seeded, without copies.

Images are (n, h, w, c), labels are (n,) integers.
"""

from dataclasses import dataclass

import numpy as np
from sklearn.model_selection import train_test_split

from cnnbook.checks import require_labels, require_layout


@dataclass(frozen=True)
class Split:
    """Images and labels for training and validation, and where each came from.

    `train_index` and `validation_index` are positions in the arrays that were
    split: `train_images` equals `images[train_index]`.
    """

    train_images: np.ndarray
    train_labels: np.ndarray
    validation_images: np.ndarray
    validation_labels: np.ndarray
    train_index: np.ndarray
    validation_index: np.ndarray


def split(
    images: np.ndarray,
    labels: np.ndarray,
    *,
    validation: float | int = 0.2,
    seed: int,
) -> Split:
    """Set a validation set aside in which every class has its share.

    Parameters
    ----------
    images : (n, h, w, c)
    labels : (n,), integers.
    validation : a fraction strictly between 0 and 1, or a number of images.
    """
    require_layout("images", images, "n h w c")
    labels = np.asarray(labels)
    require_labels(labels, len(images))
    size = _validation_size(validation, len(images))
    _require_room(labels, size)
    train_index, validation_index = train_test_split(
        np.arange(len(images)), test_size=size, stratify=labels, random_state=seed
    )
    return Split(
        images[train_index],
        labels[train_index],
        images[validation_index],
        labels[validation_index],
        train_index,
        validation_index,
    )


def _validation_size(validation: float | int, num_images: int) -> int:
    """Turn a fraction or a count into a count, rounded up as scikit-learn does."""
    expected = (
        "`validation` must be a fraction between 0 and 1 or a whole number of images "
        f"from 1 to {num_images - 1}, got {validation!r}."
    )
    if isinstance(validation, (bool, np.bool_)):
        raise ValueError(expected)
    if isinstance(validation, (int, np.integer)):
        size = int(validation)
    elif isinstance(validation, (float, np.floating)) and 0 < validation < 1:
        size = int(np.ceil(validation * num_images))
    else:
        raise ValueError(expected)
    if not 1 <= size < num_images:
        raise ValueError(expected)
    return size


def _require_room(labels: np.ndarray, size: int) -> None:
    """Check that the share of each class is one image or more on either side."""
    classes, counts = np.unique(labels, return_counts=True)
    smallest, count = classes[counts.argmin()], counts.min()
    for part, room in (("validation", size), ("training", len(labels) - size)):
        if count * room < len(labels):
            raise ValueError(
                f"`labels` has too few of class {smallest}: {count} of {len(labels)} "
                f"images leave it less than one in a {part} set of {room}. Find more "
                "images, drop the class, or change `validation`."
            )
