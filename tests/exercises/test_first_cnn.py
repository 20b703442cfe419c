"""The checkers of *A first CNN*: right answers pass, known-wrong ones get a hint."""

import itertools

import numpy as np
import pytest

from cnnbook.exercises.training import first_cnn


def copies(train, test):
    seen = {image.tobytes() for image in train}
    return sum(image.tobytes() in seen for image in test)


def test_copies_are_counted():
    assert first_cnn.check_num_copies(copies).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (3, "must be a function"),
        (lambda train, test: None, "Replace `answer = None` by a number"),
        (lambda train, test: 0, "One of three test images is a copy"),
        (lambda train, test: len(test), "No image of this test set"),
        (  # distinct copies
            lambda train, test: len({t.tobytes() for t in test if t in train}),
            "Count test images, not distinct ones",
        ),
        (  # pairs
            lambda train, test: sum(np.array_equal(a, b) for a in train for b in test),
            "Several originals",
        ),
        (  # close is not equal
            lambda train, test: sum(
                any(np.allclose(a, b, atol=0.01) for a in train) for b in test
            ),
            "A copy is exact",
        ),
        (lambda train, test: train[9], "raised IndexError"),
    ],
)
def test_wrong_counts_of_copies(answer, hint):
    feedback = first_cnn.check_num_copies(answer)
    assert not feedback.correct
    assert hint in feedback.message


def test_deciding_pixels():
    assert first_cnn.check_deciding_pixels([(20, 13), (13, 20)]).correct
    assert first_cnn.check_deciding_pixels([(0, 0), (0, 12)]).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace"),
        ([(20, 13)], "Two pixels are enough; you gave 1"),
        ([(20, 13), (13, 28)], "from 0 to 27"),
        ([(20, 13), (21, 14)], "Classes 1 and 2 have the same values"),
        ([(13, 13), (14, 14)], "Classes 0 and 1"),
        ("pixels", "Give pairs"),
    ],
)
def test_pixels_that_do_not_decide(answer, hint):
    feedback = first_cnn.check_deciding_pixels(answer)
    assert not feedback.correct
    assert hint in feedback.message


def accuracies(counts):
    return [
        sum(chosen) / sum(counts)
        for k in range(len(counts) + 1)
        for chosen in itertools.combinations(counts, k)
    ]


def test_possible_accuracies():
    assert first_cnn.check_possible_accuracies(accuracies).correct


@pytest.mark.parametrize(
    "answer",
    [
        None,
        lambda counts: [0.0, 1.0],
        lambda counts: [count / sum(counts) for count in counts],
        lambda counts: [k / sum(counts) for k in range(sum(counts) + 1)],
        lambda counts: 0.95,
    ],
)
def test_wrong_lists_of_accuracies(answer):
    assert not first_cnn.check_possible_accuracies(answer).correct
