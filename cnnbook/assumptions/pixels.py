"""Moving pixels: one permutation for all images, and shifts.

Images are (n, h, w, c); a pixel keeps its channels together.
"""

import numpy as np

from cnnbook.checks import require_layout, require_shape


def permute_pixels(images: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Put pixel `order[k]` of every image at position k, counted row by row.

    `order` is (h * w,), a permutation; it is the same for all images, so that each
    position goes on meaning one thing and no information is lost.

    >>> image = np.array([[1, 2], [3, 4]]).reshape(1, 2, 2, 1)
    >>> permute_pixels(image, np.array([3, 0, 1, 2]))[0, :, :, 0].tolist()
    [[4, 1], [2, 3]]
    """
    require_layout("images", images, "n h w c")
    n, h, w, c = images.shape
    require_shape("order", order, (h * w,), "one entry for each pixel position")
    if not np.array_equal(np.sort(order), np.arange(h * w)):
        raise ValueError(
            f"`order` must hold each of 0 … {h * w - 1} once. "
            "Draw it by numpy.random.default_rng(seed).permutation(h * w)."
        )
    return images.reshape(n, h * w, c)[:, order].reshape(images.shape)


def shift_pixels(images: np.ndarray, down: int, right: int) -> np.ndarray:
    """Move every image by whole pixels; what comes in repeats the border.

    Negative numbers move up and left.

    >>> image = np.array([[1, 2, 3]]).reshape(1, 1, 3, 1)
    >>> shift_pixels(image, 0, 1)[0, :, :, 0].tolist()
    [[1, 1, 2]]
    """
    require_layout("images", images, "n h w c")
    rows = np.clip(np.arange(images.shape[1]) - down, 0, images.shape[1] - 1)
    columns = np.clip(np.arange(images.shape[2]) - right, 0, images.shape[2] - 1)
    return images[:, rows][:, :, columns]
