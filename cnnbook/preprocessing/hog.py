"""Histograms of oriented gradients: the features that were designed before CNNs.

Images are (n, h, w, 1), bytes or floats in [0, 1]; features are (n, d) float32.
"""

import numpy as np

from cnnbook.checks import require_at_least, require_layout
from cnnbook.data.nearest import value_range


def hog_features(
    images: np.ndarray, *, cell: int = 4, orientations: int = 9
) -> np.ndarray:
    """Describe each image by how strongly edges of each direction occur in each cell.

    Parameters
    ----------
    images : (n, h, w, 1); pixels that do not fill a last cell are left out.
    cell : side of a square cell in pixels; 2 x 2 cells are normalized together.
    orientations : bins of the half circle of unsigned directions.

    Returns
    -------
    (n, blocks down * blocks across * 4 * orientations)

    Source: Dalal and Triggs (2005), computed by OpenCV.

    >>> hog_features(np.zeros((2, 28, 28, 1), np.uint8)).shape
    (2, 1296)
    """
    import cv2  # here: whoever wants no HOG needs no OpenCV

    require_layout("images", images, "n h w c")
    require_at_least("cell", cell, 2)
    require_at_least("orientations", orientations, 1)
    h, w, c = images.shape[1:]
    if c != 1:
        raise ValueError(
            f"`images` must have one channel, got {c}. "
            "Take their mean: images.mean(axis=3, keepdims=True)."
        )
    rows, columns = h // cell, w // cell
    if min(rows, columns) < 2:
        raise ValueError(
            f"`cell` must leave two cells along each side of {h} x {w} pixels, got "
            f"{cell}. Make it {min(h, w) // 2} or less."
        )
    window = (columns * cell, rows * cell)  # OpenCV counts width first
    descriptor = cv2.HOGDescriptor(
        window, (2 * cell, 2 * cell), (cell, cell), (cell, cell), orientations
    )
    scaled = np.rint(
        images[:, : window[1], : window[0], 0] * (255 / value_range(images))
    )
    pixels = np.ascontiguousarray(scaled.clip(0, 255).astype(np.uint8))
    return np.stack([descriptor.compute(image).ravel() for image in pixels])
