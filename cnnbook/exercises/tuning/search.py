"""Checkers of the exercises on *Search*."""

from collections.abc import Callable

import numpy as np

from cnnbook.exercises.feedback import Feedback, call, check_function, right, wrong


def check_odds(answer: Callable[[float, int], float]) -> Feedback:
    """Does `answer(share, num)` give the chance that one of `num` draws is good?"""
    return check_function(
        answer,
        [
            ((0.5, 1), 0.5, "One draw falls into half of the space every second time."),
            (
                (0.5, 2),
                0.75,
                "Two draws miss half of the space with probability 1/4; they do not "
                "add up to certainty.",
            ),
            ((0.05, 60), 1 - 0.95**60, "All 60 must miss for the search to fail."),
            ((0.0, 10), 0.0, "Nothing good, nothing found."),
        ],
        tolerance=1e-9,
        praise="Sixty random trials find the best twentieth 95 times in 100, whatever "
        "the number of knobs.",
    )


def check_halving_cost(answer: Callable[[int, int, int, int], int]) -> Feedback:
    """Does `answer(num, first, last, factor)` count all epochs of a halving?"""
    return check_function(
        answer,
        [
            (
                (27, 1, 9, 3),
                81,
                "27 for 1 epoch, 9 for 3, 3 for 9: each rung costs 27 where every "
                "survivor starts anew.",
            ),
            (
                (8, 2, 8, 2),
                48,
                "The rungs are 8 for 2, 4 for 4 and 2 for 8 epochs, 16 each.",
            ),
            (
                (10, 1, 9, 3),
                28,
                "10 // 3 = 3 go on, and 3 // 3 = 1: 10 + 3 * 3 + 1 * 9.",
            ),
            ((4, 1, 100, 3), 7, "A rung of nobody costs nothing: 4 + 1 * 3."),
        ],
        tolerance=0,
        praise="Every rung costs the same, so a search costs rungs times the first.",
    )


def check_honest_score(
    answer: Callable[[np.ndarray], tuple[int, float]],
) -> Feedback:
    """Does `answer(correct)` choose on the first images and judge on the others?

    `correct` is (configurations, chunks), shares of right answers.
    """
    rng = np.random.default_rng(0)
    correct = 0.8 + 0.02 * rng.standard_normal((30, 10))
    chosen = int(correct[:, 0].argmax())
    honest = float(correct[chosen, 1:].mean())
    value, failure = call(answer, correct.copy())
    if failure:
        return failure
    try:
        found, score = int(value[0]), float(value[1])
    except (TypeError, ValueError, IndexError):
        return wrong(f"Return a pair (index, score), got {value!r}.")
    if found != chosen:
        if found == int(correct.mean(axis=1).argmax()):
            return wrong("You chose with all chunks: then none is left to judge with.")
        return wrong("Choose the configuration with the highest share in chunk 0.")
    if np.isclose(score, correct[chosen, 0]):
        return wrong(
            f"{score:.3f} is the score that it was chosen for. It was the luckiest of "
            "30: judge it by chunks that had no say."
        )
    if np.isclose(score, correct[chosen].mean()):
        return wrong("Chunk 0 is still among the judges. Leave it out.")
    if not np.isclose(score, honest):
        return wrong("Average the chosen configuration over the chunks from 1 on.")
    return right(
        f"It was chosen for {correct[chosen, 0]:.3f} and is worth {honest:.3f}; all 30 "
        "are equally good here, so that every bit of the difference is luck."
    )
