"""The checkers of *Other data* accept what is right, and say what is not."""

import numpy as np
import pytest

from cnnbook.exercises.beyond import other_data as exercises


def test_right_frames_are_accepted():
    assert exercises.check_frames(lambda n, s, h: (n - s) // h + 1).correct


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda n, s, h: n // h, "end within the sound"),
        (lambda n, s, h: 15, "one frame"),
        (lambda n, s, h: -(-(n - s) // h) + 1, "Round down"),
        (lambda n, s, h: 2 * (n - s) // s + 1, "need not overlap"),
        (None, "Replace"),
    ],
)
def test_wrong_frames_are_explained(answer, says):
    feedback = exercises.check_frames(answer)
    assert not feedback.correct
    assert says in feedback.message


def message(features, edges, *, own=True, both=True, divide=None):
    joined = np.eye(len(features)) if own else np.zeros((len(features),) * 2)
    for i, j in edges:
        joined[i, j] = 1
        joined[j, i] = max(joined[j, i], both)
    return joined @ features / (divide or joined.sum(axis=1, keepdims=True))


def test_right_messages_are_accepted():
    assert exercises.check_message(message).correct


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda x, e: message(x, e, both=False), "works both ways"),
        (lambda x, e: message(x, e, divide=2), "without neighbors"),
        (
            lambda x, e: message(x, e, divide=3 if len(x) == 4 else None),
            "Divide by the number",
        ),
        (lambda x, e: 1, "array of shape"),
        (lambda x, e: "two", "array of shape"),
        (None, "Replace"),
    ],
)
def test_wrong_messages_are_explained(answer, says):
    feedback = exercises.check_message(answer)
    assert not feedback.correct
    assert says in feedback.message


def radii(cloud):
    return np.sort(np.linalg.norm(cloud - cloud.mean(axis=0), axis=1))


def test_a_right_descriptor_is_accepted():
    assert exercises.check_descriptor(radii).correct
    assert exercises.check_descriptor(lambda c: radii(c).min()).correct


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda c: np.linalg.norm(c - c.mean(axis=0), axis=1), "order of the points"),
        (lambda c: c.max(axis=0) - c.min(axis=0), "a rotation"),
        (lambda c: np.sort(np.linalg.norm(c, axis=1)), "a shift"),
        (lambda c: 1.0, "blind"),
        (lambda c: np.sin(1e4 * c.std(axis=0).sum()), "a rotation"),
        # another number for each cloud, of whichever kind
        (lambda c: np.sin(1e4 * np.linalg.norm(c - c.mean(axis=0))), "blind"),
        (lambda c: [], "finite numbers"),
        (lambda c: "round", "finite numbers"),
        (None, "Replace"),
    ],
)
def test_wrong_descriptors_are_explained(answer, says):
    feedback = exercises.check_descriptor(answer)
    assert not feedback.correct
    assert says in feedback.message
