"""The measurements of `cnnbook.assumptions`, side by side: arrays in, Axes out."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from cnnbook.plots.charts import curves
from cnnbook.plots.style import COLORS


def report_panels(
    *,
    distances: np.ndarray,
    correlation: np.ndarray,
    order: Mapping[str, np.ndarray],
    sizes: np.ndarray,
    curve: Mapping[str, np.ndarray],
    shifts: np.ndarray,
    shifted: np.ndarray,
    memory: Mapping[str, np.ndarray],
) -> np.ndarray:
    """Draw five panels of one report; returns their Axes (5,).

    Parameters
    ----------
    distances, correlation : (k,), in pixels and in 0 … 1.
    order : network -> accuracies (runs, 2), pixels as they are and permuted.
    sizes, curve : images (s,), and model -> accuracies (runs, s).
    shifts, shifted : pixels (t,), and accuracies (runs, t).
    memory : what was done to the data -> accuracies (runs, 2) on training and on
        validation images.
    """
    _, axes = plt.subplots(2, 3, figsize=(10.0, 5.6))
    likeness, permuted, learning, moved, remembered, empty = axes.flat
    empty.axis("off")
    curves(
        distances,
        {"": correlation},
        x_label="distance, pixels",
        y_label="mean |correlation|",
        axis=likeness,
    )
    likeness.set_ylim(0, 1)
    curves([0, 1], order, x_label="pixels", y_label="accuracy", axis=permuted)
    permuted.set_xticks([0, 1], ["as they are", "permuted"])
    permuted.set_xlim(-0.3, 1.3)
    curves(sizes, curve, x_label="training images", y_label="accuracy", axis=learning)
    learning.set_xticks(sizes)
    learning.legend(fontsize=9)
    curves(
        shifts, {"": shifted}, x_label="shift, pixels", y_label="accuracy", axis=moved
    )
    moved.set_xticks(shifts)
    moved.set_ylim(0, 1.03)
    _pairs(remembered, memory)
    # beside the bars, in the panel that is left over
    named = remembered.get_legend_handles_labels()
    empty.legend(*named, title="images", loc="center left")
    plt.tight_layout()
    return axes.flat[:5]


def _pairs(axis: Axes, memory: Mapping[str, np.ndarray]) -> None:
    """Two bars for each entry: the mean on training and on validation images."""
    rows = np.arange(len(memory))
    means = np.array([np.mean(runs, axis=0) for runs in memory.values()])
    for part, (name, offset) in enumerate([("training", -0.2), ("validation", 0.2)]):
        axis.barh(rows + offset, means[:, part], 0.36, color=COLORS[part], label=name)
    axis.set_yticks(rows, [name.replace(" ", "\n", 1) for name in memory], fontsize=9)
    axis.invert_yaxis()
    axis.set_xlim(0, 1.03)
    axis.set_xlabel("accuracy")
