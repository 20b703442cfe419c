"""The checkers of *Class activation maps* accept what is right, and only that."""

import numpy as np
import pytest

from cnnbook.exercises.interpretation import class_activation_maps as exercises


def test_right_answers_are_accepted():
    assert exercises.check_score(lambda cam, bias: cam.mean() + bias).correct
    assert exercises.check_scale(
        lambda heat: heat / heat.max() if heat.max() > 0 else heat
    ).correct
    assert exercises.check_middles((4.5, 12.5)).correct


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda cam, bias: cam.sum() + bias, "averages"),
        (lambda cam, bias: cam.mean(), "added once"),
        (lambda cam, bias: np.maximum(cam, 0).mean() - 0.75 + bias, "Negative places"),
        (lambda cam, bias: "score", "number"),
    ],
)
def test_wrong_scores_are_explained(answer, says):
    feedback = exercises.check_score(answer)
    assert not feedback.correct
    assert says in feedback.message


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda heat: heat / heat.max(), "not NaN"),
        (lambda heat: heat, "becomes 1"),
        (
            lambda heat: (heat - heat.min()) / max(np.ptp(heat), 1e-9),
            "do not subtract",
        ),
        (lambda heat: heat.max(), "same shape"),
    ],
)
def test_wrong_scalings_are_explained(answer, says):
    feedback = exercises.check_scale(answer)
    assert not feedback.correct
    assert says in feedback.message


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ((5.0, 13.0), "count from 0"),
        ((4.5, 8.5), "two pixels apart"),
        ((2.0, 10.0), "where is the middle"),
        ((1, 2), "Go on from there"),
        (None, "two numbers"),
    ],
)
def test_wrong_middles_are_explained(answer, says):
    feedback = exercises.check_middles(answer)
    assert not feedback.correct
    assert says in feedback.message
