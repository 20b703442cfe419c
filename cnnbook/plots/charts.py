"""Curves, dots and bars: arrays in, Axes out."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from cnnbook.plots.style import COLORS


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


def bars(values: Mapping[str, Mapping[str, float]], *, x_label: str) -> np.ndarray:
    """One panel of horizontal bars for each entry of `values`, side by side.

    Each entry maps the same names, from top to bottom, to a length. Returns the Axes.
    """
    names = list(next(iter(values.values())))
    size = (2.5 * len(values) + 1.0, 0.36 * len(names) + 1.1)
    _, axes = plt.subplots(1, len(values), figsize=size, sharey=True, squeeze=False)
    for i, (axis, (title, lengths)) in enumerate(
        zip(axes.flat, values.items(), strict=True)
    ):
        axis.barh(names, [lengths[name] for name in names], color=COLORS[i])
        axis.set_title(title, fontsize=11)
        axis.set_xlabel(x_label)
    axes[0, 0].invert_yaxis()  # shared: the first name on top
    plt.tight_layout()
    return axes.flat[:]


def _axis(*, width: float = 6.5, height: float = 3.6) -> Axes:
    return plt.subplots(figsize=(width, height))[1]
