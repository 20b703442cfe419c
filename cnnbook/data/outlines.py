"""Series of real images: the upper and lower edge of a garment, column by column.

Images are (n, h, w, 1), uint8 in 0-255 or floats in [0, 1]. Outlines are (n, w, 2)
float32 in [0, 1]: for each column the heights of upper and lower edge above the bottom
of the image, as a share of h. What plays the part of time is the column.
"""

import numpy as np

from cnnbook.checks import require_at_least, require_between, require_layout


def outlines(images: np.ndarray, *, threshold: float = 0.2) -> np.ndarray:
    """Read images (n, h, w, 1) column by column: (n, w, 2), upper and lower edge.

    A pixel belongs to the garment if it reaches `threshold`, a share of white. Both
    edges of a column without such a pixel are 0.
    """
    require_layout("images", images, "n h w c")
    if images.shape[3] != 1:
        raise ValueError(
            f"`images` must have one channel, got {images.shape[3]}. For color, take "
            "the mean: images.mean(axis=3, keepdims=True)."
        )
    require_between("threshold", threshold, 0, 1)
    white = 255 if np.issubdtype(images.dtype, np.integer) else 1
    lit = images[..., 0] >= threshold * white
    h = lit.shape[1]
    upper = h - lit.argmax(axis=1)  # (n, w): the first lit row from above
    lower = lit[:, ::-1].argmax(axis=1)  # and from below
    edges = np.stack([upper, lower], axis=-1) * lit.any(axis=1)[..., None]
    return (edges / h).astype(np.float32)


def draw_outlines(outlines: np.ndarray, *, height: int = 28) -> np.ndarray:
    """The picture of outlines (n, w, 2): 1 between the edges, (n, height, w, 1).

    Reading the picture by `outlines` gives the series back where its heights are whole
    pixels.
    """
    require_layout("outlines", outlines, "n w edge")
    require_at_least("height", height, 1)
    if outlines.shape[2] != 2:
        raise ValueError(
            "`outlines` must hold an upper and a lower edge for each column, got shape "
            f"{outlines.shape}."
        )
    upper, lower = np.moveaxis(np.rint(outlines * height), 2, 0)[:, :, None]
    above_bottom = np.arange(height)[::-1, None]  # of the lower side of each row
    between = (above_bottom >= lower) & (above_bottom < upper)
    return between.astype(np.float32)[..., None]
