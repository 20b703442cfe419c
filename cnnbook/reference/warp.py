"""Affine warps in NumPy: each pixel of the result is read somewhere in the image.

Images are (n, h, w, c). A matrix (2, 3) maps (column, row, 1) of a pixel of the
*result* to the place (column, row) of the image at which it is read.
"""

import numpy as np

from cnnbook.checks import require_at_least, require_layout, require_shape


def rotation_matrix(degrees: float, h: int, w: int) -> np.ndarray:
    """The matrix (2, 3) that turns an image of (h, w) pixels about its middle.

    A positive angle turns the picture counterclockwise, as one looks at it.

    >>> rotation_matrix(90, 3, 3).round().astype(int).tolist()
    [[0, -1, 2], [1, 0, 0]]
    """
    require_at_least("h", h, 1)
    require_at_least("w", w, 1)
    angle = np.deg2rad(degrees)
    cosine, sine = np.cos(angle), np.sin(angle)
    middle = np.array([(w - 1) / 2, (h - 1) / 2])
    turn = np.array([[cosine, -sine], [sine, cosine]])
    return np.column_stack([turn, middle - turn @ middle])


def warp(images: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Read `images` at the places that `matrix` names, between pixels bilinearly.

    Parameters
    ----------
    images : (n, h, w, c)
    matrix : (2, 3), from pixels of the result to places in the images. Outside of an
        image, its nearest pixel is read.

    Returns
    -------
    (n, h, w, c)
    """
    require_layout("images", images, "n h w c")
    require_shape("matrix", matrix, (2, 3), "two rows for column and row")
    h, w = images.shape[1:3]
    rows, columns = np.mgrid[:h, :w]
    ones = np.ones_like(rows)
    x, y = np.tensordot(matrix, np.stack([columns, rows, ones]), axes=1)  # (h, w) each
    x, y = np.clip(x, 0, w - 1), np.clip(y, 0, h - 1)
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    right, bottom = np.minimum(left + 1, w - 1), np.minimum(top + 1, h - 1)
    along, down = (x - left)[..., None], (y - top)[..., None]
    upper = (1 - along) * images[:, top, left] + along * images[:, top, right]
    lower = (1 - along) * images[:, bottom, left] + along * images[:, bottom, right]
    return (1 - down) * upper + down * lower
