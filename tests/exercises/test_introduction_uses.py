"""The checkers of *What CNNs are used for* accept what is right, and only that."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from cnnbook.exercises.introduction import uses as exercises


def accuracy_by_group(labels, predictions, groups):
    return {g: np.mean((labels == predictions)[groups == g]) for g in set(groups)}


def test_accuracies_of_the_groups_are_accepted():
    assert exercises.check_group_accuracy(accuracy_by_group).correct


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda y, p, g: float(np.mean(y == p)), "Return a dictionary"),
        (lambda y, p, g: {"a": 1.0}, "your keys are ['a']"),
        (
            lambda y, p, g: {k: np.sum((y == p)[g == k]) / len(y) for k in "ab"},
            "not by all images",
        ),
        (lambda y, p, g: {"a": 1.0, "b": 2 / 3}, "In group 'b'"),
    ],
)
def test_wrong_accuracies_of_groups_are_explained(answer, says):
    feedback = exercises.check_group_accuracy(answer)
    assert not feedback.correct
    assert says in feedback.message


def test_the_area_that_scikit_learn_computes_is_accepted():
    sizes = {("m", 1): 14_499, ("m", 0): 27_897, ("n", 1): 1_345, ("n", 0): 110_775}
    ill = np.concatenate([np.full(n, y) for (_, y), n in sizes.items()])
    score = np.concatenate([np.full(n, h == "m") for (h, _), n in sizes.items()])
    assert exercises.check_letterhead(roc_auc_score(ill, score)).correct


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (None, "Replace"),
        (0.7311, "A tie counts one half"),
        (0.9828, "counted them in full"),
        (0.342, "both from one hospital is a tie"),
        ("high", "must be a number"),
    ],
)
def test_wrong_areas_are_explained(answer, says):
    feedback = exercises.check_letterhead(answer)
    assert not feedback.correct
    assert says in feedback.message


def test_multiples_of_all_strides_are_accepted():
    def shifts(strides, largest):
        return [d for d in range(largest + 1) if d % np.prod(strides) == 0]

    assert exercises.check_harmless_shifts(shifts).correct


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda strides, largest: list(range(largest + 1)), "a step of 4"),
        (lambda strides, largest: list(range(0, largest + 1, 4)), "every shift"),
        (
            lambda strides, largest: list(
                range(0, largest + 1, sum(s for s in strides if s > 1) or 1)
            ),
            "Strides multiply",
        ),
        (
            lambda strides, largest: list(range(0, largest, np.prod(strides))),
            "you gave [0, 4]",
        ),
        (lambda strides, largest: 4, "Return a list"),
    ],
)
def test_wrong_shifts_are_explained(answer, says):
    feedback = exercises.check_harmless_shifts(answer)
    assert not feedback.correct
    assert says in feedback.message
