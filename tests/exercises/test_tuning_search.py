"""The checkers of *Search*: right answers pass, wrong ones are told why."""

import numpy as np
import pytest

from cnnbook.exercises.tuning import search as exercises


def odds(share, num):
    return 1 - (1 - share) ** num


def cost(num, first, last, factor):
    total, epochs = num * first, first
    while epochs * factor <= last and num >= factor:
        num, epochs = num // factor, epochs * factor
        total += num * epochs
    return total


def honest(correct):
    chosen = correct[:, 0].argmax()
    return chosen, correct[chosen, 1:].mean()


@pytest.mark.parametrize(
    ("check", "answer"),
    [
        (exercises.check_odds, odds),
        (exercises.check_halving_cost, cost),
        (exercises.check_honest_score, honest),
    ],
)
def test_right_answers_pass(check, answer):
    feedback = check(answer)
    assert feedback.correct, feedback.message


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda share, num: share * num, "do not add up"),
        (lambda share, num: (1 - share) ** num if num > 2 else odds(share, num), "All"),
        (lambda share, num: 0.5, "Two draws miss"),
    ],
)
def test_wrong_odds(answer, hint):
    feedback = exercises.check_odds(answer)
    assert not feedback.correct
    assert hint in feedback.message


def forever(num, first, last, factor):
    """Goes on with rungs of nobody, and one that rounds up."""
    total, epochs = 0, first
    while epochs <= last:
        total += num * epochs
        num, epochs = max(num // factor, 1), epochs * factor
    return total


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda num, first, last, factor: num * first, "each rung costs 27"),
        (lambda num, first, last, factor: 3 * num * first, "10 // 3 = 3"),
        (forever, "A rung of nobody"),
    ],
)
def test_wrong_costs(answer, hint):
    feedback = exercises.check_halving_cost(answer)
    assert not feedback.correct
    assert hint in feedback.message


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda c: (c[:, 0].argmax(), c[:, 0].max()), "chosen for"),
        (lambda c: (c.mean(axis=1).argmax(), 0.8), "chose with all chunks"),
        (lambda c: (c[:, 0].argmax(), c[c[:, 0].argmax()].mean()), "Leave it out"),
        (lambda c: (0, 0.8), "highest share in chunk 0"),
        (lambda c: (c[:, 0].argmax(), 0.5), "from 1 on"),
        (lambda c: np.nan, "Return a pair"),
    ],
)
def test_wrong_honesty(answer, hint):
    feedback = exercises.check_honest_score(answer)
    assert not feedback.correct
    assert hint in feedback.message
