"""Whatever a reader hands over, each checker answers in words and praises nothing."""

import importlib
import pkgutil
from inspect import signature

import pytest

from cnnbook import exercises
from cnnbook.exercises import Feedback


def fails(*_, **__):
    raise RuntimeError("not thought of")


NONSENSE = {
    "nothing": None,
    "a function that fails": fails,
    "a function that returns nothing": lambda *_, **__: None,
    "a function that returns words": lambda *_, **__: "words",
    "words": "words",
    "a negative number": -12345.5,
    "an empty list": [],
    "an object": object(),
}
CHECKERS = {
    f"{module.name.removeprefix('cnnbook.exercises.')}.{name}": check
    for module in pkgutil.walk_packages(exercises.__path__, "cnnbook.exercises.")
    for name, check in vars(importlib.import_module(module.name)).items()
    if name.startswith("check_") and check.__module__ == module.name
    if not module.name.endswith(".feedback")
}


def test_there_are_three_for_a_page():
    assert len(CHECKERS) > 3 * 40


@pytest.mark.parametrize("given", NONSENSE)
@pytest.mark.parametrize("name", CHECKERS)
def test_nonsense_is_answered_and_not_praised(name, given):
    asked = signature(CHECKERS[name]).parameters.values()
    required = [one for one in asked if one.default is one.empty]
    feedback = CHECKERS[name](*[NONSENSE[given]] * len(required))
    assert isinstance(feedback, Feedback)
    assert not feedback.correct
    assert len(feedback.message) > 10
