"""The checkers of the *Conclusion*: right answers pass, wrong ones get help."""

import pytest

from cnnbook.beyond.classics import LENET_C3
from cnnbook.exercises.beyond import conclusion as exercises


def share(claims, kind):
    decided = [c for c in claims if c.kind == kind and c.verdict]
    upheld = [c for c in decided if c.verdict == "upheld"]
    return len(upheld) / len(decided) if decided else 0


def partial(table, size):
    return sum(size**2 * len(read) + 1 for read in table)


def inception(c, widths):
    a, b, d, e, f, g = widths
    return c * (a + b + e + g) + 9 * b * d + 25 * e * f + sum(widths)


def test_right_answers_are_accepted():
    assert exercises.check_share(share).correct
    assert exercises.check_partial(partial).correct
    assert exercises.check_inception(inception).correct
    assert partial(LENET_C3, 5) == 1516


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda claims, kind: 1, "Of two exact claims one is upheld"),
        (
            lambda claims, kind: share(claims, kind) if kind == "exact" else 1 / 3,
            "An open claim is not decided",
        ),
        (
            lambda claims, kind: (
                sum(c.verdict == "upheld" for c in claims if c.kind == kind)
                / sum(bool(c.verdict) for c in claims if c.kind == kind)
            ),
            "ZeroDivisionError",
        ),
        (
            lambda claims, kind: 0 if kind == "code" else 0.5,
            "Count the verdicts of the claims you were given",
        ),
    ],
)
def test_a_wrong_share_is_told_why(answer, hint):
    feedback = exercises.check_share(answer)
    assert not feedback.correct
    assert hint in feedback.message


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda table, size: 3, "each has a bias"),
        (lambda table, size: 5, "25 weights for each map"),
        (lambda table, size: 5 if size == 1 else 77, "Each row of the table"),
        (lambda table, size: "many", "each has a bias"),
    ],
)
def test_a_wrong_count_of_a_partial_layer_is_told_why(answer, hint):
    feedback = exercises.check_partial(answer)
    assert not feedback.correct
    assert hint in feedback.message


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda c, widths: 0, "six biases"),
        (lambda c, widths: 80, "their own 1x1"),
        (lambda c, widths: inception(min(c, 192), widths), "The order is"),
    ],
)
def test_a_wrong_inception_block_is_told_why(answer, hint):
    feedback = exercises.check_inception(answer)
    assert not feedback.correct
    assert hint in feedback.message
