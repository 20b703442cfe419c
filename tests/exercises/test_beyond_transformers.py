"""The checkers of *Transformers*: right answers pass, wrong ones are told why."""

import numpy as np
import pytest

from cnnbook.exercises.beyond import transformers as exercises


def tokens(height, width, patch):
    return (height // patch * (width // patch)) ** 2


def parameters(width, heads):
    return 4 * (width * width + width)


def near(queries, keys, values, reach):
    scores = queries @ keys.T / np.sqrt(queries.shape[1])
    places = np.arange(len(queries))
    far = np.abs(places[:, None] - places) > reach
    powers = np.where(far, 0, np.exp(scores))
    return powers / powers.sum(axis=1, keepdims=True) @ values


def cut_after(queries, keys, values, reach):
    """Sets far weights to 0 and does not share out the rest."""
    scores = np.exp(queries @ keys.T / np.sqrt(queries.shape[1]))
    weights = scores / scores.sum(axis=1, keepdims=True)
    places = np.arange(len(queries))
    return np.where(np.abs(places[:, None] - places) > reach, 0, weights) @ values


CHECKS = [
    (exercises.check_tokens, tokens),
    (exercises.check_parameters, parameters),
    (exercises.check_near, near),
]


@pytest.mark.parametrize(("check", "answer"), CHECKS)
def test_right_answers_pass(check, answer):
    feedback = check(answer)
    assert feedback.correct, feedback.message


@pytest.mark.parametrize(
    ("check", "answer", "hint"),
    [(check, None, "Replace `answer = None`") for check, _ in CHECKS]
    + [
        (
            exercises.check_tokens,
            lambda h, w, p: h // p * (w // p),
            "each has a weight",
        ),
        (exercises.check_tokens, lambda h, w, p: (h // p) ** 4, "98 tokens"),
        (exercises.check_parameters, lambda w, h: 4 * w * w, "four biases"),
        (exercises.check_parameters, lambda w, h: h * w * (w + 1), "Four kernels"),
        (exercises.check_near, lambda q, k, v, r: v, "plain attention"),
        (exercises.check_near, lambda q, k, v, r: near(q, k, v, 5), "itself alone"),
        (exercises.check_near, lambda q, k, v, r: near(q, k, v, 5 * r), "or less"),
        (exercises.check_near, cut_after, "add up to 1"),
        (exercises.check_near, lambda q, k, v, r: "no", "one vector"),
    ],
)
def test_wrong_answers_are_told_why(check, answer, hint):
    feedback = check(answer)
    assert not feedback.correct
    assert hint in feedback.message
