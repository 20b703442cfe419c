"""Checkers of the exercises on the *Conclusion*."""

from collections.abc import Callable, Sequence

from cnnbook.beyond.classics import INCEPTION
from cnnbook.claims.register import Claim
from cnnbook.exercises.feedback import (
    Feedback,
    as_numbers,
    call,
    check_function,
    right,
    wrong,
)


def _claim(name: str, kind: str, verdict: str | None) -> Claim:
    condition = "Only then." if verdict == "conditional" else ""
    return Claim(name, "1", kind, "It is so.", verdict, condition, verdict and "math/a")


MADE_UP = [
    _claim("M01", "exact", "upheld"),
    _claim("M02", "exact", "conditional"),
    _claim("M03", "empirical", "refuted"),
    _claim("T01", "empirical", "upheld"),
    _claim("T02", "empirical", None),
    _claim("T03", "code", None),
]


def check_share(answer: Callable[[Sequence[Claim], str], float]) -> Feedback:
    """Does `answer(claims, kind)` give the upheld share of the decided claims?"""
    cases = [
        ((MADE_UP, "exact"), 0.5, "Of two exact claims one is upheld."),
        ((MADE_UP, "empirical"), 0.5, "An open claim is not decided: leave it out."),
        (
            (MADE_UP, "code"),
            0.0,
            "Where nothing is decided there is nothing to divide by; give 0.",
        ),
        (
            (MADE_UP[2:3], "empirical"),
            0.0,
            "Count the verdicts of the claims you were given.",
        ),
    ]
    return check_function(
        answer,
        cases,
        tolerance=1e-9,
        praise="A claim without a verdict says nothing yet, neither for nor against.",
    )


def _table_parameters(table: Sequence[Sequence[int]], size: int) -> int:
    return sum(size * size * len(read) + 1 for read in table)


def check_partial(
    answer: Callable[[Sequence[Sequence[int]], int], int],
) -> Feedback:
    """Does `answer(table, size)` count a convolution that reads some maps only?"""
    small = [(0, 1), (0,)]
    cases = [
        ((small, 1), "Two maps read three others in all, and each has a bias."),
        ((small, 5), "A kernel of 5 x 5 has 25 weights for each map that it reads."),
        (([(0, 1, 2)] * 4, 3), "Each row of the table is one kernel."),
    ]
    for arguments, hint in cases:
        value, failure = call(answer, *arguments)
        if failure:
            return failure
        found, expected = as_numbers(value), _table_parameters(*arguments)
        if found is None or found.shape != () or found != expected:
            return wrong(
                f"For the table {arguments[0]} and kernels of {arguments[1]} pixels "
                f"you gave {value!r}. {hint}"
            )
    return right("With the table of the paper and kernels of 5 pixels it gives 1,516.")


def _inception_parameters(c: int, widths: Sequence[int]) -> int:
    one, reduce3, three, reduce5, five, pool = widths
    weights = c * (one + reduce3 + reduce5 + pool) + 9 * reduce3 * three
    return weights + 25 * reduce5 * five + sum(widths)


def check_inception(answer: Callable[[int, Sequence[int]], int]) -> Feedback:
    """Does `answer(c, widths)` count weights and biases of an Inception block?"""
    cases = [
        (
            (10, (1, 1, 1, 1, 1, 1)),
            "Four kernels of one pixel read the input; the two large ones read what "
            "was reduced; six biases.",
        ),
        ((192, INCEPTION["3a"]), "The 3x3 kernels read the maps of their own 1x1."),
        ((832, INCEPTION["5b"]), "The order is 1x1, 1x1, 3x3, 1x1, 5x5, 1x1."),
    ]
    for arguments, hint in cases:
        value, failure = call(answer, *arguments)
        if failure:
            return failure
        found, expected = as_numbers(value), _inception_parameters(*arguments)
        if found is None or found.shape != () or found != expected:
            return wrong(
                f"For {arguments[0]} channels and the widths {arguments[1]} you gave "
                f"{value!r}. {hint}"
            )
    return right(
        "Without the reductions, block 3a would have more than twice as many weights."
    )
