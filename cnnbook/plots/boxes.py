"""Figures of boxes on images: arrays in, Axes out."""

from collections.abc import Sequence

import numpy as np
from matplotlib.patches import Rectangle

from cnnbook.plots.images import image_grid
from cnnbook.plots.style import COLORS


def box_grid(
    images: np.ndarray,
    boxes: Sequence[np.ndarray],
    names: Sequence[Sequence[str]] = (),
    *,
    truth: Sequence[np.ndarray] = (),
    columns: int = 4,
    size: float = 2.2,
) -> np.ndarray:
    """Show images (n, h, w, 1) with `boxes[i]` (k, 4) outlined, orange and dashed.

    `names[i]` stand above the boxes; the boxes of `truth[i]` are outlined in blue. A
    box is (top, left, bottom, right), half-open. Returns the Axes as an array (n,).
    """
    axes = image_grid(images, columns=columns, size=size)
    for i, axis in enumerate(axes):
        for box in truth[i] if len(truth) else ():
            _outline(axis, box, color=COLORS[5], lw=2.2)
        for k, box in enumerate(boxes[i]):
            _outline(axis, box, color=COLORS[4], ls="--", lw=1.5)
            if len(names):
                top, left = box[:2]
                axis.text(
                    max(left, 0),
                    max(top - 1.5, 2),
                    names[i][k],
                    color="black",
                    fontsize=7,
                    bbox={"facecolor": COLORS[4], "lw": 0, "pad": 0.8},
                )
    return axes


def _outline(axis, box, **style) -> None:
    top, left, bottom, right = (float(edge) for edge in box)
    # pixel (0, 0) is drawn around the point (0, 0)
    corner = (left - 0.5, top - 0.5)
    axis.add_patch(Rectangle(corner, right - left, bottom - top, fill=False, **style))
