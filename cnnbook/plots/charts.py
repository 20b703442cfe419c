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


def sweeps(
    series: Mapping[str, tuple[Sequence[float], np.ndarray]],
    *,
    x_label: str,
    y_label: str,
) -> Axes:
    """Draw named curves, each against positive `x` of its own, on a log scale.

    An entry is `x` (k,) with values (k,) or (runs, k), drawn as by `curves`.
    """
    axis = _axis(width=7.2, height=3.9)
    for name, (x, values) in series.items():
        curves(x, {name: values}, x_label=x_label, y_label=y_label, axis=axis)
    axis.set_xscale("log")
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


def fronts(
    costs: Mapping[str, Sequence[float]],
    values: Sequence[float],
    names: Sequence[str],
    *,
    best: Mapping[str, Sequence[bool]],
    y_label: str,
) -> np.ndarray:
    """Candidates by cost and value, on a log scale: one panel for each of `costs`.

    Those that `best` marks, for the same entry, are joined, and named from the most
    valuable down where there is room for a name. Returns the Axes.
    """
    size = (7.2, 3.1 * len(costs))
    _, axes = plt.subplots(len(costs), 1, figsize=size, sharey=True, squeeze=False)
    for axis, (title, cost) in zip(axes.flat, costs.items(), strict=True):
        axis.plot(cost, values, "o", color=COLORS[0], alpha=0.5)
        marked = sorted(np.flatnonzero(best[title]), key=lambda i: cost[i])
        x, y = [cost[i] for i in marked], [values[i] for i in marked]
        axis.plot(x, y, "-", drawstyle="steps-post", color=COLORS[1], marker="s")
        axis.set_xscale("log")
        axis.margins(x=0.14, y=0.12)
        taken = np.empty((0, 2))
        for i in reversed(marked):
            # where it lies in the panel, from 0 to 1 in both directions
            place = axis.transAxes.inverted().transform(
                axis.transData.transform((cost[i], values[i]))
            )
            if np.any(np.all(np.abs(taken - place) < (0.16, 0.07), axis=1)):
                continue
            taken = np.vstack([taken, place])
            axis.annotate(
                names[i],
                (cost[i], values[i]),
                (-3, 5),
                textcoords="offset points",
                ha="right",
                fontsize=8,
            )
        axis.set_xlabel(title)
        axis.set_ylabel(y_label)
    plt.tight_layout()
    return axes.flat[:]


def _axis(*, width: float = 6.5, height: float = 3.6) -> Axes:
    return plt.subplots(figsize=(width, height))[1]
