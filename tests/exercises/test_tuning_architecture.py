"""The checkers of *Architecture* accept what is right, and say what is not."""

import pytest

from cnnbook.exercises.tuning import architecture as exercises


def stack(size, c, f, *, step=2, first=True, single=None):
    num = (size - 1) // step
    inside = 9 * f * f * (num - 1) + 9 * (c if first else f) * f
    return num, inside, single or size * size * c * f


def test_a_right_stack_is_accepted():
    assert exercises.check_stack(stack).correct
    assert exercises.check_stack(lambda *a: list(stack(*a))).correct


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda s, c, f: stack(s, c, f, step=1), "2 layers, not 4"),
        (lambda s, c, f: stack(s, c, f, first=False), "Only the first layer"),
        (lambda s, c, f: (stack(s, c, f)[0], 9 * c * f, s * s * c * f), "4,608 wei"),
        (lambda s, c, f: stack(s, c, f, single=s * s), "one kernel has 5 x 5 x 16"),
        (lambda s, c, f: 3, "Return three numbers"),
        (lambda s, c, f: "two", "Return three numbers"),
        (None, "Replace"),
    ],
)
def test_wrong_stacks_are_explained(answer, says):
    feedback = exercises.check_stack(answer)
    assert not feedback.correct
    assert says in feedback.message


def width(budget, kernel, *, double=2, limit=int.__le__, area=2):
    w = 0
    while limit(
        int(kernel**area * (196 * (w + 1) + 49 * double * (w + 1) ** 2)), budget
    ):
        w += 1
    return w


def test_a_right_width_is_accepted():
    assert exercises.check_width(width).correct


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda b, k: width(b, k, double=1), "196 * 9 * 16"),
        (lambda b, k: width(b, 3), "25 weights"),
        (lambda b, k: width(b, k) if b % 2 == 0 else 16, "One multiply-add less"),
        (lambda b, k: width(b, k) + (k == 7), "round down"),
        (lambda b, k: min(width(b, k), 20), "twice the width"),
        (lambda b, k: None, "number"),
    ],
)
def test_wrong_widths_are_explained(answer, says):
    feedback = exercises.check_width(answer)
    assert not feedback.correct
    assert says in feedback.message


def front(costs, values, *, strict=False, ordered=False):
    pairs = list(zip(costs, values, strict=True))

    def beaten(i):
        cost, value = pairs[i]
        rivals = pairs[:i] if ordered else pairs
        if strict:
            return any(c < cost and v > value for c, v in rivals)
        return any(c <= cost and v >= value and (c, v) != pairs[i] for c, v in rivals)

    return [i for i in range(len(pairs)) if not beaten(i)]


def first_of_equals(costs, values):
    seen = {}
    for i in front(costs, values):
        seen.setdefault((costs[i], values[i]), i)
    return list(seen.values())


def test_a_right_front_is_accepted():
    assert exercises.check_front(front).correct
    assert exercises.check_front(lambda c, v: front(c, v)[::-1]).correct


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda c, v: [max(range(len(c)), key=lambda i: v[i])], "nobody beats"),
        (lambda c, v: list(range(len(c))), "it is beaten"),
        (lambda c, v: front(c, v, strict=True), "At equal cost the better"),
        (first_of_equals, "keep both"),
        (lambda c, v: front(c, v) if len(c) < 9 else [0], "40 random"),
        (lambda c, v: 1, "list of places"),
        (lambda c, v: ["a"], "list of places"),
    ],
)
def test_wrong_fronts_are_explained(answer, says):
    feedback = exercises.check_front(answer)
    assert not feedback.correct
    assert says in feedback.message
