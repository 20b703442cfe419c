"""The checkers of *Filters and feature maps* accept what is right, and only that."""

import numpy as np
import pytest

from cnnbook.exercises.interpretation import filters_feature_maps as exercises


def share(filter_, bank):
    columns = np.linalg.qr(bank.reshape(len(bank), -1).T)[0]
    inside = np.square(columns.T @ filter_.ravel()).sum()
    return inside / np.square(filter_).sum()


def cosines(filter_, bank):
    lengths = np.linalg.norm(bank.reshape(len(bank), -1), axis=1)
    return np.tensordot(bank, filter_) / (lengths * np.linalg.norm(filter_))


def test_a_right_share_is_accepted():
    assert exercises.check_share(share).correct


def test_a_share_by_least_squares_is_accepted():
    def fitted(filter_, bank):
        columns = bank.reshape(len(bank), -1).T
        weights = np.linalg.lstsq(columns, filter_.ravel(), rcond=None)[0]
        rest = filter_.ravel() - columns @ weights
        return 1 - np.square(rest).sum() / np.square(filter_).sum()

    assert exercises.check_share(fitted).correct


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda f, b: np.sqrt(share(f, b)), "divided lengths"),
        (
            lambda f, b: share(f, b) * np.square(f).sum(),
            "by the filter's energy",
        ),
        (lambda f, b: np.square(cosines(f, b)).sum(), "counted twice"),
        (lambda f, b: np.square(cosines(f, b)).max(), "best single kernel"),
        (lambda f, b: 1 - share(f, b), "share of 0.400 got 0.600"),
        (lambda f, b: cosines(f, b)[[0, 0]], "one number"),
    ],
)
def test_wrong_shares_are_explained(answer, says):
    feedback = exercises.check_share(answer)
    assert not feedback.correct
    assert says in feedback.message


def box(row, column):
    return 2 * row, 2 * column, 2 * row + 10, 2 * column + 10


def test_a_right_box_is_accepted():
    assert exercises.check_box(box).correct


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda r, c: (r, c, r + 10, c + 10), "2 pixels apart"),
        (lambda r, c: (2 * r, 2 * c, 2 * r + 9, 2 * c + 9), "Half-open"),
        (lambda r, c: (2 * r, 2 * c, 2 * r + 3, 2 * c + 3), "Three places"),
        (lambda r, c: (2 * r, 2 * c, 2 * r + 6, 2 * c + 6), "adds 4"),
        (lambda r, c: (2 * c, 2 * r, 2 * c + 10, 2 * r + 10), "Rows come first"),
        (lambda r, c: (4, 10, 14, 20), "unit (0, 0) sees"),
        (lambda r, c: (2 * r, 2 * c), "four numbers"),
    ],
)
def test_wrong_boxes_are_explained(answer, says):
    feedback = exercises.check_box(answer)
    assert not feedback.correct
    assert says in feedback.message


def climb(gradient, image, rate, steps, low, high, *, sign=1, each=True, last=True):
    for _ in range(steps):
        image = image + sign * rate * gradient(image)
        image = image.clip(low, high) if each else image
    return image.clip(low, high) if last else image


def test_a_right_climb_is_accepted():
    assert exercises.check_climb(climb).correct


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda *a: climb(*a, sign=-1), "downhill"),
        (lambda *a: climb(*a, each=False), "after the last step only"),
        (lambda *a: climb(*a, each=False, last=False), "out of the range"),
        (lambda g, x, rate, n, a, b: climb(g, x, rate, 1, a, b), "best image is"),
        (lambda g, x, rate, n, a, b: climb(g, x, rate / 2, n, a, b), "ends at"),
        (lambda *a: 1.0, "image's shape"),
    ],
)
def test_wrong_climbs_are_explained(answer, says):
    feedback = exercises.check_climb(answer)
    assert not feedback.correct
    assert says in feedback.message


@pytest.mark.parametrize(
    "check", [exercises.check_share, exercises.check_box, exercises.check_climb]
)
def test_an_empty_answer_is_asked_for(check):
    assert "Replace `answer = None`" in check(None).message
