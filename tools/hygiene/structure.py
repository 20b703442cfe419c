"""Rules on how a page is laid out: opening, closing, exercises, quiz."""

import ast
import re
from collections.abc import Iterator

from tools.hygiene.page import FENCE, Cell, Page, Problem, rule

CLOSING = ["Answer", "Exercises", "Quiz"]
LEAST_EXERCISES = 3
LEAST_QUESTIONS = 3
OPENING = {
    "question": r"^\*\*Question\.\*\* \S",
    "list of abilities": r"^\*\*You will be able to\*\*",
    "claims": r"^\*\*Claims tried\.\*\* \S",
    "run time": r"^\*\*Run time\.\*\* about \d+(?:\.\d+)? (?:s|seconds|min|minutes?) "
    r"on 2 cores\.",
}
START = re.compile(r"^`{3,}\{(exercise|solution)-start\}[ \t]*(.*)$", re.MULTILINE)
END = re.compile(r"^`{3,}\{(exercise|solution)-end\}", re.MULTILINE)
LABEL = re.compile(r"^:label:[ \t]*(\S+)", re.MULTILINE)
DROPDOWN = re.compile(
    r"^(`{3,}|:{3,})\{dropdown\}([^\n]*)\n(.*?)^\1[ \t]*$", re.MULTILINE | re.DOTALL
)
QUESTION = r"\*\*\d+\. .*\*\*"
ITEM = re.compile(r"^[ \t]*(?:[-*+]|\w{1,2}[.)]|\([a-z]\))[ \t]+\S", re.MULTILINE)


@rule("opening", "The first cell: title, question, three abilities, claims, run time.")
def opening(page: Page) -> Iterator[Problem]:
    first = page.cells[0] if page.cells else None
    if first is None or first.is_code:
        yield Problem(0, "the page does not open with prose", "write the opening cell")
        return
    if not re.match(r"# \S", first.source):
        yield Problem(0, "no `# Title` on the first line", "begin with the title")
    for part, pattern in OPENING.items():
        if not re.search(pattern, first.source, re.MULTILINE):
            yield Problem(0, f"the opening has no {part}", f"add it as /{pattern}/")
    after = first.source.partition("**You will be able to**")[2]
    able = re.findall(r"^\d+\. \S", after.partition("**Claims")[0], re.MULTILINE)
    if len(able) != 3:
        yield Problem(0, f"{len(able)} numbered abilities", "name exactly three")


@rule("one-title", "A page has one `#` heading: its title.")
def one_title(page: Page) -> Iterator[Problem]:
    for index, _, title in [h for h in page.headings if h[1] == 1][1:]:
        yield Problem(index, f"second title {title!r}", "make it a `##` heading")


@rule("closing", "The last three sections are Answer, Exercises and Quiz.")
def closing(page: Page) -> Iterator[Problem]:
    last = [title for _, level, title in page.headings if level == 2][-3:]
    if last != CLOSING:
        yield Problem(None, f"last sections {last}", f"close with {CLOSING}")


@rule("answer-numbers", "The answer states numbers of the page.")
def answer_numbers(page: Page) -> Iterator[Problem]:
    cells = [cell for cell in page.section("Answer") if not cell.is_code]
    text = " ".join(cell.source for cell in cells)
    if cells and not re.search(r"\d|\{glue", text):
        yield Problem(
            cells[0].index, "an answer without numbers", "give the page's own"
        )


def gates(page: Page, kind: str) -> dict[str, list[Cell]]:
    """Label to cells from `kind`-start to `kind`-end; unlabeled or open ones too.

    The label of a solution is that of its exercise.
    """
    found: dict[str, list[Cell]] = {}
    label = None
    for cell in page.cells:
        starts = [] if cell.is_code else list(START.finditer(cell.source))
        for start in (match for match in starts if match[1] == kind):
            named = LABEL.search(cell.source, start.end())
            label = start[2] if kind == "solution" else named[1] if named else ""
            found.setdefault(label.strip(), [])
            label = label.strip()
        if label is not None:
            found[label].append(cell)
        ends = [] if cell.is_code else END.findall(cell.source)
        if kind in ends:
            label = None
    return found


@rule("exercise-count", "A page has at least three exercises, in their section.")
def exercise_count(page: Page) -> Iterator[Problem]:
    section = {cell.index for cell in page.section("Exercises")}
    inside = [
        name
        for name, cells in gates(page, "exercise").items()
        if cells and cells[0].index in section
    ]
    if len(inside) < LEAST_EXERCISES:
        what = f"{len(inside)} exercises in `## Exercises`"
        yield Problem(None, what, f"give at least {LEAST_EXERCISES}")


