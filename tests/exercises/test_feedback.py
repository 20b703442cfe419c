"""Feedback shows the same words as text and as HTML, and escapes the reader's."""

from cnnbook.exercises import Feedback
from cnnbook.exercises.feedback import as_numbers, check_number


def test_feedback_as_text():
    assert repr(Feedback(True, "Well counted.")) == "Correct. Well counted."
    assert repr(Feedback(False, "Count again.")) == "Not yet. Count again."


def test_feedback_as_html_escapes_what_the_reader_wrote():
    shown = Feedback(False, "Your answer <b> is no number.")._repr_html_()
    assert 'class="feedback feedback-not-yet"' in shown
    assert "&lt;b&gt;" in shown


def test_a_number_within_the_tolerance_is_right():
    settings = {"tolerance": 0.1, "hint": "h", "praise": "p"}
    assert check_number(1.05, 1.0, **settings).correct
    assert not check_number(1.2, 1.0, **settings).correct
    assert not check_number(float("nan"), 1.0, **settings).correct


def test_what_is_not_made_of_numbers_is_none():
    assert as_numbers([[1, 2], [3, 4]]).tolist() == [[1.0, 2.0], [3.0, 4.0]]
    assert as_numbers("three") is None
    assert as_numbers([[1], [2, 3]]) is None
    assert as_numbers(len) is None
