"""Refusals name the argument, what was expected, what came and what to do."""

import numpy as np
import pytest

from cnnbook.checks import (
    require_at_least,
    require_between,
    require_in,
    require_labels,
    require_layout,
    require_shape,
)


def test_a_layout_that_fits_is_accepted():
    require_layout("images", np.zeros((2, 28, 28, 1)), "n h w c")
    require_layout("kernel", np.zeros((3, 3)), "kh kw")


def test_a_single_image_is_told_how_to_become_a_batch():
    with pytest.raises(ValueError, match=r"add the batch axis: images\[None\]"):
        require_layout("images", np.zeros((8, 8, 3)), "n h w c")


def test_gray_images_are_told_how_to_get_a_channel():
    with pytest.raises(ValueError, match=r"channel axis: images\[\.\.\., None\]"):
        require_layout("images", np.zeros((5, 8, 8)), "n h w c")


def test_a_shape_is_compared_axis_by_axis():
    require_shape("bias", np.zeros(4), (4,), "one value for each kernel")
    sentence = r"`bias` must have shape \(4,\), one value for each kernel, got \(1, 4\)"
    with pytest.raises(ValueError, match=sentence):
        require_shape("bias", np.zeros((1, 4)), (4,), "one value for each kernel")


def test_no_remedy_is_offered_where_none_would_help():
    with pytest.raises(ValueError, match=r"got shape \(8,\)\.$"):
        require_layout("kernel", np.zeros(8), "kh kw")


def test_an_empty_axis_is_named():
    with pytest.raises(ValueError, match=r"`images` is empty along n, got.*\(0, 8"):
        require_layout("images", np.zeros((0, 8, 8, 1)), "n h w c")


def test_integer_labels_are_accepted():
    require_labels(np.array([0, 2, 1], dtype=np.uint8), 3, num_classes=3)
    require_labels([0, 1], 2)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (np.eye(3), r"take the class index: labels\.argmax\(axis=1\)"),
        (np.zeros(2, int), r"one integer for each of 3 images, got shape \(2,\)"),
        (np.zeros(3), r"must be integers, got float64\. .*astype\(int\)"),
        (np.array([0, 1, 3]), r"in 0 … 2, got values from 0 to 3"),
        (np.array([-1, 1, 2]), r"in 0 … 2, got values from -1 to 2"),
    ],
)
def test_labels_of_another_kind_are_refused(labels, message):
    with pytest.raises(ValueError, match=message):
        require_labels(labels, 3, num_classes=3)


def test_negative_labels_are_refused_without_a_number_of_classes():
    with pytest.raises(ValueError, match="0 or more, got values from -2 to 1"):
        require_labels(np.array([-2, 1]), 2)


def test_a_value_outside_the_choices_sees_them():
    require_in("precision", "float32", ["float32", "mixed_float16"])
    with pytest.raises(ValueError, match="one of 'float32', 'mixed_float16', got 'f4'"):
        require_in("precision", "f4", (p for p in ["float32", "mixed_float16"]))


def test_a_number_below_the_least_is_refused():
    require_at_least("epochs", 1, 1)
    with pytest.raises(ValueError, match="`epochs` must be 1 or more, got 0"):
        require_at_least("epochs", 0, 1)
    with pytest.raises(ValueError, match="got nan"):
        require_at_least("epochs", float("nan"), 1)


def test_a_number_outside_its_range_is_refused():
    require_between("share", 1.0, 0, 1)
    with pytest.raises(ValueError, match=r"`share` must be between 0 and 1, got 1\.5"):
        require_between("share", 1.5, 0, 1)
    with pytest.raises(ValueError, match="got nan"):
        require_between("share", float("nan"), 0, 1)


def test_a_column_of_labels_is_told_to_become_a_row():
    with pytest.raises(ValueError, match=r"take it as a row: labels\[:, 0\]"):
        require_labels(np.array([[0], [1]]), 2)
