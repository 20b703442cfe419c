"""Bars made of parts: how a whole divides."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from cnnbook.plots.style import COLORS

HATCHES = ("", "//", "xx", "..")


def stacked_bars(
    values: Mapping[str, Mapping[str, float]],
    *,
    x_label: str,
    colors: Sequence[str] = COLORS,
) -> Axes:
    """One horizontal bar for each entry, from top to bottom, divided by its values.

    Every entry maps the same names to lengths. Parts differ in color and in hatching,
    and each that is not zero is labeled with its length.
    """
    rows = list(values)
    names = list(next(iter(values.values())))
    axis = plt.subplots(figsize=(7.4, 0.42 * len(rows) + 1.4))[1]
    left = [0.0] * len(rows)
    for i, name in enumerate(names):
        lengths = [values[row][name] for row in rows]
        bars = axis.barh(
            rows,
            lengths,
            left=left,
            label=name,
            color=colors[i % len(colors)],
            hatch=HATCHES[i % len(HATCHES)],
            edgecolor="white",
        )
        labels = [f"{length:g}" if length else "" for length in lengths]
        box = {"facecolor": "white", "edgecolor": "none", "pad": 1}
        for text in axis.bar_label(bars, labels, label_type="center", fontsize=9):
            if text.get_text():
                text.set_bbox(box)
        left = [start + length for start, length in zip(left, lengths, strict=True)]
    axis.invert_yaxis()
    axis.set_xlabel(x_label)
    axis.xaxis.get_major_locator().set_params(integer=True)
    if len(names) > 1:
        axis.legend(ncols=len(names), loc="lower right", bbox_to_anchor=(1, 1))
    plt.tight_layout()
    return axis
