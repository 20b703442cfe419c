"""Average precision, by hand and against scikit-learn."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from cnnbook.detection import (
    Detections,
    average_precision,
    hits,
    mean_average_precision,
    precision_recall,
    score_boxes,
)

TRUTH = np.array([[0, 0, 10, 10], [20, 20, 30, 30]])


def found(boxes, scores, labels=None):
    labels = np.zeros(len(boxes), int) if labels is None else np.array(labels)
    return Detections(np.array(boxes).reshape(-1, 4), np.array(scores), labels)


def test_hits_by_hand():
    boxes = np.array(
        [[0, 0, 10, 9], [0, 0, 10, 10], [20, 20, 30, 24], [50, 50, 60, 60]]
    )
    # the second is the better box, but the first has the better score
    assert hits(boxes, np.array([0.9, 0.8, 0.7, 0.6]), TRUTH).tolist() == [1, 0, 0, 0]
    assert hits(boxes, np.array([0.8, 0.9, 0.7, 0.6]), TRUTH).tolist() == [0, 1, 0, 0]
    low = hits(boxes, np.array([0.9, 0.8, 0.7, 0.6]), TRUTH, threshold=0.4)
    assert low.tolist() == [1, 0, 1, 0]  # 40 / 100 counts


def test_a_taken_box_is_not_exchanged_for_the_next_best():
    # VOC's rule: the second detection overlaps the taken box most, and misses
    truth = np.array([[0, 0, 10, 10], [0, 4, 10, 14]])
    boxes = np.array([[0, 0, 10, 10], [0, 1, 10, 11]])
    assert hits(boxes, np.array([0.9, 0.8]), truth, threshold=0.3).tolist() == [1, 0]


def test_no_truth_and_no_boxes():
    assert hits(TRUTH, np.ones(2), np.empty((0, 4))).tolist() == [False, False]
    assert hits(np.empty((0, 4)), np.empty(0), TRUTH).tolist() == []
    assert average_precision(np.empty(0), np.empty(0), 3) == 0.0


def test_average_precision_by_hand():
    # hit, miss, hit, miss, hit of 4: precision 1, 1/2, 2/3, 1/2, 3/5
    scores = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    right = np.array([1, 0, 1, 0, 1])
    precision, recall = precision_recall(scores, right, 4)
    assert precision.tolist() == [1, 1 / 2, 2 / 3, 1 / 2, 3 / 5]
    assert recall.tolist() == [1 / 4, 1 / 4, 1 / 2, 1 / 2, 3 / 4]
    expected = (1 + 2 / 3 + 3 / 5) / 4  # a quarter is never found
    assert average_precision(scores, right, 4) == pytest.approx(expected)


def test_a_later_higher_precision_counts_for_lower_recall():
    # miss, hit, hit: precision 0, 1/2, 2/3, so 2/3 is had at every recall
    assert average_precision(
        np.array([3, 2, 1]), np.array([0, 1, 1]), 2
    ) == pytest.approx(2 / 3)


def falls(scores, right):
    precision, _ = precision_recall(scores, right, right.sum())
    at_hits = precision[right[np.argsort(-scores)].astype(bool)]
    return bool((np.diff(at_hits) <= 0).all())


def test_average_precision_equals_scikit_learn_where_precision_falls():
    rng = np.random.default_rng(0)
    agreed = 0
    for _ in range(2000):
        scores, right = rng.permutation(12) / 12.0, rng.integers(0, 2, size=12)
        if right.sum() == 0:
            continue
        ours = average_precision(scores, right, right.sum())
        theirs = average_precision_score(right, scores)
        assert ours >= theirs - 1e-12  # interpolation only lifts
        if falls(scores, right):
            agreed += 1
            assert ours == pytest.approx(theirs)
    assert agreed > 30


def test_the_order_of_the_scores_is_all_that_counts():
    rng = np.random.default_rng(1)
    scores, right = rng.permutation(20) / 20.0, rng.integers(0, 2, size=20)
    shuffle = rng.permutation(20)
    expected = average_precision(scores, right, 15)
    assert average_precision(scores**3 - 5, right, 15) == expected
    assert average_precision(scores[shuffle], right[shuffle], 15) == expected


def test_perfect_detections_score_one_and_mislabeled_ones_do_not():
    perfect = found(TRUTH, [0.9, 0.8], [3, 5])
    swapped = found(TRUTH, [0.9, 0.8], [5, 3])
    labels = [np.array([3, 5])]
    assert score_boxes([perfect], [TRUTH]) == 1.0
    assert mean_average_precision([perfect], [TRUTH], labels) == 1.0
    assert score_boxes([swapped], [TRUTH]) == 1.0
    assert mean_average_precision([swapped], [TRUTH], labels) == 0.0


def test_detections_of_a_class_keep_what_is_theirs():
    mine = found([*TRUTH, TRUTH[0]], [0.9, 0.8, 0.7], [3, 5, 5]).of(5)
    assert mine.boxes.tolist() == [TRUTH[1].tolist(), TRUTH[0].tolist()]
    assert mine.scores.tolist() == [0.8, 0.7]
    assert mine.labels.tolist() == [5, 5]


def test_a_box_in_another_image_is_no_hit():
    nothing = found([], [])
    assert score_boxes([nothing, found(TRUTH, [1.0, 0.5])], [TRUTH, TRUTH]) == 0.5
    misplaced = [found(TRUTH, [1.0, 0.5]), nothing]
    truth = [np.empty((0, 4)), TRUTH]
    assert score_boxes(misplaced, truth) == 0.0


def test_the_mean_is_over_classes_not_boxes():
    # class 0: one of three found; class 1: its only box found
    truth = np.array([[0, 0, 4, 4], [10, 0, 14, 4], [20, 0, 24, 4], [30, 0, 34, 4]])
    some = found(truth[[0, 3]], [0.9, 0.8], [0, 1])
    labels = [np.array([0, 0, 0, 1])]
    assert mean_average_precision([some], [truth], labels) == pytest.approx(
        (1 / 3 + 1) / 2
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: average_precision(np.ones(2), np.ones(2), 1), "2 or more, the number"),
        (lambda: average_precision(np.ones(2), np.ones(2), 0), "must be 1 or more"),
        (lambda: average_precision(np.ones(2), np.ones(3), 3), "one for each score"),
        (lambda: score_boxes([], [TRUTH]), "one for each image, got 0 for 1"),
        (lambda: found(TRUTH, [0.5]), "`scores` must have shape"),
        (lambda: found(TRUTH, [0.5, 0.4], [1]), "`labels` must have shape"),
        (lambda: hits(TRUTH, np.ones(2), TRUTH, threshold=2), "between 0 and 1"),
    ],
)
def test_what_makes_no_sense_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
