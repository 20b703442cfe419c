"""Checkers of the exercises on *Is a CNN the right tool for these data?*"""

from collections.abc import Callable, Mapping

import numpy as np

from cnnbook.exercises.feedback import (
    Feedback,
    as_numbers,
    call,
    check_function,
    right,
    wrong,
)

BLIND = {
    "logistic regression": (
        True,
        "Logistic regression adds up one weighted pixel after the other, and a sum has "
        "no order.",
    ),
    "MLP": (
        True,
        "The first layer of an MLP takes sums over all pixels: permute its weights "
        "along with them and nothing has changed.",
    ),
    "nearest neighbor": (
        True,
        "The distance of two images is a sum over pixels, the same sum in any order.",
    ),
    "CNN": (
        False,
        "The window of a CNN covers other pixels after the permutation.",
    ),
    "CNN with 1x1 kernels and a global average": (
        True,
        "A 1x1 kernel looks at one pixel alone, and the average forgets where it was.",
    ),
    "HOG and a linear classifier": (
        False,
        "HOG starts from differences of neighbors, and those become differences of "
        "strangers.",
    ),
}


def check_blind(answer: Mapping[str, bool]) -> Feedback:
    """Is it right for each method whether a fixed permutation leaves it unharmed?"""
    if answer is None:
        return wrong(
            "Replace `answer = None` by a dictionary: method -> True or False."
        )
    if not isinstance(answer, Mapping):
        return wrong(f"Give a dictionary, got {answer!r}.")
    missing = [name for name in BLIND if name not in answer]
    if missing:
        return wrong(f"There is no answer for {missing[0]!r} yet.")
    for name, (blind, reason) in BLIND.items():
        if not isinstance(answer[name], (bool, np.bool_)):
            return wrong(f"Answer {name!r} by True or False, got {answer[name]!r}.")
        if bool(answer[name]) != blind:
            return wrong(f"Think about {name!r} again. {reason}")
    return right("Whoever sums over all pixels alike is blind to their order.")


def check_is_clear(answer: Callable[[list[float]], bool]) -> Feedback:
    """Does `answer(differences)` decide as the rule of the page does?"""
    cases = [
        ([0.03, 0.04, 0.05], True, "A mean of 0.04 with a spread of 0.01 is clear."),
        ([-0.03, -0.04, -0.05], False, "A loss is no gain: do not take the magnitude."),
        (
            [0.004, 0.005, 0.006],
            False,
            "Half a point is sure here, and still too little: the mean must be 0.01 or "
            "more.",
        ),
        (
            [-0.02, 0.04, 0.1],
            False,
            "A mean of 0.04 with a spread of 0.06 may be luck: its standard error is "
            "0.035.",
        ),
        (
            [0.018, 0.04, 0.062],
            True,
            "The spread is 0.022, and it is the mean of three runs that counts: divide "
            "by the root of their number before doubling.",
        ),
        (
            [0.007, 0.035],
            False,
            "With two runs the divisor decides: the sample deviation divides by one "
            "less than the number of runs (ddof=1).",
        ),
    ]
    for differences, expected, hint in cases:
        value, failure = call(answer, differences)
        if failure:
            return failure
        if not isinstance(value, (bool, np.bool_)):
            return wrong(f"Return True or False, got {value!r} for {differences}.")
        if bool(value) != expected:
            return wrong(f"For {differences} you answered {bool(value)}. {hint}")
    return right("A rule that a computer can apply is one nobody can bend afterwards.")


def check_guessing(answer: Callable[[list[float]], float]) -> Feedback:
    """Does `answer(shares)` give the accuracy of guessing by the class shares?"""
    cases = [
        (([0.5, 0.5],), 0.5, "Two classes of equal size: a coin against a coin."),
        (([0.1] * 10,), 0.1, "Ten equal classes: one guess in ten is right."),
        (
            ([1.0, 0.0],),
            1.0,
            "With one class alone every guess is right.",
        ),
        (
            ([0.627, 0.373],),
            0.627**2 + 0.373**2,
            "The guess is class k with probability p_k, and so is the label: both are "
            "with p_k squared. Only who always names the largest class reaches its "
            "share.",
        ),
    ]
    return check_function(
        answer,
        cases,
        tolerance=1e-6,
        praise="So 0.53 on the table is what memory is worth on new labels, and 0.63 "
        "would have been better.",
    )


def check_split_without_copies(answer: Callable) -> Feedback:
    """Does `answer(images, share)` split so that no image stands on both sides?

    It returns positions for training and for validation, about `share` of all.
    """
    rng = np.random.default_rng(5)
    base = rng.uniform(size=(40, 3, 3, 1))
    images = np.concatenate([base, base[rng.integers(0, 40, size=40)]])
    images = images[rng.permutation(len(images))]
    value, failure = call(answer, images.copy(), 0.25)
    if failure:
        return failure
    if not isinstance(value, tuple) or len(value) != 2:
        return wrong("Return two arrays of positions: training and validation.")
    parts = [as_numbers(part) for part in value]
    if any(part is None or part.ndim != 1 for part in parts):
        return wrong("Both parts must be one-dimensional arrays of positions.")
    training, validation = (part.astype(int) for part in parts)
    together = np.concatenate([training, validation])
    if len(together) < len(images) and len(set(together.tolist())) == len(together):
        return wrong(
            f"You used {len(together)} of {len(images)} images. A copy may stay, as "
            "long as it is on the side of its original."
        )
    if sorted(together.tolist()) != list(range(len(images))):
        return wrong("Every position must occur exactly once, on one side.")
    seen = {images[i].tobytes() for i in training}
    copies = sum(images[i].tobytes() in seen for i in validation)
    if copies:
        return wrong(
            f"{copies} of {len(validation)} validation images have a copy in the "
            "training set. Deal out groups of equal images, not images."
        )
    if not 0.1 <= len(validation) / len(images) <= 0.4:
        return wrong(
            f"Of {len(images)} images {len(validation)} are for validation; a quarter "
            "was asked for, give or take a group."
        )
    return right("No copy crosses the line, whatever the groups are made of.")
