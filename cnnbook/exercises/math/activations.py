"""Checkers of the exercises on *Activations*."""

from collections.abc import Callable

import numpy as np

from cnnbook.exercises.feedback import Feedback, as_numbers, call, right, wrong
from cnnbook.reference import log_softmax, relu


def check_folded_kernel(
    answer: Callable[[np.ndarray, np.ndarray], np.ndarray],
) -> Feedback:
    """Does `answer(u, v)` give the one kernel of two 1-D layers without a flip?"""
    for u, v in (([1, 2], [1, 10]), ([1, 0, -1], [2, 1]), ([1, 2, 3], [0, 1, 5, 2])):
        first, second = np.array(u, float), np.array(v, float)
        value, failure = call(answer, first, second)
        if failure:
            return failure
        folded = as_numbers(value)
        if folded is None or folded.ndim != 1:
            return wrong(f"Return the kernel as an array of one axis, got {value!r}.")
        feedback = _judge_kernel(folded, first, second)
        if feedback:
            return feedback
    return right("Sliding without a flip composes by a convolution with one.")


def _judge_kernel(
    folded: np.ndarray, first: np.ndarray, second: np.ndarray
) -> Feedback | None:
    """What is wrong with a kernel that should be first, then second."""
    size = len(first) + len(second) - 1
    if len(folded) != size:
        return wrong(
            f"Kernels of {len(first)} and {len(second)} numbers see {size} numbers of "
            f"the signal together; your kernel has {len(folded)}."
        )
    signal = np.random.default_rng(0).normal(size=20)
    one_by_one = np.correlate(np.correlate(signal, first), second)
    if np.allclose(np.correlate(signal, folded), one_by_one):
        return None
    if np.allclose(folded, np.convolve(first, second[::-1])) or np.allclose(
        folded, np.convolve(first[::-1], second)
    ):
        return wrong(
            "One of the kernels is flipped. The entry v[k] meets the first layer's "
            "output k places further on, so it adds u shifted by k, unflipped."
        )
    if np.allclose(folded, np.convolve(first, second)[::-1]):
        return wrong("The kernel is back to front: neither layer flips.")
    return wrong(
        f"For u = {first.tolist()} and v = {second.tolist()} your kernel "
        f"{folded.round(3).tolist()} gives another output than the two layers. Add up "
        "copies of u, shifted by k and weighted by v[k]."
    )


def check_maximum(answer: Callable) -> Feedback:
    """Is `answer(relu, a, b)` the maximum, made by one call of relu and sums?"""
    rng = np.random.default_rng(0)
    a, b = rng.normal(scale=3, size=(2, 200))
    calls = []

    def counted(x: np.ndarray) -> np.ndarray:
        calls.append(1)
        return relu(x)

    value, failure = call(answer, counted, a, b)
    if failure:
        return failure
    larger = as_numbers(value)
    if larger is None or larger.shape != a.shape:
        return wrong(f"Return an array of the shape of a, {a.shape}, got {value!r}.")
    if not np.allclose(larger, np.maximum(a, b)):
        return wrong(_hint_to_maximum(larger, a, b))
    if not calls:
        return wrong("The numbers are right, but relu was not called: it has to bend.")
    # without its bend, sums and differences and one relu give a or b
    straight, _ = call(answer, lambda x: x, a, b)
    if np.allclose(straight, np.maximum(a, b)):
        return wrong("Something other than relu takes the maximum. Leave it out.")
    if len(calls) > 1:
        return wrong(f"Right, but with {len(calls)} calls of relu. One is enough.")
    return right("Every max pooling is a few relus and sums.")


def _hint_to_maximum(value: np.ndarray, a: np.ndarray, b: np.ndarray) -> str:
    if np.allclose(value, np.minimum(a, b)):
        return "That is the minimum: relu should add what is missing."
    if np.allclose(value, relu(a - b)):
        return "That is by how much a exceeds b. To what must it be added?"
    if np.allclose(value, relu(a) + relu(b)) or np.allclose(value, relu(a + b)):
        return "Relu compares with zero. Which difference is positive where a wins?"
    return (
        "Not the maximum. Begin with b, and add what a has more than b, where it has "
        "more."
    )


def check_log_softmax(answer: Callable[[np.ndarray], np.ndarray]) -> Feedback:
    """Is `answer(scores)` the logarithm of the softmax, row by row and stable?"""
    cases = [
        (
            [[0.0, 1.0, 2.0], [3.0, 3.0, 3.0]],
            "Take the logarithm of e^score over the sum of its own row.",
        ),
        (
            [[1000.0, 1001.0, 1002.0]],
            "A score of 1000 overflows e^x. Subtract the largest score of the row.",
        ),
        (
            [[0.0, -1000.0]],
            "A probability of e^-1000 rounds to 0, and its logarithm is not finite. "
            "Take the logarithm of the quotient apart, before anything is rounded.",
        ),
        (
            [[1000.0, 1001.0], [-1000.0, -1001.0]],
            "One row is much larger than the other: subtract the largest score of each "
            "row, not of all rows.",
        ),
    ]
    for scores, hint in cases:
        with np.errstate(all="ignore"):  # what overflows is told in words below
            value, failure = call(answer, np.array(scores))
        if failure:
            return failure
        logs = as_numbers(value)
        if logs is None or logs.shape != np.shape(scores):
            return wrong(f"Return an array of the shape of the scores, got {value!r}.")
        if not np.allclose(logs, log_softmax(np.array(scores)), atol=1e-9):
            return wrong(f"{hint} For {scores} you returned {logs.tolist()}.")
    return right("This is what a library computes under `from_logits=True`.")
