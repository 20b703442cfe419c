"""The checkers of *Can the map be trusted?* accept what is right, and only that."""

import numpy as np
import pytest

from cnnbook.exercises.interpretation import trust as exercises


def mass(heat, mask, *, cut=True, policy=True):
    heat = np.maximum(heat, 0) if cut else heat
    total = heat.sum()
    if policy and total == 0:
        return float(mask.mean())
    return float(heat[mask].sum() / total) if total else 0.0


def test_a_right_mass_is_accepted():
    assert exercises.check_mass(mass).correct


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda h, m: mass(h, m, cut=False), "1 lies in the left"),
        (lambda h, m: mass(h, m, policy=False), "says nothing"),
        (lambda h, m: float(m.mean()), "1 lies in the left"),
        (lambda h, m: "much", "number"),
    ],
)
def test_wrong_masses_are_explained(answer, says):
    feedback = exercises.check_mass(answer)
    assert not feedback.correct
    assert says in feedback.message


def integral(gradient, image, baseline, steps, *, offset=0.5, factor=True, mean=True):
    points = [(k + offset) / steps for k in range(steps)]
    total = sum(gradient(baseline + p * (image - baseline)) for p in points)
    total = total / steps if mean else total
    return total * (image - baseline) if factor else total


def test_a_right_integral_is_accepted():
    assert exercises.check_integral(integral).correct


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda *a: integral(*a, factor=False), "multiplied by the difference"),
        (lambda *a: integral(*a, mean=False), "Divide the sum"),
        (lambda *a: integral(*a, offset=1.0), "at their middles"),
        (lambda g, x, b, n: g(x) * (x - b), "along the way"),
        (lambda g, x, b, n: np.zeros((3, 3)), "add up to"),
        (lambda g, x, b, n: 1.0, "of the image's shape"),
    ],
)
def test_wrong_integrals_are_explained(answer, says):
    feedback = exercises.check_integral(answer)
    assert not feedback.correct
    assert says in feedback.message


def test_a_right_separation_is_accepted():
    def tells(methods, rivals, larger):
        if larger:
            return min(methods) > max(rivals)
        return max(methods) < min(rivals)

    assert exercises.check_tells(tells).correct


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda m, r, larger: max(m) > max(r), "not the question"),
        (lambda m, r, larger: min(m) > max(r), "small is good"),
        (
            lambda m, r, larger: min(m) >= max(r) if larger else max(m) < min(r),
            "Equal is not better",
        ),
    ],
)
def test_wrong_separations_are_explained(answer, says):
    feedback = exercises.check_tells(answer)
    assert not feedback.correct
    assert says in feedback.message
