"""The rules of the page contract that a machine can hold.

`python -m tools.hygiene [PAGES…]` prints `page cell N: rule: what; what to do`.
`check(notebook, register)` gives the same as a dictionary.
"""

from collections.abc import Mapping
from typing import Any

from nbformat import NotebookNode

from tools.hygiene import claims, code, explorers, figures, outputs, structure
from tools.hygiene.page import RULES, Page, Problem, Rule

__all__ = ["RULES", "Page", "Problem", "Rule", "check"]

# importing enters their rules
SUBJECTS = (outputs, code, figures, explorers, claims, structure)


def check(
    notebook: NotebookNode, register: Mapping[str, Any]
) -> dict[str, list[Problem]]:
    """Rule names to problems, only of the rules that `notebook` breaks.

    `register` maps claim ids to entries with a `verdict`, None while it is open.
    """
    page = Page(notebook, register)
    found = {name: list(rule.check(page)) for name, rule in RULES.items()}
    return {name: problems for name, problems in found.items() if problems}
