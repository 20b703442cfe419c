"""Heat maps over the images that they explain: arrays in, Axes out."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np

from cnnbook.checks import require_layout, require_shape
from cnnbook.plots.style import COLORS


def heat_grid(
    images: np.ndarray,
    maps: Mapping[str, np.ndarray],
    *,
    masks: np.ndarray | None = None,
    titles: Sequence[str] = (),
    size: float = 1.2,
) -> np.ndarray:
    """Show each image, and beside it the heat of every method over it.

    A map is drawn from 0 to its own maximum, since methods have different units;
    negative heat is drawn as 0, and a map without positive heat stays cold.

    Parameters
    ----------
    images : (n, h, w, 1), a row each.
    maps : method -> (n, h, w), a column each.
    masks : (n, h, w) bool, outlined in every column.
    titles : of the rows.

    Returns
    -------
    The Axes, (n, 1 + methods).
    """
    require_layout("images", images, "n h w c")
    n, (rows, columns) = len(images), images.shape[1:3]
    for name, heat in maps.items():
        require_shape(f"maps[{name!r}]", heat, (n, rows, columns), "that of `images`")
    _, axes = plt.subplots(
        n,
        1 + len(maps),
        figsize=(size * (1 + len(maps)), size * n * rows / columns + 0.3),
        squeeze=False,
        layout="constrained",
    )
    for axis in axes.flat:
        axis.set_xticks([])
        axis.set_yticks([])
    for k, row in enumerate(axes):
        row[0].imshow(images[k, :, :, 0], cmap="gray")
        for axis, heat in zip(row[1:], maps.values(), strict=True):
            axis.imshow(images[k, :, :, 0], cmap="gray")
            top = max(float(heat[k].max()), 1e-12)
            warm = np.maximum(heat[k], 0) / top
            axis.imshow(warm, cmap="inferno", vmin=0, vmax=1, alpha=0.75)
        for axis in row:
            if masks is not None:
                axis.contour(masks[k], [0.5], colors=COLORS[2], linewidths=1.2)
        if len(titles):
            row[0].set_ylabel(titles[k], fontsize=9)
    for axis, name in zip(axes[0], ("image", *maps), strict=True):
        axis.set_title(name.replace(" ", "\n", 1), fontsize=8)
    return axes
