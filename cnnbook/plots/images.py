"""Figures of images, feature maps and small arrays: arrays in, Axes out."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np

from cnnbook.checks import require_layout
from cnnbook.plots.style import COLORS, SIGNED


def image_grid(
    images: np.ndarray,
    titles: Sequence[str] = (),
    *,
    columns: int = 5,
    limits: tuple[float, float] = (0.0, 1.0),
    masks: np.ndarray | None = None,
    size: float = 1.55,
) -> np.ndarray:
    """Show images (n, h, w, 1) in rows of `columns`, all on one grey scale.

    `limits` are the values drawn black and white; `masks` (n, h, w) are outlined;
    `size` is the width of one image in inches. Images (n, h, w, 3) in 0 … 1 are shown
    in color. Returns the Axes as an array (n,).
    """
    require_layout("images", images, "n h w c")
    rows = -(-len(images) // columns)
    one = size * images.shape[1] / images.shape[2] + (0.35 if len(titles) else 0)
    _, axes = plt.subplots(
        rows, columns, figsize=(size * columns, one * rows), squeeze=False
    )
    for i, axis in enumerate(axes.flat):
        axis.axis("off")
        if i >= len(images):
            continue
        low, high = limits
        drawn = images[i] if images.shape[3] == 3 else images[i, :, :, 0]
        axis.imshow(drawn, cmap="gray", vmin=low, vmax=high)
        if masks is not None:
            axis.contour(masks[i], levels=[0.5], colors=COLORS[4], linewidths=1.2)
        if i < len(titles):
            axis.set_title(titles[i], fontsize=9)
    plt.tight_layout()
    return axes.flat[: len(images)]


def signed_maps(
    maps: np.ndarray,
    titles: Sequence[str] = (),
    *,
    columns: int = 4,
    limit: float | None = None,
    size: float = 1.9,
) -> np.ndarray:
    """Show maps (n, h, w) on one scale that is white at zero and symmetric about it.

    `limit` is the largest magnitude drawn, by default that of all maps; `size` is the
    width of one map in inches. Returns the Axes as an array (n,).
    """
    require_layout("maps", maps, "n h w")
    limit = float(np.abs(maps).max()) if limit is None else limit
    rows = -(-len(maps) // columns)
    height = size * maps.shape[1] / maps.shape[2] + (0.3 if len(titles) else 0.05)
    figure, axes = plt.subplots(
        rows,
        columns,
        figsize=(size * columns + 0.7, height * rows),
        squeeze=False,
        layout="constrained",
    )
    for i, axis in enumerate(axes.flat):
        axis.axis("off")
        if i < len(maps):
            drawn = axis.imshow(maps[i], cmap=SIGNED, vmin=-limit, vmax=limit)
        if i < min(len(titles), len(maps)):
            axis.set_title(titles[i], fontsize=9)
    figure.colorbar(drawn, ax=axes, shrink=0.85)
    return axes.flat[: len(maps)]


def numbers(
    arrays: Sequence[np.ndarray],
    titles: Sequence[str] = (),
    *,
    signs: Sequence[str] = (),
    form: str = "g",
) -> np.ndarray:
    """Write out small arrays (h, w) side by side, each number in its cell.

    `signs` stand between neighbors, such as "*" and "="; `form` formats a number.
    """
    widths = [array.shape[1] for array in arrays]
    _, axes = plt.subplots(
        1,
        len(arrays),
        figsize=(
            0.55 * sum(widths) + 0.6 * len(arrays),
            0.55 * max(map(len, arrays)) + 0.5,
        ),
        gridspec_kw={"width_ratios": widths},
        squeeze=False,
        layout="constrained",
    )
    limit = max(float(np.abs(array).max()) for array in arrays) or 1.0
    for i, (axis, array) in enumerate(zip(axes.flat, arrays, strict=True)):
        axis.imshow(array, cmap=SIGNED, vmin=-2 * limit, vmax=2 * limit)  # pale
        for (row, column), value in np.ndenumerate(array):
            text = format(value, form).replace("-", "−")
            axis.text(column, row, text, ha="center", va="center", fontsize=10)
        axis.set(xticks=[], yticks=[])
        axis.spines[:].set_visible(True)
        if i < len(titles):
            axis.set_title(titles[i], fontsize=10)
        if 0 < i <= len(signs):
            axis.set_ylabel(
                signs[i - 1], rotation=0, fontsize=14, labelpad=12, va="center"
            )
    return axes.flat
