"""The checkers of *The whole road* accept what is right, and only that."""

import numpy as np
import pytest
from scipy.special import softmax
from sklearn.dummy import DummyClassifier

from cnnbook.exercises.introduction import whole_road as exercises


def test_the_baseline_of_scikit_learn_is_accepted():
    def majority(train, test):
        dummy = DummyClassifier().fit(np.zeros((len(train), 1)), train)
        return dummy.score(np.zeros((len(test), 1)), test)

    assert exercises.check_majority(majority).correct


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda train, test: np.bincount(test).max() / len(test), "training labels"),
        (lambda train, test: 1 / len(np.unique(train)) - 0.1, "right twice in four"),
        (lambda train, test: np.mean(test == 1), "training labels"),
        (lambda train, test: "half", "must be a number"),
    ],
)
def test_wrong_baselines_are_explained(answer, says):
    feedback = exercises.check_majority(answer)
    assert not feedback.correct
    assert says in feedback.message


def occlusion(score, image, size, step, *, copy=True, sign=1, last=1):
    h, w = image.shape[:2]
    rows, columns = (range(0, n - size + last, step) for n in (h, w))
    whole = score(image[None])[0]
    lost = np.empty((len(rows), len(columns)))
    for i, r in enumerate(rows):
        for j, c in enumerate(columns):
            covered = image.copy() if copy else image
            covered[r : r + size, c : c + size] = 0
            lost[i, j] = sign * (whole - score(covered[None])[0])
    return lost


def test_a_right_occlusion_is_accepted():
    assert exercises.check_occlusion(occlusion).correct


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda *a: occlusion(*a, copy=False), "cover a copy"),
        (lambda *a: occlusion(*a, sign=-1), "sign is turned"),
        (lambda *a: occlusion(*a, last=0), "expected shape (2, 3)"),
        (lambda *a: np.zeros((2, 3)), "should cost"),
        (lambda *a: "map", "no numbers"),
    ],
)
def test_wrong_occlusions_are_explained(answer, says):
    feedback = exercises.check_occlusion(answer)
    assert not feedback.correct
    assert says in feedback.message


def test_an_honest_reply_is_accepted():
    def reply(scores, names, least):
        probability = softmax(scores)
        return names[probability.argmax()] if probability.max() >= least else None

    assert exercises.check_reply(reply).correct


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda scores, names, least: names[np.argmax(scores)], "below 0.8"),
        (
            lambda scores, names, least: (
                names[np.argmax(scores)] if np.max(scores) >= np.log(least) else None
            ),
            "changes nothing",
        ),
        (lambda scores, names, least: int(np.argmax(scores)), "expected 'bag', got 1"),
        (lambda scores, names, least: None, "at least 0.5"),
    ],
)
def test_wrong_replies_are_explained(answer, says):
    feedback = exercises.check_reply(answer)
    assert not feedback.correct
    assert says in feedback.message
