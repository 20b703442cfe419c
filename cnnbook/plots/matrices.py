"""A confusion matrix: counts or shares in, Axes out."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
from matplotlib.axes import Axes

from cnnbook.checks import require_shape


def confusion_matrix(matrix: np.ndarray, names: Sequence[str]) -> Axes:
    """Draw a confusion matrix, true classes by row, predicted ones by column.

    Parameters
    ----------
    matrix : (k, k), integers for counts, or floats in [0, 1] for shares of a row;
        shares are written as percents, and those below half a percent left out.
    names : of the k classes.
    """
    require_shape("matrix", matrix, (len(names),) * 2, "a row for each of `names`")
    written = np.array(
        [[_entry(value) for value in row] for row in np.asarray(matrix)], dtype=object
    )
    _, axis = plt.subplots(figsize=(6.6, 5.4), layout="constrained")
    sns.heatmap(
        matrix,
        annot=written,
        fmt="",
        cmap="Blues",
        cbar=False,
        xticklabels=names,
        yticklabels=names,
        ax=axis,
    )
    axis.set(xlabel="predicted", ylabel="true")
    axis.tick_params(axis="x", rotation=45)
    axis.tick_params(axis="y", rotation=0)
    return axis


def _entry(value: np.number) -> str:
    if isinstance(value, np.integer):
        return f"{value}"
    return f"{100 * value:.0f} %" if value >= 0.005 else ""
