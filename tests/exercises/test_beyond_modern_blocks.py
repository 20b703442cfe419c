"""The checkers of *Modern blocks* accept what is right, and say what is not."""

import pytest

from cnnbook.exercises.beyond import modern_blocks as exercises


def bottleneck(c, expand, kernel):
    return expand * c * (2 * c + kernel**2)


def test_a_right_count_is_accepted():
    assert exercises.check_bottleneck(bottleneck).correct


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda c, e, k: e * c * (c + k * k), "narrowing"),
        (lambda c, e, k: bottleneck(c, 4, k), "All three layers"),
        (lambda c, e, k: bottleneck(c, e, 3), "25 weights"),
        (None, "Replace"),
    ],
)
def test_wrong_counts_are_explained(answer, says):
    feedback = exercises.check_bottleneck(answer)
    assert not feedback.correct
    assert says in feedback.message


def test_a_right_factor_is_accepted():
    assert exercises.check_scaling(lambda phi: (1.2 * 1.1**2 * 1.15**2) ** phi).correct


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda phi: (1.2 * 1.1 * 1.15) ** phi, "squared"),
        (lambda phi: 0.92027 * phi + 1, "to the power"),
        (lambda phi: 1.920270 ** int(phi), "Half a step"),
    ],
)
def test_wrong_factors_are_explained(answer, says):
    feedback = exercises.check_scaling(answer)
    assert not feedback.correct
    assert says in feedback.message


def parent(scores, population, drawn):
    first = len(scores) - population
    return max((first + i for i in drawn), key=lambda i: scores[i])


def test_a_right_parent_is_accepted():
    assert exercises.check_evolution(parent).correct


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda s, p, d: 0, "2 is the better"),
        (lambda s, p, d: max(range(len(s)), key=lambda i: s[i] * (i in d)), "old age"),
        (lambda s, p, d: 2, "leaves no choice"),
        (lambda s, p, d: "best", "Return one number"),
    ],
)
def test_wrong_parents_are_explained(answer, says):
    feedback = exercises.check_evolution(answer)
    assert not feedback.correct
    assert says in feedback.message
