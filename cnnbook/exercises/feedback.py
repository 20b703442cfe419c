"""What a checker answers: right or not yet, and why."""

import html
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Feedback:
    """`correct` or not, with a `message` that helps with the next attempt."""

    correct: bool
    message: str

    def __repr__(self) -> str:
        return f"{self._head()} {self.message}"

    def _repr_html_(self) -> str:
        state = "correct" if self.correct else "not-yet"
        return (
            f'<div class="feedback feedback-{state}"><strong>{self._head()}</strong> '
            f"{html.escape(self.message)}</div>"
        )

    def _head(self) -> str:
        return "Correct." if self.correct else "Not yet."


def right(message: str) -> Feedback:
    """Feedback to a correct answer."""
    return Feedback(True, message)


def wrong(message: str) -> Feedback:
    """Feedback to an answer that is not correct."""
    return Feedback(False, message)


def call(answer: object, *arguments: object) -> tuple[object, Feedback | None]:
    """Call the reader's function: its result, or the feedback if it cannot be had."""
    if answer is None:
        return None, wrong("Replace `answer = None` by your answer.")
    if not callable(answer):
        return None, wrong(f"Your answer must be a function, got {answer!r}.")
    try:
        return answer(*arguments), None
    except Exception as error:  # noqa: BLE001  whatever the reader's code raises
        return None, wrong(f"Your function raised {type(error).__name__}: {error}")


def as_numbers(value: object) -> np.ndarray | None:
    """`value` as an array of floats, None where it is not made of numbers."""
    try:
        return np.asarray(value, float)
    except (TypeError, ValueError):
        return None


def check_number(
    answer: object, expected: float, *, tolerance: float, hint: str, praise: str
) -> Feedback:
    """Compare one number with `expected`, within `tolerance` (same unit)."""
    if answer is None:
        return wrong(f"Replace `answer = None` by a number. {hint}")
    try:
        value = float(answer)
    except (TypeError, ValueError):
        return wrong(f"Your answer must be a number, got {answer!r}.")
    if abs(value - expected) <= tolerance:
        return right(praise)
    return wrong(f"You answered {value:g}. {hint}")


def check_function(
    answer: Callable,
    cases: list[tuple[tuple, float, str]],
    *,
    tolerance: float,
    praise: str,
) -> Feedback:
    """Call a function of the reader on `cases` of (arguments, expected, hint)."""
    for arguments, expected, hint in cases:
        value, failure = call(answer, *arguments)
        if failure:
            return failure
        feedback = check_number(
            value, expected, tolerance=tolerance, hint=hint, praise=praise
        )
        if not feedback.correct:
            return feedback
    return right(praise)
