"""One drawing by each function of `cnnbook.plots`, to see that it looks as it looked.

`python -m tools.figures` writes `tests/plots/figures/`, and a test compares. Look at
what has changed before you commit it.
"""

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np

from cnnbook import plots
from tools.notebook_files import ROOT

FOLDER = ROOT / "tests" / "plots" / "figures"
STEPS = np.arange(1, 6)
RUNS = np.array([[0.5, 0.6, 0.7, 0.75, 0.8], [0.4, 0.62, 0.66, 0.8, 0.78]])
# a dark disc and a bright one, 12 x 16 pixels
DOWN, RIGHT = np.mgrid[:12, :16]
DISCS = np.array([np.hypot(DOWN - 5, RIGHT - place) < 4 for place in (5, 9, 11, 4, 8)])
PICTURES = (0.2 + DISCS * np.linspace(0.3, 0.8, 5)[:, None, None])[..., None]
SLOPES = np.array([DOWN - 5.5, 8.0 - RIGHT, (DOWN - 5) * (RIGHT - 8) / 8])
BOXES = [np.array([[1, 1, 10, 10]]), np.array([[1, 5, 10, 14], [0, 0, 4, 4]])]


def box_grid():
    names = [["disc"], ["disc 0.9", "bag"]]
    truth = [box[:1] + 1 for box in BOXES]
    plots.box_grid(PICTURES[:2], BOXES, names, truth=truth, columns=2)


def fronts():
    costs = {"parameters": [10, 40, 90, 1000, 4000], "ms": [1, 3, 2, 9, 8]}
    best = {"parameters": [1, 1, 0, 1, 0], "ms": [1, 0, 1, 0, 1]}
    values = [0.5, 0.7, 0.65, 0.8, 0.85]
    plots.fronts(costs, values, list("abcde"), best=best, y_label="accuracy")


def history():
    names = ("accuracy", "val_accuracy", "loss", "val_loss")
    plots.history(dict(zip(names, (*RUNS, *(1 - RUNS)), strict=True)))


def report_panels():
    pairs = np.array([[0.9, 0.7], [0.7, 0.5]])
    plots.report_panels(
        distances=STEPS,
        correlation=1 - RUNS[0],
        order={"CNN": pairs, "MLP": pairs - 0.1},
        sizes=np.array([10, 20]),
        curve={"CNN": pairs, "logistic regression": pairs - 0.2},
        shifts=np.arange(4),
        shifted=np.array([[0.9, 0.8, 0.7, 0.6]] * 2),
        memory={"as they are": pairs, "labels shuffled": pairs - [0, 0.4]},
    )


BARS = {"time": {"a": 3, "bb": 1}, "memory": {"a": 2, "bb": 4}}
SHARES = {
    "first": {"upheld": 3, "conditional": 1, "refuted": 2, "open": 1},
    "second": {"upheld": 1, "conditional": 0, "refuted": 4, "open": 2},
}
ARRAYS = [np.array([[1, -2], [0.5, 3]]), np.eye(2), np.array([[1.5], [-0.25]])]
COUNTS = np.array([[7, 3, 0], [0, 120, 4], [1, 1, 30]])
FIGURES: Mapping[str, Callable[[], object]] = {
    "bars": lambda: plots.bars(BARS, x_label="seconds"),
    "box_grid": box_grid,
    "confusion_matrix": lambda: plots.confusion_matrix(COUNTS, ["bag", "boot", "coat"]),
    "confusion_matrix-shares": lambda: plots.confusion_matrix(
        np.array([[0.99, 0.01], [0.004, 0.996]]), ["bag", "boot"]
    ),
    "curves": lambda: plots.curves(
        STEPS, {"one": RUNS, "other": RUNS[0] ** 2}, x_label="step", y_label="accuracy"
    ),
    "dots": lambda: plots.dots(
        {"one": RUNS[:, 0], "other": RUNS[:, 3]}, x_label="accuracy", reference=0.7
    ),
    "fronts": fronts,
    "heat_grid": lambda: plots.heat_grid(
        PICTURES[:2],
        {"Grad-CAM": SLOPES[:2], "edges of it": -SLOPES[1:]},
        masks=DISCS[:2],
        titles=["first", "second"],
    ),
    "history": history,
    "image_grid": lambda: plots.image_grid(
        PICTURES, list("abcde"), columns=3, masks=DISCS, limits=(0.0, 0.9)
    ),
    "image_grid-color": lambda: plots.image_grid(
        np.concatenate([PICTURES, PICTURES**2, 1 - PICTURES], axis=3), size=1.2
    ),
    "numbers": lambda: plots.numbers(
        ARRAYS, ["image", "kernel", "sum"], signs=["*", "="]
    ),
    "report_panels": report_panels,
    "signed_maps": lambda: plots.signed_maps(SLOPES, ["down", "left"], columns=2),
    "stacked_bars": lambda: plots.stacked_bars(SHARES, x_label="claims"),
    "sweeps": lambda: plots.sweeps(
        {"SGD": (10.0**STEPS, RUNS), "Adam": (10.0 ** STEPS[:3], RUNS[0, :3])},
        x_label="rate",
        y_label="accuracy",
    ),
}


def draw(name: str, target: Path) -> Path:
    """Write the figure `name` as PNG, in the style of the book."""
    with mpl.rc_context():
        mpl.use("agg")
        plots.use_style()
        FIGURES[name]()
        plt.savefig(target, dpi=60, metadata={"Software": None})
        plt.close("all")
    return target


def main(arguments: list[str] | None = None) -> int:
    """Draw all of them."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.figures", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--folder", type=Path, default=FOLDER)
    folder = parser.parse_args(arguments).folder
    folder.mkdir(exist_ok=True)
    for name in FIGURES:
        print(draw(name, folder / f"{name}.png"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
