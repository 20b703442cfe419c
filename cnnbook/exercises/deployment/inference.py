"""Checkers of the exercises on *Inference, measured*."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from cnnbook.exercises.feedback import Feedback, call, check_function, wrong


def check_percentile(answer: Callable[[Sequence[float], float], float]) -> Feedback:
    """Does `answer(milliseconds, share)` give a percentile that some call took?"""
    hundred = [float(value) for value in range(100, 0, -1)]
    cases = [
        (([3.0, 1.0, 2.0], 1.0), 3.0, "All calls took the longest time or less."),
        (
            ([4.0, 1.0, 3.0, 2.0], 0.5),
            2.0,
            "Half of 1, 2, 3, 4 is two calls, and they took 2 or less. Sort first, and "
            "take a time of the list, no value between two.",
        ),
        (([1.0] * 98 + [50.0, 51.0], 0.99), 50.0, "99 of 100 calls took 50 or less."),
        (([1.0, 9.0], 0.6), 9.0, "One call of two is too few for a share of 0.6."),
        ((hundred, 0.07), 7.0, "0.07 * 100 is a little more than 7 in floats."),
        (([5.0], 0.5), 5.0, "A single call is every percentile."),
    ]
    feedback = check_function(
        answer,
        cases,
        tolerance=1e-9,
        praise="The p99 of 50 calls is the slowest of them: 49 are fewer than 99 %. "
        "For a percentile that means more than its worst call, take thousands.",
    )
    if feedback.correct:
        times = np.array([2.0, 1.0])
        answer(times, 0.5)
        if times.tolist() != [2.0, 1.0]:
            return wrong(
                "Your function sorts the caller's list in place. Use `sorted`, which "
                "makes a new one."
            )
    return feedback


def check_speedup(
    answer: Callable[[Mapping[str, float], str, float], float],
) -> Feedback:
    """Does `answer(stages, name, factor)` give the gain of the whole request?"""
    even = {"decode": 5.0, "infer": 5.0}
    heavy = {"decode": 1.0, "resize": 2.0, "infer": 97.0}
    cases = [
        ((even, "infer", 1.0), 1.0, "Nothing became faster: the gain is 1."),
        (
            (even, "infer", 2.0),
            10 / 7.5,
            "Of 10 ms, 5 become 2.5 and the other 5 stay: compare 10 with 7.5.",
        ),
        (
            (heavy, "decode", 1000.0),
            100 / 99.001,
            "One percent of the request cannot gain more than one percent.",
        ),
        (
            (heavy, "infer", 97.0),
            25.0,
            "Times as fast is the time before over the time after: 100 over 4.",
        ),
    ]
    return check_function(
        answer,
        cases,
        tolerance=1e-6,
        praise="So the longest stage comes first, and after each step the table has "
        "to be measured again, because another stage is the longest then.",
    )


def check_expected_errors(
    answer: Callable[[np.ndarray, np.ndarray, list[int]], float],
) -> Feedback:
    """Does `answer(labels, wrong, part)` give the errors that the classes explain?"""
    labels = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    failed = np.array([1, 0, 0, 0, 1, 1, 1, 0], bool)
    cases = [
        (
            [0, 1, 2, 3],
            1.0,
            "These four are class 0, which fails in one case of four: one error.",
        ),
        (
            [4, 5],
            1.5,
            "Class 1 fails in three cases of four, so two of its images are due 1.5. "
            "Count what the class would produce, not what happened in the slice.",
        ),
        (
            [1, 7],
            1.0,
            "Two images that are right are due 0.25 and 0.75 all the same; neither "
            "the slice nor the overall rate alone can tell.",
        ),
        (
            [0, 1, 4, 5, 6],
            2.75,
            "A sum over the images of the slice: 2 x 0.25 and 3 x 0.75.",
        ),
        ([], 0.0, "An empty slice is due nothing."),
    ]
    for part, expected, hint in cases:
        value, failure = call(answer, labels.copy(), failed.copy(), list(part))
        if failure:
            return failure
        feedback = check_function(
            lambda found=value: found,
            [((), expected, hint)],
            tolerance=1e-9,
            praise="This is the number to hold a slice against. Statisticians call it "
            "indirect standardization, and use it to compare hospitals.",
        )
        if not feedback.correct:
            return feedback
    return feedback
