"""Colors, markers and the defaults of every figure."""

import matplotlib.pyplot as plt
from cycler import cycler

COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
# white is zero, blue negative, red-brown positive: apart for color-blind readers too
SIGNED = "RdBu_r"


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
