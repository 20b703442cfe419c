"""The checkers of *Inference, measured*: right answers pass, wrong ones get help."""

import math

import numpy as np
import pytest

from cnnbook.exercises.deployment import inference as exercises


def nearest_rank(milliseconds, share):
    ordered = sorted(milliseconds)
    return ordered[max(0, math.ceil(share * len(ordered) - 1e-9) - 1)]


def amdahl(stages, name, factor):
    before = sum(stages.values())
    return before / (before - stages[name] + stages[name] / factor)


def standardized(labels, wrong, part):
    return sum(wrong[labels == labels[i]].mean() for i in part)


def test_right_answers_are_accepted():
    assert exercises.check_percentile(nearest_rank).correct
    assert exercises.check_speedup(amdahl).correct
    assert exercises.check_expected_errors(standardized).correct


def in_place(milliseconds, share):
    milliseconds.sort()
    return nearest_rank(milliseconds, share)


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda times, share: np.percentile(times, 100 * share), "between two"),
        (lambda times, share: times[math.ceil(share * len(times)) - 1], "longest time"),
        (lambda times, share: np.mean(times), "longest time"),
        (lambda times, share: max(times), "Half of 1, 2, 3, 4"),
        (lambda times, share: sorted(times)[int(share * len(times)) - 1], "too few"),
        (
            lambda times, share: sorted(times)[math.ceil(share * len(times)) - 1],
            "more than 7 in floats",
        ),
        (in_place, "in place"),
        (lambda times, share: "fast", "must be a number"),
    ],
)
def test_a_wrong_percentile_is_told_why(answer, hint):
    feedback = exercises.check_percentile(answer)
    assert not feedback.correct
    assert hint in feedback.message


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda stages, name, factor: factor, "compare 10 with 7.5"),
        (lambda stages, name, factor: 1 / amdahl(stages, name, factor), "with 7.5"),
        (lambda stages, name, factor: 2 - 1 / amdahl(stages, name, factor), "7.5"),
        (lambda stages, name, factor: 0.0, "the gain is 1"),
        (lambda stages, name, factor: min(amdahl(stages, name, factor), 4), "over 4"),
    ],
)
def test_a_wrong_gain_is_told_why(answer, hint):
    feedback = exercises.check_speedup(answer)
    assert not feedback.correct
    assert hint in feedback.message


def within_the_slice(labels, wrong, part):
    labels, wrong = labels[part], wrong[part]
    return sum(wrong[labels == label].mean() for label in labels)


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda labels, wrong, part: len(part) * wrong.mean(), "class 0, which fails"),
        (lambda labels, wrong, part: wrong[part].sum(), "not what happened"),
        (within_the_slice, "not what happened"),
        (
            lambda labels, wrong, part: standardized(labels, wrong, part) / len(part),
            "one error",
        ),
        (lambda labels, wrong, part: [1.0, 2.0], "must be a number"),
        (lambda labels, wrong: 1.0, "raised TypeError"),
    ],
)
def test_wrong_expected_errors_are_told_why(answer, hint):
    feedback = exercises.check_expected_errors(answer)
    assert not feedback.correct
    assert hint in feedback.message
