"""The checkers of *Pooling*: right answers pass, known-wrong ones get a hint."""

import numpy as np
import pytest

from cnnbook.exercises.math import pooling


def spread(feature_map, gradient, *, share):
    """Give each pixel of a block `share` of the gradient."""
    back = np.zeros_like(feature_map)
    h, w = 2 * gradient.shape[0], 2 * gradient.shape[1]
    back[:h, :w] = np.repeat(np.repeat(gradient, 2, axis=0), 2, axis=1) * share
    return back


def backward(feature_map, gradient, *, give=lambda block, value: value):
    back = np.zeros_like(feature_map)
    for i, j in np.ndindex(gradient.shape):
        block = feature_map[2 * i : 2 * i + 2, 2 * j : 2 * j + 2]
        row, column = np.unravel_index(block.argmax(), (2, 2))
        back[2 * i + row, 2 * j + column] = give(block, gradient[i, j])
    return back


def test_the_gradient_goes_to_the_winner():
    assert pooling.check_backward(backward).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda feature_map, gradient: None, "returned None"),
        (lambda feature_map, gradient: "shares", "Return an array"),
        (lambda feature_map, gradient: gradient, "A gradient has the shape"),
        (lambda m, g: backward(m, g)[: 2 * len(g)], "row or column in no block"),
        (lambda m, g: spread(m, g, share=0.25), "equal shares"),
        (lambda m, g: spread(m, g, share=1.0), "four times too much"),
        (lambda m, g: backward(m, g, give=lambda b, v: b.max()), "passed the maxima"),
        (lambda m, g: backward(m, g, give=lambda b, v: 1.0), "not the right amount"),
        (lambda m, g: backward(-m, g), "the largest of its four pixels"),
        (lambda m, g: m[9, 9], "raised IndexError"),
    ],
)
def test_wrong_ways_back(answer, hint):
    feedback = pooling.check_backward(answer)
    assert not feedback.correct
    assert hint in feedback.message


def test_shares_that_survive():
    assert pooling.check_share_unchanged(lambda k, s: max(k - s, 0) / (k + s)).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda k, s: (k - s) / k, "The page measured this one"),
        (lambda k, s: 1 / 3, "The shift is along one axis"),
        (lambda k, s: ((k - s) / k) ** 2, "The page measured"),
        (lambda k, s: (k - 1) / (k + 1), "among those that both windows hold"),
        (lambda k, s: (k - s) / (k + s), "share no pixel"),
    ],
)
def test_wrong_shares(answer, hint):
    feedback = pooling.check_share_unchanged(answer)
    assert not feedback.correct
    assert hint in feedback.message


def folded(frequency, stride):
    remainder = (frequency * stride) % 1
    return min(remainder, 1 - remainder)


def test_frequencies_fold():
    assert pooling.check_folded(folded).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda f, s: f, "counted by the new, wider pixel"),
        (lambda f, s: f / s, "counted by the new"),
        (lambda f, s: f * s, "look like 0.2"),
        (lambda f, s: (f * s) % 1, "does not know f from 1 - f"),
        (lambda f, s: min(f * s, abs(1 - f * s)), "0.45 x 4 = 1.8"),
        (lambda f, s: min(f * s, 0.5), "look like 0.2"),
        (lambda f, s: abs(1 - f * s) if f * s > 0.5 else f * s, "0.45 x 4"),
        (lambda f, s: max(0.5 - abs(f * s - 0.5), 0), "remainder by 1"),
    ],
)
def test_wrong_frequencies(answer, hint):
    feedback = pooling.check_folded(answer)
    assert not feedback.correct
    assert hint in feedback.message
