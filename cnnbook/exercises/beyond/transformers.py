"""Checkers of the exercises on *Transformers*."""

from collections.abc import Callable

import numpy as np

from cnnbook.beyond.attention import attend
from cnnbook.exercises.feedback import (
    Feedback,
    as_numbers,
    call,
    check_function,
    right,
    wrong,
)


def check_tokens(answer: Callable[[int, int, int], int]) -> Feedback:
    """Does `answer(height, width, patch)` count the weights that a head computes?"""
    return check_function(
        answer,
        [
            ((28, 28, 28), 1, "One patch is one token, and it attends to itself."),
            ((28, 28, 14), 16, "Four tokens, and each has a weight for each."),
            ((28, 28, 4), 2401, "49 tokens, squared."),
            ((224, 112, 16), 9604, "14 rows of 7 patches are 98 tokens."),
        ],
        tolerance=0,
        praise="Half the side of a patch means four times the tokens and sixteen times "
        "the weights.",
    )


def check_parameters(answer: Callable[[int, int], int]) -> Feedback:
    """Does `answer(width, heads)` count the parameters of an attention layer?"""
    return check_function(
        answer,
        [
            ((1, 1), 8, "Four kernels of one weight, and four biases."),
            (
                (64, 4),
                16_640,
                "4 * (64 * 64 + 64): queries, keys, values, output.",
            ),
            (
                (64, 8),
                16_640,
                "Heads share the width: their number drops out.",
            ),
        ],
        tolerance=0,
        praise="It depends neither on the heads nor on the number of tokens.",
    )


def check_near(answer: Callable[..., np.ndarray]) -> Feedback:
    """Does `answer(queries, keys, values, reach)` attend to `reach` neighbors only?"""
    rng = np.random.default_rng(0)
    queries, keys, values = rng.normal(size=(3, 6, 4))
    for reach, hint in (
        (5, "With a reach of 5, six tokens see each other: plain attention."),
        (0, "With a reach of 0 a token sees itself alone, and gets its own value."),
        (1, "A token sees those whose place differs by `reach` or less."),
    ):
        found, trouble = call(answer, queries, keys, values, reach)
        if trouble is not None:
            return trouble
        found = as_numbers(found)
        expected = _near(queries, keys, values, reach)
        if found is None or found.shape != expected.shape:
            return wrong("Return one vector for each token, (tokens, d).")
        if not np.allclose(found, expected, atol=1e-6):
            return wrong(f"{hint} Do the weights of each row still add up to 1?")
    return right(
        "With a small reach attention is as near-sighted as a convolution, and "
        "cheaper than plain attention."
    )


def _near(
    queries: np.ndarray, keys: np.ndarray, values: np.ndarray, reach: int
) -> np.ndarray:
    found = []
    for i in range(len(queries)):
        part = slice(max(0, i - reach), i + reach + 1)
        found.append(attend(queries[i : i + 1], keys[part], values[part])[0][0])
    return np.array(found)
