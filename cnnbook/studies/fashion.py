"""Fashion-MNIST ready for training: split, and standardised by the training images.

Images are (n, h, w, c) float32, labels (n,) integers.
"""

from dataclasses import dataclass

import numpy as np

from cnnbook.data import load_fashion_mnist, split
from cnnbook.data.fashion_mnist import FashionMNIST
from cnnbook.data.splits import Split
from cnnbook.preprocessing import Standardizer, to_unit


@dataclass(frozen=True)
class FashionData:
    """Fashion-MNIST ready for training: three pairs of (images, labels)."""

    train: tuple[np.ndarray, np.ndarray]
    validation: tuple[np.ndarray, np.ndarray]
    test: tuple[np.ndarray, np.ndarray]

    def first(self, num_images: int) -> tuple[np.ndarray, np.ndarray]:
        """The first `num_images` of the training images, which are in random order."""
        images, labels = self.train
        return images[:num_images], labels[:num_images]


def fashion_split(
    raw: FashionMNIST | None = None, *, validation: int = 5_000, seed: int = 0
) -> Split:
    """Fashion-MNIST's training images as bytes, a stratified part of them held out.

    Without `raw`, the files are read.
    """
    raw = load_fashion_mnist() if raw is None else raw
    return split(raw.train_images, raw.train_labels, validation=validation, seed=seed)


def fashion_data(*, validation: int = 5_000, seed: int = 0) -> FashionData:
    """Load, split off a stratified validation set, and standardise all three parts.

    With `validation` 0, all 60,000 images are for training and the validation part
    is empty.
    """
    raw = load_fashion_mnist()
    train_part = (raw.train_images, raw.train_labels)
    held_out = (raw.train_images[:0], raw.train_labels[:0])
    if validation:
        parts = fashion_split(raw, validation=validation, seed=seed)
        train_part = (parts.train_images, parts.train_labels)
        held_out = (parts.validation_images, parts.validation_labels)
    standardize = Standardizer.fit(to_unit(train_part[0]))

    def ready(part: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        images, labels = part
        return (standardize(to_unit(images)) if len(images) else images), labels

    test_part = (raw.test_images, raw.test_labels)
    return FashionData(ready(train_part), ready(held_out), ready(test_part))