def checks(cells: list[Cell]) -> bool:
    """Whether a cell calls a checker: `exercises.check_…(…)`."""
    return any(
        name.rpartition(".")[2].startswith("check_")
        for cell in cells
        if cell.is_code
        for name, _ in cell.calls()
    )


def proves(cells: list[Cell]) -> bool:
    """Whether a cell asserts `check_…(…).correct`."""
    for cell in cells:
        for node in cell.nodes(ast.Assert) if cell.is_code else ():
            for part in ast.walk(node.test):
                if isinstance(part, ast.Attribute) and part.attr == "correct":
                    return True
    return False


@rule("exercise-checked", "Each exercise has a label ex-… and calls a checker.")
def exercise_checked(page: Page) -> Iterator[Problem]:
    for label, cells in gates(page, "exercise").items():
        if not label.startswith("ex-"):
            yield Problem(cells[0].index, f"exercise label {label!r}", "name it ex-…")
        elif not checks(cells):
            remedy = "call exercises.check_…(answer) between start and end"
            yield Problem(cells[0].index, f"{label} calls no checker", remedy)


@rule("exercise-title", "Each exercise has a title that says what it asks.")
def exercise_title(page: Page) -> Iterator[Problem]:
    for cell in page.cells:
        for kind, title in () if cell.is_code else START.findall(cell.source):
            if kind == "exercise" and not title.strip():
                remedy = "write it behind {exercise-start}"
                yield Problem(cell.index, "an exercise without a title", remedy)


@rule("exercise-solved", "Each exercise has a folded, executed, asserted solution.")
def exercise_solved(page: Page) -> Iterator[Problem]:
    solutions = gates(page, "solution")
    exercises = gates(page, "exercise")
    for label, cells in exercises.items():
        solution = solutions.get(label, [])
        if not (checks(solution) and proves(solution)):
            remedy = "end its solution in `assert exercises.check_…(answer).correct`"
            yield Problem(cells[0].index, f"{label} has no proved solution", remedy)
    for label, cells in solutions.items():
        if label not in exercises:
            yield Problem(cells[0].index, f"solution of {label!r}", "name its exercise")
        elif ":class: dropdown" not in cells[0].source:
            what = f"the solution of {label} is open"
            yield Problem(cells[0].index, what, "give it `:class: dropdown`")


def reasons(text: str) -> int:
    """List items of an answer, or its sentences if that is more."""
    sentences = re.findall(r"\w[^.!?]*[.!?](?:\s|$)", text)
    return max(len(ITEM.findall(text)), len(sentences))


@rule("quiz-reasons", "Three questions or more, each with a reason for each option.")
def quiz_reasons(page: Page) -> Iterator[Problem]:
    cells = [cell for cell in page.section("Quiz") if not cell.is_code]
    text = "\n\n".join(cell.source for cell in cells)
    found = list(DROPDOWN.finditer(text))
    where = cells[0].index if cells else None
    if len(found) < LEAST_QUESTIONS:
        what = f"{len(found)} questions with a dropdown"
        yield Problem(where, what, f"ask at least {LEAST_QUESTIONS}")
    begin = 0
    for number, match in enumerate(found, start=1):
        options = len(ITEM.findall(FENCE.sub("", text[begin : match.start()])))
        begin = match.end()
        if options < 2:
            what = f"question {number} has {options} options"
            yield Problem(where, what, "list at least two")
        elif reasons(match[3]) < options:
            what = f"question {number}: {reasons(match[3])} reasons, {options} options"
            yield Problem(where, what, "say of each option why it is right or wrong")


@rule("quiz-form", "A question is bold, its options (a), (b)…, its dropdown an Answer.")
def quiz_form(page: Page) -> Iterator[Problem]:
    for cell in page.section("Quiz"):
        text = "" if cell.is_code else cell.source
        for title in [match[2].strip() for match in DROPDOWN.finditer(text)]:
            if title != "Answer":
                yield Problem(cell.index, f"dropdown {title!r}", "call it Answer")
        for line in FENCE.sub("", text).splitlines():
            if re.match(r"[-*] (?!\([a-z]\) )", line):
                yield Problem(cell.index, f"option {line[:20]!r}", "begin with - (a)")
            if re.match(r"\W*\d", line) and not re.fullmatch(QUESTION, line):
                remedy = "write **1. What …?**"
                yield Problem(cell.index, f"question {line[:20]!r}", remedy)
