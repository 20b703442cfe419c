"""The checkers that readers call: an answer in, feedback in words out.

One module for each part of the book. A checker never raises because an answer is
wrong; it says what is wrong and where to look.
"""

from cnnbook.exercises.feedback import Feedback

__all__ = ["Feedback"]
