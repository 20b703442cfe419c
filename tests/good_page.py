"""A page that keeps every rule of the contract, built in code.

`good_page()` gives a fresh notebook, so that a test may break it as it likes; `find`
gives the cell in which a text stands. `REGISTER` is the register it was written for.
"""

from types import SimpleNamespace

import nbformat
from nbformat.v4 import (
    new_code_cell,
    new_markdown_cell,
    new_notebook,
    new_output,
)

from tools.notebook_normal import METADATA

REGISTER = {
    "T01": SimpleNamespace(id="T01", verdict="upheld", page="training/good"),
    "T02": SimpleNamespace(id="T02", verdict="refuted", page="training/other"),
    "T03": SimpleNamespace(id="T03", verdict=None, page=None),
}

OPENING = """# A good page

**Question.** What does a page look like that keeps every rule?

**You will be able to**

1. recognize the opening of a page,
2. say which cells are compared,
3. read a verdict and its condition.

**Claims tried.** T01

**Run time.** about 5 s on 2 cores."""

PROSE = """## A body

Before the code stands what to expect, in full sentences, so that a reader can guess
the outcome before it is printed. Here two numbers are added, an easy thing, and the
result is compared with what a hand would write. After it stands what was seen, and
what follows from it. A page that explains less than this has too few words for each
line of code, and one of the rules will say so. The words of this paragraph are many
on purpose: the page has a number of cells, each of which wants to be carried by some
prose, and the rule counts three words for each line."""

ANSWER = "## Answer\n\nIt looks like this one: 3 abilities, 1 claim, 0 problems."

QUESTION = """**{number}. Which cells does nbval compare?**

- (a) those with outputs
- (b) those without

```{{dropdown}} Answer
- (a) is right, outputs are what it compares.
- (b) is wrong, there is nothing to compare.
```"""


def result(value: str) -> nbformat.NotebookNode:
    return new_output("execute_result", data={"text/plain": value})


def printed(text: str) -> nbformat.NotebookNode:
    return new_output("stream", name="stdout", text=text)


def figure() -> nbformat.NotebookNode:
    data = {"image/png": "iVBORw0KGgo=", "text/plain": "<Figure size 640x480>"}
    return new_output("display_data", data=data)


def error() -> nbformat.NotebookNode:
    return new_output(
        "error",
        ename="ZeroDivisionError",
        evalue="division by zero",
        traceback=["ZeroDivisionError: division by zero"],
    )


def verdict(claim: str, outcome: str) -> nbformat.NotebookNode:
    bundle = {"id": claim, "verdict": outcome}
    html = f'<div class="claim claim-{outcome}" id="claim-{claim}">{outcome}</div>'
    data = {
        "application/vnd.cnnbook.claim+json": bundle,
        "text/html": html,
        "text/plain": f"{claim}: {outcome}",
    }
    return new_output("display_data", data=data)


def code(source: str, *outputs: nbformat.NotebookNode, tags: tuple = (), **mystnb):
    metadata: dict = {}
    if tags:
        metadata["tags"] = list(tags)
    if mystnb:
        metadata["mystnb"] = mystnb
    return new_code_cell(source, outputs=list(outputs), metadata=metadata)


def figure_cell(name: str, alt: str) -> nbformat.NotebookNode:
    return code(
        "plots.curve(history)\nplt.show()",
        figure(),
        tags=("hide-input",),
        image={"alt": alt},
        figure={"caption": "The loss falls from epoch to epoch.", "name": name},
    )


def exercise(number: int) -> list[nbformat.NotebookNode]:
    label = f"ex-good-{number}"
    check = f"exercises.check_good_{number}(answer)"
    return [
        new_markdown_cell(
            f"```{{exercise-start}} Add\n:label: {label}\n```\n\nAdd {number} to 1."
        ),
        code(f"answer = None\n{check}", result("Not yet: `answer` is None.")),
        new_markdown_cell("```{exercise-end}\n```"),
        new_markdown_cell(
            f"```{{solution-start}} {label}\n:class: dropdown\n```\n\nOne sum does it."
        ),
        code(f"answer = 1 + {number}\nassert {check}.correct"),
        new_markdown_cell("```{solution-end}\n```"),
    ]


def body() -> list[nbformat.NotebookNode]:
    return [
        new_markdown_cell(PROSE),
        code("import matplotlib.pyplot as plt\nfrom cnnbook import claims"),
        code("1 + 1", result("2")),
        new_markdown_cell("Two, as expected. Now a measured value, which differs."),
        code("print(accuracy)", printed("0.93\n"), tags=("nbval-ignore-output",)),
        code("assert 0.90 < accuracy < 0.96", tags=("remove-cell",)),
        new_markdown_cell("The curve of the training, and one more of the test."),
        figure_cell("fig-good-loss", "A line that falls from left to right."),
        figure_cell("fig-good-test", "A line that rises and then stays level."),
        new_markdown_cell("A deliberate mistake, and its message:"),
        code("1 / 0", error(), tags=("raises-exception",)),
        new_markdown_cell("The claim of this page is decided by what was printed."),
        code(
            'claims.verdict("T01", holds=accuracy > 0.9, because="above 0.9")',
            verdict("T01", "upheld"),
        ),
        new_markdown_cell(ANSWER),
        new_markdown_cell("## Exercises"),
        *(cell for number in (1, 2, 3) for cell in exercise(number)),
        new_markdown_cell("## Quiz"),
        *(new_markdown_cell(QUESTION.format(number=number)) for number in (1, 2, 3)),
    ]


def good_page() -> nbformat.NotebookNode:
    """A fresh notebook in the stored form, with ids that do not change."""
    notebook = new_notebook(cells=[new_markdown_cell(OPENING), *body()])
    notebook.metadata = nbformat.from_dict(METADATA)
    for index, cell in enumerate(notebook.cells):
        cell.id = f"cell-{index}"
    return renumber(notebook)


def renumber(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Give the code cells the counts of a fresh run, in place."""
    count = 0
    for cell in notebook.cells:
        if cell.cell_type == "code":
            count += bool(cell.source.strip())
            cell.execution_count = count if cell.source.strip() else None
    return notebook


def find(notebook: nbformat.NotebookNode, text: str) -> nbformat.NotebookNode:
    """The first cell whose source holds `text`."""
    return next(cell for cell in notebook.cells if text in cell.source)
