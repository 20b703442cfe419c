"""The checkers of *How many labeled images?*: right answers pass, wrong ones do not."""

import numpy as np
import pytest

from cnnbook.exercises.preprocessing import data_amount as exercises


def draw(labels, per_class, rng):
    return np.concatenate(
        [
            rng.choice(np.flatnonzero(labels == label), per_class, replace=False)
            for label in np.unique(labels)
        ]
    )


def test_a_draw_of_each_class():
    assert exercises.check_draw(draw).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda labels, k, rng: labels[99], "Return a list of positions"),
        (  # without strata
            lambda labels, k, rng: rng.choice(len(labels), 3 * k, replace=False),
            "Draw from each class separately",
        ),
        (  # with replacement
            lambda labels, k, rng: np.concatenate(
                [rng.choice(np.flatnonzero(labels == c), k) for c in (0, 3, 7)] * 4
            ),
            "drawn twice",
        ),
        (  # the first of each class
            lambda labels, k, rng: np.concatenate(
                [np.flatnonzero(labels == c)[:k] for c in (0, 3, 7)]
            ),
            "drew the same images",
        ),
        (  # a generator of its own
            lambda labels, k, rng: draw(labels, k, np.random.default_rng()),
            "The same seed gave two draws",
        ),
        (  # a mask
            lambda labels, k, rng: np.arange(len(labels)) + 0.5,
            "whole numbers from 0 to 124",
        ),
        (lambda labels, k, rng: [], "whole numbers from 0 to 124"),
    ],
)
def test_wrong_draws(answer, hint):
    feedback = exercises.check_draw(answer)
    assert not feedback.correct
    assert hint in feedback.message


def turns(images):
    turned = [np.rot90(images, k, axes=(1, 2)) for k in range(4)]
    return np.concatenate(turned), np.repeat(np.arange(4), len(images))


def image_by_image(images):
    turned = [np.rot90(image, k) for image in images for k in range(4)]
    return np.array(turned), list(range(4)) * len(images)


@pytest.mark.parametrize("answer", [turns, image_by_image])
def test_quarter_turns_in_any_order(answer):
    assert exercises.check_quarter_turns(answer).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda images: images, "Return two arrays"),
        (lambda images: (images, np.zeros(3)), "12 images and 12 labels"),
        (  # batch and rows
            lambda images: (
                np.concatenate([images, images[::-1, ::-1]] * 2),
                np.repeat(np.arange(4), 3),
            ),
            "no quarter turn of an original",
        ),
        (  # half turns only
            lambda images: (
                np.concatenate([images, np.rot90(images, 2, axes=(1, 2))] * 2),
                np.repeat([0, 2, 0, 2], 3),
            ),
            "occurs twice",
        ),
        (  # labels cycle, images do not
            lambda images: (turns(images)[0], list(range(4)) * 3),
            "stand in another order",
        ),
        (  # clockwise
            lambda images: (turns(images)[0], -turns(images)[1] % 4),
            "You count clockwise",
        ),
    ],
)
def test_wrong_quarter_turns(answer, hint):
    feedback = exercises.check_quarter_turns(answer)
    assert not feedback.correct
    assert hint in feedback.message


def needed(n1, e1, n2, e2, target):
    slope = np.log(e2 / e1) / np.log(n2 / n1)
    return n1 * (target / e1) ** (1 / slope)


def test_images_needed_by_a_power_law():
    assert exercises.check_images_needed(needed).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (  # a straight line without logarithms
            lambda n1, e1, n2, e2, t: n1 + (t - e1) * (n2 - n1) / (e2 - e1),
            "You answered 14500. Ten times the images halved the error",
        ),
        (  # a logarithm of the size alone
            lambda n1, e1, n2, e2, t: n1 * (n2 / n1) ** ((t - e1) / (e2 - e1)),
            "halving it again takes ten times",
        ),
        (lambda n1, e1, n2, e2, t: 10 * n2, "Four times the images halve"),
        (lambda n1, e1, n2, e2, t: n2 * n2 / n1, "the error at the first point"),
    ],
)
def test_wrong_numbers_of_images(answer, hint):
    feedback = exercises.check_images_needed(answer)
    assert not feedback.correct
    assert hint in feedback.message
