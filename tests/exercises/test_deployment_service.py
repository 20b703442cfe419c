"""The checkers of *The service*: right answers pass, wrong ones get help."""

import asyncio

import pytest

from cnnbook.exercises.deployment import service as exercises
from cnnbook.serving.limits import TokenBuckets
from cnnbook.serving.metrics import Metrics
from cnnbook.serving.settings import Settings
from cnnbook.serving.versions import Versions


def sizes(arrivals, seconds, most):
    return exercises.batch_sizes(arrivals, seconds, most)


def admitted(times, rate, burst):
    clock = iter(times)
    buckets = TokenBuckets(rate, burst, clock=lambda: next(clock))
    return [buckets.take("x") == 0 for _ in times]


def test_right_answers_are_accepted():
    assert exercises.check_batches(sizes).correct
    assert exercises.check_bucket(admitted).correct
    assert exercises.check_default(exercises.default_after).correct


@pytest.mark.parametrize("moves", [moves for moves, _ in exercises.MOVES])
def test_the_default_is_that_of_the_service(moves, tmp_path):
    versions = Versions(Settings(store=tmp_path, open=True), Metrics())
    try:
        versions._loaded = dict.fromkeys("123")
        versions._point("1")
        for move in moves:
            if move != "back":
                asyncio.run(versions.set_default(move))
            elif versions.previous is not None:
                versions.roll_back()
        assert versions.default == exercises.default_after(moves)
    finally:
        versions.close()


def all_at_once(arrivals, seconds, most):
    return [len(arrivals)]


def one_by_one(arrivals, seconds, most):
    return [1] * len(arrivals)


def waits_for_a_full_batch(arrivals, seconds, most):
    n = len(arrivals)
    return [min(most, n - first) for first in range(0, n, most)]


def without_a_limit(arrivals, seconds, most):
    return exercises.batch_sizes(arrivals, seconds, 10**9)


def never_idle(arrivals, seconds, most):
    """Takes batches at fixed times, as if the worker never waited."""
    found, first, start = [], 0, arrivals[0]
    while first < len(arrivals):
        size = min(sum(a <= start for a in arrivals[first:]), most)
        found += [size]
        first, start = first + size, start + seconds
    return found


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (all_at_once, "The first starts alone"),
        (one_by_one, "other five gather"),
        (waits_for_a_full_batch, "The first starts alone"),
        (never_idle, "nothing runs and nobody waits"),
        (without_a_limit, "No batch is larger than `most`"),
        (lambda arrivals, seconds, most: "two", "batch of one"),
        (lambda arrivals, seconds, most: 1, "batch of one"),
        (lambda arrivals: [1], "raised TypeError"),
    ],
)
def test_wrong_batches_are_told_why(answer, hint):
    feedback = exercises.check_batches(answer)
    assert not feedback.correct
    assert hint in feedback.message


def bucket(times, rate, burst, *, cap=True, charge=False, whole=False):
    """A token bucket, with one mistake if asked for."""
    tokens, then, found = float(burst), times[0], []
    for moment in times:
        gained = (moment - then) * rate
        tokens += int(gained) if whole else gained
        tokens = min(tokens, burst) if cap else tokens
        then = moment
        found.append(tokens >= 1)
        tokens -= 1 if found[-1] or charge else 0
    return found


def window(times, rate, burst):
    """Counts requests in the present second and begins anew with the next one."""
    seen, found = {}, []
    for moment in times:
        seen[int(moment)] = seen.get(int(moment), 0) + 1
        found.append(seen[int(moment)] <= burst)
    return found


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda times, rate, burst: [True] * len(times), "lets three through"),
        (lambda times, rate, burst: [False] * len(times), "lets three through"),
        (lambda times, rate, burst: [i < burst for i in range(4)], "one more token"),
        (window, "Tokens flow in all the time"),
        (lambda *given: bucket(*given, whole=True), "Tokens flow in all the time"),
        (lambda *given: bucket(*given, charge=True), "one more token is in"),
        (lambda *given: bucket(*given, cap=False), "no more than `burst` tokens fit"),
    ],
)
def test_a_wrong_bucket_is_told_why(answer, hint):
    feedback = exercises.check_bucket(answer)
    assert not feedback.correct
    assert hint in feedback.message


def toggling(moves):
    """Keeps one earlier default, and exchanges the two."""
    default, before = "1", None
    for move in moves:
        if move == "back":
            default, before = (before, default) if before else (default, before)
        elif move != default:
            default, before = move, default
    return default


def every_promotion_counts(moves):
    history = ["1"]
    for move in moves:
        if move != "back":
            history.append(move)
        elif len(history) > 1:
            history.pop()
    return history[-1]


def number_minus_one(moves):
    default = 1
    for move in moves:
        default = max(1, default - 1) if move == "back" else int(move)
    return str(default)


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda moves: "1", "A promoted version answers"),
        (lambda moves: moves[-1] if moves else "1", "brings back the default before"),
        (every_promotion_counts, "is no step to roll back"),
        (toggling, "both are undone"),
        (number_minus_one, "Version 1 was promoted as well"),
        (lambda moves: 1, "version 1 still answers"),
    ],
)
def test_a_wrong_default_is_told_why(answer, hint):
    feedback = exercises.check_default(answer)
    assert not feedback.correct
    assert hint in feedback.message
