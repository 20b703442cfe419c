"""The checkers of *Searching on a cluster*: right answers pass, wrong ones get help."""

import numpy as np
import pytest

from cnnbook.exercises.tuning import cluster as exercises
from cnnbook.training.workers import StepTime
from cnnbook.tuning.ray_tune import asha_epochs


def weighted(means, sizes):
    return float(np.average(means, weights=sizes))


def fastest(compute, parameters, bandwidth, latency):
    step = StepTime(compute, parameters, bandwidth, latency)
    return min(range(1, 65), key=step.seconds)


def halving(curves, factor):
    return asha_epochs(curves, factor=factor)


def half_a_trial(num_workers, epochs, chance):
    return chance * epochs / 2


def test_right_answers_are_accepted():
    assert exercises.check_whole_loss(weighted).correct
    assert exercises.check_fastest(fastest).correct
    assert exercises.check_epochs(halving).correct
    assert exercises.check_lost(half_a_trial).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda means, sizes: sum(means), "the plain mean"),
        (lambda means, sizes: np.mean(means), "turn each mean back into a sum"),
        (lambda means, sizes: weighted(means, sizes) * len(sizes) / 2, "whole batch"),
        (lambda means, sizes: "loss", "must be a number"),
    ],
)
def test_a_wrong_loss_is_told_why(answer, hint):
    feedback = exercises.check_whole_loss(answer)
    assert not feedback.correct
    assert hint in feedback.message


def without_latency(compute, parameters, bandwidth, latency):
    return fastest(compute, parameters, bandwidth, 0.0)


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda *given: 1, "more workers never hurt"),
        (lambda *given: 64, "Each message costs its latency"),
        (without_latency, "Each message costs its latency"),
        (lambda *given: max(fastest(*given), 2), "one worker alone is fastest"),
        (lambda *given: min(fastest(*given), 8), "more workers never hurt"),
        (lambda *given: [fastest(*given)], "more workers never hurt"),
        (lambda *given: "all", "more workers never hurt"),
    ],
)
def test_a_wrong_number_of_workers_is_told_why(answer, hint):
    feedback = exercises.check_fastest(answer)
    assert not feedback.correct
    assert hint in feedback.message


def every_epoch(curves, factor):
    """Compares after each epoch, not only at the rungs."""
    reached, epochs = {}, []
    for curve in curves:
        for epoch, score in enumerate(curve, start=1):
            before = reached.setdefault(epoch, [])
            low = score < np.percentile(before or [0], 100 - 100 / factor)
            before.append(score)
            if low:
                break
        epochs.append(epoch)
    return epochs


def survivors_only(curves, factor):
    """Forgets the scores of those that it stopped."""
    reached, epochs = {}, []
    for curve in curves:
        epoch = 1
        while epoch <= len(curve):
            before = reached.setdefault(epoch, [])
            score = curve[epoch - 1]
            if before and score < np.percentile(before, 100 - 100 / factor):
                break
            before.append(score)
            epoch *= factor
        epochs.append(min(epoch, len(curve)))
    return epochs


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda curves, factor: [1] * len(curves), "nobody to be compared with"),
        (lambda curves, factor: [len(c) for c in curves], "below the first after one"),
        (every_epoch, "at epochs 1, 3, 9"),
        (survivors_only, "Those that were stopped stay"),
        (lambda curves, factor: asha_epochs(curves), "With a factor of 2"),
        (lambda curves, factor: None, "nobody to be compared with"),
    ],
)
def test_a_wrong_halving_is_told_why(answer, hint):
    feedback = exercises.check_epochs(answer)
    assert not feedback.correct
    assert hint in feedback.message


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda workers, epochs, chance: epochs, "on average half of it"),
        (lambda workers, epochs, chance: workers * epochs / 8, "does not matter"),
        (lambda workers, epochs, chance: epochs / 2, "in a quarter of the cases"),
    ],
)
def test_a_wrong_loss_of_epochs_is_told_why(answer, hint):
    feedback = exercises.check_lost(answer)
    assert not feedback.correct
    assert hint in feedback.message
