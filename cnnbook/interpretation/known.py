"""A network with weights set by hand, and images of which it is known what matters.

Images are (n, size, size, 1) float32 with 1 for ink and 0 for ground, masks
(n, size, size) bool.
"""

from typing import NamedTuple

import keras
import numpy as np
from keras import layers

from cnnbook.checks import require_at_least

KERNELS = {  # 3 pixels of ink in a line, and none beside it
    "lying": np.array([[-1, -1, -1], [1, 1, 1], [-1, -1, -1]]),
    "standing": np.array([[-1, 1, -1], [-1, 1, -1], [-1, 1, -1]]),
}


class Bars(NamedTuple):
    """Images, and the pixels of all lying and of all standing bars."""

    images: np.ndarray
    lying: np.ndarray
    standing: np.ndarray


def known_network(size: int) -> keras.Model:
    """Count lying bars (score 0) and standing bars (score 1) of 3 pixels, by hand.

    A convolution answers 1 exactly in the middle of a bar that nothing touches, since
    its three pixels sum to 3 and its bias is -2; the average over places divides by
    their number, and the last layer multiplies by it. So the pixels of a lying bar are
    what the score of class 0 depends on, and those of a standing bar are not.
    """
    require_at_least("size", size, 3)
    image = keras.Input((size, size, 1), name="image")
    conv = layers.Conv2D(2, 3, activation="relu", name="conv")
    pooled = layers.GlobalAveragePooling2D(name="average")(conv(image))
    scores = layers.Dense(2, name="scores", use_bias=False)
    model = keras.Model(image, scores(pooled), name="known_network")
    kernel = np.stack(list(KERNELS.values()), axis=-1)[:, :, None]  # (3, 3, 1, 2)
    conv.set_weights([kernel, np.full(2, -2.0)])
    scores.set_weights([np.eye(2) * (size - 2) ** 2])
    return model


def bars(
    num_images: int, *, size: int = 16, lying: int = 1, standing: int = 1, seed: int = 0
) -> Bars:
    """Draw bars of 3 pixels, away from the border and from each other."""
    require_at_least("num_images", num_images, 1)
    require_at_least("lying", lying, 0)
    require_at_least("standing", standing, 0)
    rng = np.random.default_rng(seed)
    masks = np.zeros((2, num_images, size, size), bool)
    for k in range(num_images):
        taken = np.zeros((size, size), bool)
        for direction in [0] * lying + [1] * standing:
            row, column = _place(taken, rng)
            masks[direction, k][_pixels(direction, row, column)] = True
            taken[max(row - 3, 0) : row + 4, max(column - 3, 0) : column + 4] = True
    images = masks.any(axis=0).astype(np.float32)[..., None]
    return Bars(images, masks[0], masks[1])


def _pixels(direction: int, row: int, column: int) -> tuple[slice, slice]:
    along, across = slice(-1, 2), slice(0, 1)
    rows, columns = (across, along) if direction == 0 else (along, across)
    return (
        slice(row + rows.start, row + rows.stop),
        slice(column + columns.start, column + columns.stop),
    )


def _place(taken: np.ndarray, rng: np.random.Generator) -> tuple[int, int]:
    """The middle of a bar, away from the border and from all others."""
    free = ~taken
    free[:2] = free[-2:] = False
    free[:, :2] = free[:, -2:] = False
    places = np.argwhere(free)
    if len(places) == 0:
        raise ValueError(
            f"`size` {len(taken)} has no room for so many bars. Draw fewer, or take a "
            "larger image."
        )
    return tuple(int(i) for i in places[rng.integers(len(places))])
