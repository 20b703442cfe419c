"""Figures: arrays in, Axes out; nothing is computed here.

Colours are those of Okabe and Ito, which stay apart for color-blind readers; every
curve differs from its neighbors in its marker too. Call `use_style()` once a page.
"""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from cycler import cycler
from matplotlib.axes import Axes

from cnnbook.checks import require_layout

COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")


def use_style() -> None:
    """Set the book's defaults for every figure that follows."""
    plt.rcParams.update(
        {
            "axes.prop_cycle": cycler(color=COLORS, marker=MARKERS),
            "axes.spines.right": False,
            "axes.spines.top": False,
            "figure.dpi": 100,
            "figure.facecolor": "white",
            "font.size": 11,
            "legend.frameon": False,
            "lines.markersize": 5,
            "savefig.facecolor": "white",
        }
    )


def image_grid(
    images: np.ndarray,
    titles: Sequence[str] = (),
    *,
    columns: int = 5,
    limits: tuple[float, float] = (0.0, 1.0),
    masks: np.ndarray | None = None,
) -> np.ndarray:
    """Show images (n, h, w, 1) in rows of `columns`, all on one grey scale.

    `limits` are the values drawn black and white; `masks` (n, h, w) are outlined.
    Returns the Axes as an array (n,).
    """
    require_layout("images", images, "n h w c")
    rows = -(-len(images) // columns)
    height = 1.55 * rows + (0.35 * rows if len(titles) else 0)
    _, axes = plt.subplots(
        rows, columns, figsize=(1.55 * columns, height), squeeze=False
    )
    for i, axis in enumerate(axes.flat):
        axis.axis("off")
        if i >= len(images):
            continue
        low, high = limits
        axis.imshow(images[i, :, :, 0], cmap="gray", vmin=low, vmax=high)
        if masks is not None:
            axis.contour(masks[i], levels=[0.5], colors=COLORS[4], linewidths=1.2)
        if i < len(titles):
            axis.set_title(titles[i], fontsize=9)
    plt.tight_layout()
    return axes.flat[: len(images)]


def curves(
    x: Sequence[float],
    series: Mapping[str, np.ndarray],
    *,
    x_label: str,
    y_label: str,
    axis: Axes | None = None,
) -> Axes:
    """Draw each of `series`, named, against `x`.

    A value (k,) is a curve; a value (runs, k) is drawn as its mean with a band from
    the lowest to the highest run.
    """
    axis = axis if axis is not None else _axis()
    for name, values in series.items():
        runs = np.atleast_2d(values)
        (line,) = axis.plot(x, runs.mean(axis=0), label=name)
        if len(runs) > 1:
            low, high = runs.min(axis=0), runs.max(axis=0)
            axis.fill_between(x, low, high, color=line.get_color(), alpha=0.2, lw=0)
    axis.set_xlabel(x_label)
    axis.set_ylabel(y_label)
    if len(series) > 1:
        axis.legend()
    plt.tight_layout()
    return axis


def history(history: Mapping[str, Sequence[float]]) -> np.ndarray:
    """Accuracy and loss of training and, where there are, of validation, by epoch.

    `history` is that of a `TrainingResult`. Returns the two Axes.
    """
    _, axes = plt.subplots(1, 2, figsize=(8.5, 3.2))
    for axis, metric in zip(axes, ("accuracy", "loss"), strict=True):
        epochs = np.arange(1, len(history[metric]) + 1)
        series = {"training": history[metric]}
        if f"val_{metric}" in history:
            series["validation"] = history[f"val_{metric}"]
        curves(epochs, series, x_label="epoch", y_label=metric, axis=axis)
        axis.xaxis.get_major_locator().set_params(integer=True)
    return axes


def dots(
    values: Mapping[str, Sequence[float]],
    *,
    x_label: str,
    reference: float | None = None,
) -> Axes:
    """One row for each name: every run a dot, their mean a bar.

    `reference` is drawn as a dashed vertical line.
    """
    axis = _axis(height=0.45 * len(values) + 1.0)
    for row, runs in enumerate(reversed(values.values())):
        axis.plot(runs, [row] * len(runs), "o", color=COLORS[0], alpha=0.7)
        axis.plot([np.mean(runs)], [row], "|", color=COLORS[1], markersize=16, mew=2.5)
    axis.set_yticks(range(len(values)), list(reversed(values)))
    axis.set_ylim(-0.6, len(values) - 0.4)
    if reference is not None:
        axis.axvline(reference, color="black", ls="--", lw=1, marker="")
    axis.set_xlabel(x_label)
    plt.tight_layout()
    return axis


def _axis(*, width: float = 6.5, height: float = 3.6) -> Axes:
    return plt.subplots(figsize=(width, height))[1]
