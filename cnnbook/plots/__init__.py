"""Figures: arrays in, Axes out; nothing is computed here.

Colours are those of Okabe and Ito, which stay apart for color-blind readers; every
curve differs from its neighbors in its marker too. Call `use_style()` once a page.
"""

from cnnbook.plots.assumptions import report_panels
from cnnbook.plots.boxes import box_grid
from cnnbook.plots.charts import bars, curves, dots, fronts, history, sweeps
from cnnbook.plots.heat import heat_grid
from cnnbook.plots.images import image_grid, numbers, signed_maps
from cnnbook.plots.matrices import confusion_matrix
from cnnbook.plots.shares import stacked_bars
from cnnbook.plots.style import COLORS, MARKERS, SIGNED, use_style

__all__ = [
    "COLORS",
    "MARKERS",
    "SIGNED",
    "bars",
    "box_grid",
    "confusion_matrix",
    "curves",
    "dots",
    "fronts",
    "heat_grid",
    "history",
    "image_grid",
    "numbers",
    "report_panels",
    "signed_maps",
    "stacked_bars",
    "sweeps",
    "use_style",
]
