"""Figures draw the numbers they are given, with units, names and a stable look."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest

from cnnbook import plots

mpl.use("agg")


@pytest.fixture(autouse=True)
def closed_figures():
    with mpl.rc_context():
        yield
    plt.close("all")


def test_the_style_is_set_by_a_call_only():
    before = mpl.rcParams["axes.spines.top"]
    assert before
    plots.use_style()
    assert not mpl.rcParams["axes.spines.top"]
    assert mpl.rcParams["figure.facecolor"] == "white"


def test_curves_draw_each_series_under_its_name():
    axis = plots.curves(
        [0, 1, 2], {"a": [1, 2, 3], "b": [3, 2, 1]}, x_label="epoch", y_label="loss"
    )
    drawn = {line.get_label(): line.get_ydata().tolist() for line in axis.lines}
    assert drawn == {"a": [1, 2, 3], "b": [3, 2, 1]}
    assert (axis.get_xlabel(), axis.get_ylabel()) == ("epoch", "loss")


def test_several_runs_are_a_mean_in_a_band():
    runs = np.array([[1.0, 2.0], [3.0, 6.0]])
    axis = plots.curves([0, 1], {"a": runs}, x_label="x", y_label="y")
    assert axis.lines[0].get_ydata().tolist() == [2.0, 4.0]
    band = axis.collections[0].get_paths()[0].vertices[:, 1]
    assert (band.min(), band.max()) == (1.0, 6.0)


def test_sweeps_give_each_curve_its_own_places_on_a_log_scale():
    axis = plots.sweeps(
        {
            "a": ([0.1, 1], [1, 2]),
            "b": ([1, 10, 100], np.array([[1, 2, 3], [3, 2, 5]])),
        },
        x_label="rate",
        y_label="accuracy",
    )
    drawn = {line.get_label(): line.get_xydata().tolist() for line in axis.lines}
    assert drawn == {"a": [[0.1, 1], [1, 2]], "b": [[1, 2], [10, 2], [100, 4]]}
    assert (axis.get_xscale(), axis.get_xlabel()) == ("log", "rate")
    assert [text.get_text() for text in axis.get_legend().get_texts()] == ["a", "b"]


def test_history_counts_epochs_from_one():
    axes = plots.history({"accuracy": [0.5, 0.9], "loss": [2, 1], "val_loss": [3, 2]})
    assert axes[0].lines[0].get_xdata().tolist() == [1, 2]
    assert [line.get_label() for line in axes[1].lines] == ["training", "validation"]
    assert axes[1].lines[1].get_ydata().tolist() == [3, 2]


def test_dots_show_every_run_and_the_mean():
    axis = plots.dots({"first": [1, 3], "second": [5, 7]}, x_label="accuracy")
    rows = dict(
        zip([t.get_text() for t in axis.get_yticklabels()], (0, 1), strict=True)
    )
    runs, mean = axis.lines[2 * rows["first"] : 2 * rows["first"] + 2]
    assert runs.get_xdata().tolist() == [1, 3]
    assert mean.get_xdata().tolist() == [2]
    assert runs.get_ydata()[0] == rows["first"]


def test_image_grid_keeps_one_grey_scale():
    images = np.array([0.0, 0.2, 1.0]).reshape(3, 1, 1, 1) * np.ones((3, 4, 4, 1))
    axes = plots.image_grid(images, ["a", "b", "c"], columns=2)
    assert [axis.get_title() for axis in axes] == ["a", "b", "c"]
    assert all(axis.images[0].get_clim() == (0.0, 1.0) for axis in axes)
    assert axes[1].images[0].get_array().max() == pytest.approx(0.2)


def test_image_grid_shows_three_channels_in_color_and_keeps_their_shape():
    photos = np.random.default_rng(0).uniform(size=(2, 4, 8, 3))
    axes = plots.image_grid(photos, columns=2, size=3.0)
    for axis, photo in zip(axes, photos, strict=True):
        np.testing.assert_array_equal(axis.images[0].get_array(), photo)
    assert axes[0].figure.get_size_inches().tolist() == [6.0, 1.5]


@pytest.mark.parametrize(("n", "rows"), [(1, 1), (3, 1), (4, 2), (6, 2), (7, 3)])
@pytest.mark.parametrize("draw", [plots.image_grid, plots.signed_maps])
def test_a_grid_has_as_many_rows_as_it_needs(draw, n, rows):
    pictures = np.ones((n, 4, 4))
    if draw is plots.image_grid:
        pictures = pictures[..., None]
    axes = draw(pictures, columns=3)
    assert len(axes) == n
    assert axes[0].get_gridspec().get_geometry() == (rows, 3)


def test_image_grid_leaves_room_for_titles():
    images = np.zeros((4, 5, 5, 1))
    plain, titled = (
        plots.image_grid(images, titles, columns=2, size=2.0)[0].figure
        for titles in ([], ["a", "b", "c", "d"])
    )
    assert plain.get_size_inches().tolist() == [4.0, 4.0]
    assert titled.get_size_inches().tolist() == [4.0, 4.7]


def test_image_grid_says_how_to_add_an_axis():
    with pytest.raises(ValueError, match=r"add the batch axis: images\[None\]"):
        plots.image_grid(np.zeros((4, 4, 1)))


def test_bars_stand_in_one_panel_for_each_quantity_first_name_on_top():
    axes = plots.bars(
        {"work": {"conv": 3, "dense": 1}, "weights": {"dense": 7, "conv": 2}},
        x_label="share, %",
    )
    lengths = [[bar.get_width() for bar in axis.patches] for axis in axes]
    assert lengths == [[3, 1], [2, 7]]
    assert [axis.get_title() for axis in axes] == ["work", "weights"]
    assert [t.get_text() for t in axes[0].get_yticklabels()] == ["conv", "dense"]
    assert axes[0].yaxis_inverted()


def test_fronts_join_and_name_what_is_best_from_cheap_to_dear():
    costs = {"seconds": [4.0, 1.0, 2.0], "weights": [10.0, 30.0, 20.0]}
    best = {"seconds": [True, True, False], "weights": [True, False, False]}
    axes = plots.fronts(
        costs, [0.9, 0.7, 0.6], ["a", "b", "c"], best=best, y_label="accuracy"
    )
    assert [axis.get_xlabel() for axis in axes] == ["seconds", "weights"]
    assert axes[0].get_xscale() == "log"
    assert axes[0].lines[0].get_xdata().tolist() == [4.0, 1.0, 2.0]
    assert axes[0].lines[1].get_xdata().tolist() == [1.0, 4.0]
    assert axes[0].lines[1].get_ydata().tolist() == [0.7, 0.9]
    assert {text.get_text() for text in axes[0].texts} == {"a", "b"}
    assert [text.get_text() for text in axes[1].texts] == ["a"]


def test_fronts_leave_out_a_name_that_would_cover_another():
    costs, values = {"seconds": [1.0, 10.0, 10.1]}, [0.7, 0.8, 0.801]
    (axis,) = plots.fronts(
        costs, values, ["a", "b", "c"], best={"seconds": [True] * 3}, y_label="y"
    )
    assert [text.get_text() for text in axis.texts] == ["c", "a"]


def test_signed_maps_share_one_symmetric_scale():
    maps = np.array([[[1.0, -3.0]], [[0.5, 2.0]]])
    axes = plots.signed_maps(maps, ["a", "b"], columns=2)
    scales = [axis.images[0].get_clim() for axis in axes]
    assert scales == [(-3.0, 3.0)] * 2
    assert [axis.get_title() for axis in axes] == ["a", "b"]
    drawn = np.concatenate([axis.images[0].get_array() for axis in axes])
    np.testing.assert_array_equal(drawn, maps[:, 0])


def test_numbers_are_written_into_their_cells():
    axes = plots.numbers(
        [np.array([[1, -2], [3, 4]]), np.array([[5]])], ["image", "sum"], signs=["="]
    )
    texts = [[text.get_text() for text in axis.texts] for axis in axes]
    assert texts == [["1", "−2", "3", "4"], ["5"]]
    assert axes[1].get_ylabel() == "="


def test_maps_without_a_batch_axis_are_refused():
    with pytest.raises(ValueError, match=r"`maps` must be \(n, h, w\)"):
        plots.signed_maps(np.zeros((3, 3)))


def test_boxes_are_drawn_around_their_pixels():
    images = np.zeros((2, 8, 8, 1))
    boxes = [np.array([[1, 2, 4, 7]]), np.empty((0, 4))]
    truth = [np.array([[0, 0, 8, 8]]), np.array([[3, 3, 4, 4]])]
    axes = plots.box_grid(images, boxes, [["Bag"], []], truth=truth)
    drawn = [[patch.get_bbox().extents.tolist() for patch in a.patches] for a in axes]
    # left, top, right, bottom; pixel 0 reaches from -0.5 to 0.5
    assert drawn[0] == [[-0.5, -0.5, 7.5, 7.5], [1.5, 0.5, 6.5, 3.5]]
    assert drawn[1] == [[2.5, 2.5, 3.5, 3.5]]
    assert not any(patch.get_fill() for axis in axes for patch in axis.patches)
    assert [text.get_text() for text in axes[0].texts] == ["Bag"]


def test_report_panels_draw_what_a_report_holds():
    pairs = np.array([[0.9, 0.7], [0.7, 0.5]])  # two runs
    axes = plots.report_panels(
        distances=np.array([1, 2]),
        correlation=np.array([0.8, 0.3]),
        order={"CNN": pairs, "MLP": pairs - 0.1},
        sizes=np.array([10, 20]),
        curve={"CNN": pairs, "logistic regression": pairs},
        shifts=np.arange(4),
        shifted=np.array([[0.9, 0.8, 0.7, 0.6]] * 2),
        memory={"labels shuffled": np.array([[1.0, 0.5], [0.8, 0.3]])},
    )
    likeness, permuted, learning, moved, remembered = axes
    assert likeness.lines[0].get_ydata().tolist() == [0.8, 0.3]
    np.testing.assert_allclose(permuted.lines[0].get_ydata(), [0.8, 0.6])
    names = [text.get_text() for text in permuted.get_xticklabels()]
    assert names == ["as they are", "permuted"]
    assert sum(permuted.get_xlim()) == pytest.approx(1)  # both in the same distance
    assert learning.get_xticks().tolist() == [10, 20]
    np.testing.assert_allclose(moved.lines[0].get_ydata(), [0.9, 0.8, 0.7, 0.6])
    bars = [bar.get_width() for bar in remembered.patches]
    np.testing.assert_allclose(bars, [0.9, 0.4])  # training, validation
    first, second = (bar.get_bbox() for bar in remembered.patches)
    assert first.y0 < first.y1 < second.y0 < second.y1  # none is drawn over the other
    empty = remembered.figure.axes[5]
    legend = [text.get_text() for text in empty.get_legend().get_texts()]
    assert legend == ["training", "validation"]


def test_a_confusion_matrix_writes_counts_and_shares():
    counts = np.array([[7, 3], [0, 200]])
    axis = plots.confusion_matrix(counts, ["coat", "shirt"])
    assert [text.get_text() for text in axis.texts] == ["7", "3", "0", "200"]
    assert (axis.get_xlabel(), axis.get_ylabel()) == ("predicted", "true")
    # the first row is drawn on top
    assert [text.get_text() for text in axis.get_yticklabels()] == ["coat", "shirt"]
    assert axis.yaxis_inverted()
    shares = plots.confusion_matrix(np.array([[0.7, 0.3], [0.004, 0.996]]), "ab")
    assert [text.get_text() for text in shares.texts] == ["70 %", "30 %", "", "100 %"]


def test_a_confusion_matrix_wants_a_name_for_each_class():
    with pytest.raises(ValueError, match=r"must have shape \(3, 3\).*got \(2, 2\)"):
        plots.confusion_matrix(np.eye(2, dtype=int), "abc")


def test_heat_is_drawn_over_each_image_by_every_method():
    images = np.zeros((2, 4, 6, 1))
    heat = np.zeros((2, 4, 6))
    heat[0, 1, 2], heat[0, 0, 0] = 5, -5
    masks = heat > 0
    masks[1, 2, 2] = True
    axes = plots.heat_grid(images, {"Grad-CAM": heat}, masks=masks, titles=["a", "b"])
    assert axes.shape == (2, 2)
    assert [axis.get_title() for axis in axes[0]] == ["image", "Grad-CAM"]
    drawn = axes[0, 1].images[-1].get_array()
    # to its own maximum, negative heat as none
    assert drawn[1, 2] == 1
    assert drawn.sum() == 1
    assert axes[0, 1].images[-1].get_clim() == (0, 1)
    # a map without heat stays cold
    assert axes[1, 1].images[-1].get_array().sum() == 0
    assert axes[1, 0].get_ylabel() == "b"
    # the outline runs between the pixels of the mask and the others
    outlines = [axis.collections[0].get_paths()[0].vertices for axis in axes.flat]
    assert [len(axis.collections) for axis in axes.flat] == [1, 1, 1, 1]
    np.testing.assert_allclose(outlines[0].mean(axis=0), [2, 1], atol=0.3)


def test_heat_must_lie_on_the_images():
    with pytest.raises(ValueError, match=r"`maps\['edges'\]`.*that of `images`"):
        plots.heat_grid(np.zeros((2, 4, 6, 1)), {"edges": np.zeros((2, 6, 4))})
