"""Stacked bars draw the lengths they are given."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

from cnnbook import plots

mpl.use("agg")


@pytest.fixture(autouse=True)
def closed_figures():
    yield
    plt.close("all")


def test_each_part_begins_where_the_one_before_ends():
    values = {"first": {"a": 1, "b": 2}, "second": {"a": 0, "b": 4}}
    axis = plots.stacked_bars(values, x_label="claims")
    drawn = [[(bar.get_x(), bar.get_width()) for bar in c] for c in axis.containers]
    assert drawn == [[(0, 1), (0, 0)], [(1, 2), (0, 4)]]
    assert [tick.get_text() for tick in axis.get_yticklabels()] == ["first", "second"]
    assert axis.yaxis_inverted()
    assert axis.get_xlabel() == "claims"
    assert [text.get_text() for text in axis.get_legend().get_texts()] == ["a", "b"]


def test_the_legend_lies_above_the_bars_and_inside_the_figure():
    values = {"first": {"a": 1, "b": 2}, "second": {"a": 0, "b": 4}}
    axis = plots.stacked_bars(values, x_label="claims")
    axis.figure.draw_without_rendering()
    legend = axis.get_legend().get_window_extent()
    whole, inner = axis.figure.bbox, axis.get_window_extent()
    assert whole.x0 <= legend.x0 < legend.x1 <= whole.x1
    assert inner.y1 <= legend.y0 < legend.y1 <= whole.y1


def test_bars_of_one_part_need_no_legend():
    axis = plots.stacked_bars({"first": {"a": 1}, "second": {"a": 2}}, x_label="x")
    assert axis.get_legend() is None


def test_parts_are_told_apart_without_color_and_labeled_unless_empty():
    axis = plots.stacked_bars({"first": {"a": 0, "b": 2.5}}, x_label="claims")
    hatches = {bars[0].get_hatch() for bars in axis.containers}
    assert len(hatches) == 2
    labels = [text.get_text() for text in axis.texts]
    assert labels == ["", "2.5"]
