"""Checkers of the exercises on *The service*."""

from collections.abc import Callable, Sequence

from cnnbook.exercises.feedback import Feedback, as_numbers, call, right, wrong
from cnnbook.serving.limits import TokenBuckets

WAVES = (  # arrivals and duration in ms, most images of a batch, a hint
    ([0], 10, 32, "One image is a batch of one: it does not wait for others."),
    (
        [0, 1, 2, 3, 4, 5],
        10,
        32,
        "The first starts alone, and the other five gather while it is computed.",
    ),
    ([0, 10, 30], 10, 32, "Who arrives when nothing runs and nobody waits is alone."),
    ([5, 5, 5], 10, 32, "Who arrives at the moment of the start comes along."),
    (
        [0, 1, 2, 3, 4, 5, 6],
        10,
        4,
        "No batch is larger than `most`; what does not fit is in the next one.",
    ),
    ([0, 3, 12, 14, 21, 50], 10, 32, "The worker is free at the end of its batch."),
)
ASKED = (  # seconds, tokens a second, tokens that fit, a hint
    ([0.0, 0.0, 0.0, 0.0], 1.0, 3, "A full bucket of 3 lets three through at once."),
    ([0.0, 0.0, 1.0, 1.0], 1.0, 1, "After a second one more token is in."),
    (
        [0.0, 0.0, 0.25, 0.5, 0.5],
        2.0,
        1,
        "Tokens flow in all the time, half of one in a quarter of a second at 2 a "
        "second; a refused request takes none out.",
    ),
    (
        [0.0, 100.0, 100.0, 100.0],
        1.0,
        2,
        "However long nobody asked, no more than `burst` tokens fit.",
    ),
    (
        [0.0, 0.0, 0.9375, 1.0],
        1.0,
        2,
        "There is no window that begins anew: at 0.9375 s the bucket holds less than "
        "one token.",
    ),
)
MOVES = (  # what the operator does, and a hint
    ([], "Nothing was done: version 1 still answers."),
    (["2"], "A promoted version answers."),
    (["2", "back"], "A rollback brings back the default before."),
    (["2", "2", "back"], "To promote the default again is no step to roll back."),
    (["2", "3", "back", "back"], "Two steps were made, and both are undone."),
    (["back", "2"], "Where there is nothing to roll back, nothing happens."),
    (["2", "back", "back"], "A rollback is no promotion: the second finds nothing."),
    (["2", "1", "back"], "Version 1 was promoted as well, and that step is undone."),
    (["2", "3", "back", "1", "back"], "Undo the last step that was not undone."),
)


def batch_sizes(arrivals: Sequence[float], seconds: float, most: int) -> list[int]:
    """The batches of one worker that takes `seconds` for each, whatever its size."""
    sizes, first, free = [], 0, float("-inf")
    while first < len(arrivals):
        start = max(free, arrivals[first])
        size = min(sum(moment <= start for moment in arrivals[first:]), most)
        sizes.append(size)
        first, free = first + size, start + seconds
    return sizes


def default_after(moves: Sequence[str]) -> str:
    """The default after `moves`, beginning with version 1; "back" rolls back."""
    default, before = "1", []
    for move in moves:
        if move == "back":
            default = before.pop() if before else default
        elif move != default:
            before.append(default)
            default = move
    return default


def check_batches(
    answer: Callable[[Sequence[float], float, int], Sequence[int]],
) -> Feedback:
    """Does `answer(arrivals, seconds, most)` give the sizes of the batches?"""
    for arrivals, seconds, most, hint in WAVES:
        value, failure = call(answer, list(arrivals), seconds, most)
        if failure:
            return failure
        found = as_numbers(value)
        expected = batch_sizes(arrivals, seconds, most)
        if found is None or found.tolist() != expected:
            return wrong(
                f"For arrivals at {arrivals}, {seconds} each and at most {most}, you "
                f"gave {value!r}. {hint}"
            )
    return right("Nobody tuned a waiting time: the worker's own slowness collects.")


def check_bucket(
    answer: Callable[[Sequence[float], float, int], Sequence[bool]],
) -> Feedback:
    """Does `answer(times, rate, burst)` say which requests are let through?"""
    for times, rate, burst, hint in ASKED:
        value, failure = call(answer, list(times), rate, burst)
        if failure:
            return failure
        clock = iter(times)
        buckets = TokenBuckets(rate, burst, clock=lambda clock=clock: next(clock))
        expected = [buckets.take("client") == 0 for _ in times]
        found = as_numbers(value)
        if found is None or found.tolist() != expected:
            return wrong(
                f"For requests at {times} s, {rate:g} tokens a second and a burst of "
                f"{burst}, you gave {value!r}. {hint}"
            )
    return right("Two numbers for each client are all that has to be remembered.")


def check_default(answer: Callable[[Sequence[str]], str]) -> Feedback:
    """Does `answer(moves)` name the version that answers after them?"""
    for moves, hint in MOVES:
        value, failure = call(answer, list(moves))
        if failure:
            return failure
        if value != default_after(moves):
            return wrong(f"After {moves} you say {value!r} answers. {hint}")
    return right("A stack of earlier defaults: rollback is cheap because it was kept.")
