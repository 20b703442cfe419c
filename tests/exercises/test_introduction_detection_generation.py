"""The checkers of *What else than a class can a CNN answer?*"""

import numpy as np
import pytest

from cnnbook.detection import nms
from cnnbook.exercises.introduction import detection_generation as exercises


def test_the_right_shift():
    assert exercises.check_shift(6).correct
    assert exercises.check_shift(np.int64(6)).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace"),
        ("six", "must be one number"),
        ([6], "must be one number"),
        (10, "the union has grown"),
        (20 / 3, "ask for whole pixels"),
        (7, "IoU of 0.48"),
        (5, "IoU of 0.60"),
        (30, "share 0 of 20"),
    ],
)
def test_wrong_shifts(answer, hint):
    feedback = exercises.check_shift(answer)
    assert not feedback.correct
    assert hint in feedback.message


def by_class(boxes, scores, labels):
    kept = []
    for label in set(labels.tolist()):
        mine = np.flatnonzero(labels == label)
        kept += mine[nms(boxes[mine], scores[mine])].tolist()
    return sorted(kept, key=lambda k: -scores[k])


def test_nms_by_class():
    assert exercises.check_nms_by_class(by_class).correct

    # boxes of different classes moved out of each other's sight
    def moved(boxes, scores, labels):
        return nms(boxes + 1000 * labels[:, None], scores)

    assert exercises.check_nms_by_class(moved).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace"),
        (lambda boxes, scores, labels: nms(boxes, scores), "of another class"),
        (lambda boxes, scores, labels: np.argsort(-scores), "must go"),
        (lambda boxes, scores, labels: [0], "share no pixel"),
        (lambda boxes, scores, labels: sorted(by_class(boxes, scores, labels)), "best"),
        (lambda boxes, scores, labels: None, "list of positions"),
        (lambda boxes, scores: [], "raised TypeError"),
        (  # positions within the class
            lambda boxes, scores, labels: [
                k
                for label in np.unique(labels)
                for k in nms(boxes[labels == label], scores[labels == label])
            ],
            "best score first",
        ),
        (  # classes one after the other
            lambda boxes, scores, labels: [
                k
                for label in (0, 5, 3, 1)
                if (labels == label).any()
                for k in np.flatnonzero(labels == label)[
                    nms(boxes[labels == label], scores[labels == label])
                ]
            ],
            "best score first",
        ),
    ],
)
def test_wrong_suppression(answer, hint):
    feedback = exercises.check_nms_by_class(answer)
    assert not feedback.correct
    assert hint in feedback.message


def eleven(precision, recall):
    points = np.arange(11) / 10
    return np.mean([max(precision[recall >= r], default=0) for r in points])


def test_eleven_points():
    assert exercises.check_eleven_points(eleven).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace"),
        (lambda precision, recall: precision.mean(), "six of the eleven"),
        (lambda precision, recall: 1.0, "six of the eleven"),
        (
            lambda precision, recall: np.mean(
                [max(precision[recall <= r], default=1) for r in np.arange(11) / 10]
            ),
            "six of the eleven",
        ),
        (
            lambda precision, recall: np.mean(
                [
                    precision[np.argmax(recall >= r)] if (recall >= r).any() else 0
                    for r in np.arange(11) / 10
                ]
            ),
            "or above",
        ),
        (
            lambda precision, recall: eleven(precision, recall) * 1.1,
            "precision 1 at each",
        ),
    ],
)
def test_wrong_eleven_points(answer, hint):
    feedback = exercises.check_eleven_points(answer)
    assert not feedback.correct
    assert hint in feedback.message


def test_the_right_step():
    assert exercises.check_step(
        lambda noisy, clean, level, lower: clean + lower * (noisy - clean) / level
    ).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace"),
        (lambda noisy, clean, level, lower: clean, "gone in one step"),
        (
            lambda noisy, clean, level, lower: clean + lower * (noisy - clean),
            "Divide by `level`",
        ),
        (
            lambda noisy, clean, level, lower: noisy - lower / level * (noisy - clean),
            "what stays",
        ),
        (lambda noisy, clean, level, lower: noisy, "must shrink to"),
        (lambda noisy, clean, level, lower: 3, "shape of `noisy`"),
    ],
)
def test_wrong_steps(answer, hint):
    feedback = exercises.check_step(answer)
    assert not feedback.correct
    assert hint in feedback.message
