"""Intersection over union and non-maximum suppression."""

import numpy as np
import pytest
import tensorflow as tf

from cnnbook.detection import area, iou, nms


def random_boxes(num, seed):
    rng = np.random.default_rng(seed)
    corner = rng.uniform(0, 40, size=(num, 2))
    return np.concatenate([corner, corner + rng.uniform(1, 24, size=(num, 2))], axis=1)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((0, 0, 2, 2), (0, 0, 2, 2), 1.0),
        ((0, 0, 2, 2), (1, 1, 3, 3), 1 / 7),
        ((0, 0, 4, 4), (1, 1, 3, 3), 4 / 16),  # one inside the other
        ((0, 0, 2, 2), (0, 2, 2, 4), 0.0),  # half-open: they touch, and share nothing
        ((0, 0, 2, 2), (5, 5, 6, 6), 0.0),  # apart on both axes: not 9 / something
        ((0, 0, 2, 6), (0, 3, 2, 9), 6 / 18),
    ],
)
def test_iou_by_hand(first, second, expected):
    found = iou(np.array([first]), np.array([second]))
    assert found.tolist() == [[pytest.approx(expected)]]


def test_iou_counts_pixels():
    boxes = np.floor(random_boxes(12, 0)).astype(int)
    boxes[:, 2:] += 1
    masks = np.zeros((12, 80, 80), dtype=bool)
    for mask, (top, left, bottom, right) in zip(masks, boxes, strict=True):
        mask[top:bottom, left:right] = True
    shared = (masks[:, None] & masks).sum(axis=(2, 3))
    either = (masks[:, None] | masks).sum(axis=(2, 3))
    np.testing.assert_allclose(iou(boxes, boxes), shared / either)
    assert area(boxes).tolist() == masks.sum(axis=(1, 2)).tolist()


def test_iou_is_symmetric_and_one_only_for_equal_boxes():
    first, second = random_boxes(30, 1), random_boxes(20, 2)
    both = iou(first, second)
    np.testing.assert_allclose(both, iou(second, first).T)
    assert both.min() >= 0
    assert both.max() < 1
    np.testing.assert_allclose(np.diag(iou(first, first)), 1)


def test_iou_does_not_change_when_both_move_or_grow():
    first, second = random_boxes(9, 3), random_boxes(9, 4)
    np.testing.assert_allclose(
        iou(first * 3 + 5, second * 3 + 5), iou(first, second), atol=1e-12
    )


def test_no_boxes_are_allowed():
    none = np.empty((0, 4))
    assert iou(none, random_boxes(3, 0)).shape == (0, 3)
    assert nms(none, np.empty(0)).tolist() == []


@pytest.mark.parametrize(
    ("boxes", "message"),
    [
        (np.array([0, 0, 2, 2]), r"must be \(k, 4\).*take first\[None\]"),
        (np.zeros((3, 5)), r"got shape \(3, 5\)"),
        (np.array([[2, 0, 2, 2]]), "top < bottom and left < right, got"),
        (np.array([[10, 10, 4, 6]]), "not a corner and a size"),
        (np.array([[0, 0, np.nan, 2]]), "top < bottom"),
    ],
)
def test_bad_boxes_are_refused(boxes, message):
    with pytest.raises(ValueError, match=message):
        iou(boxes, np.array([[0, 0, 1, 1]]))


def test_nms_by_hand():
    boxes = np.array([[0, 0, 4, 4], [0, 0, 4, 5], [0, 3, 4, 7], [9, 9, 10, 10]])
    # IoU of 0 and 1: 16 / 20; of 1 and 2: 8 / 24; of 0 and 2: 4 / 28
    scores = np.array([0.6, 0.9, 0.8, 0.1])
    assert nms(boxes, scores, threshold=0.5).tolist() == [1, 2, 3]
    assert nms(boxes, scores, threshold=0.2).tolist() == [1, 3]
    assert nms(boxes, scores, threshold=0.8).tolist() == [1, 2, 0, 3]  # not above


def test_a_box_that_went_suppresses_nothing():
    row = np.array([[0, 0, 1, 10], [0, 4, 1, 14], [0, 8, 1, 18]])  # neighbors: 6 / 14
    assert nms(row, np.array([0.9, 0.8, 0.7]), threshold=0.3).tolist() == [0, 2]


@pytest.mark.parametrize("threshold", [0.0, 0.3, 0.5, 1.0])
@pytest.mark.parametrize("seed", range(5))
def test_nms_matches_tensorflow(seed, threshold):
    boxes = random_boxes(60, seed)
    scores = np.random.default_rng(seed).permutation(60) / 60
    theirs = tf.image.non_max_suppression(boxes, scores, 60, iou_threshold=threshold)
    assert nms(boxes, scores, threshold=threshold).tolist() == theirs.numpy().tolist()


def test_nms_wants_a_score_for_each_box():
    with pytest.raises(ValueError, match=r"`scores` must have shape \(3,\)"):
        nms(random_boxes(3, 0), np.zeros(2))
    with pytest.raises(ValueError, match="`threshold` must be between 0 and 1"):
        nms(random_boxes(3, 0), np.zeros(3), threshold=50)
