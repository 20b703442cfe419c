"""Pages that break the rules on how a page is laid out."""

from nbformat.v4 import new_markdown_cell

from tests.bad_pages.spoil import breaks, replace
from tests.good_page import find, renumber, result


@breaks("opening")
def no_question(page):
    replace(page, "**Question.**", "Question:")


@breaks("opening")
def four_abilities(page):
    replace(page, "condition.", "condition,\n4. do one thing more.")


@breaks("opening")
def no_list_of_claims(page):
    replace(page, "**Claims tried.** T01", "")
    find(page, "claims.verdict").source = "accuracy > 0.9"
    find(page, "accuracy > 0.9").outputs = [result("True")]


@breaks("opening")
def no_run_time(page):
    replace(page, "about 5 s on 2 cores", "short")


@breaks("opening")
def no_title(page):
    replace(page, "# A good page", "A good page")


@breaks("one-title")
def a_second_title(page):
    replace(page, "## A body", "# A body")


@breaks("closing")
def another_section_after_the_quiz(page):
    page.cells.append(new_markdown_cell("## Further reading\n\nNothing yet."))


@breaks("closing")
def the_answer_missing(page):
    replace(page, "## Answer", "## Summary")


@breaks("answer-numbers")
def an_answer_in_general(page):
    find(page, "## Answer").source = "## Answer\n\nIt looks like this one."


@breaks("exercise-count")
def two_exercises(page):
    start = page.cells.index(find(page, ":label: ex-good-3"))
    del page.cells[start : start + 6]
    renumber(page)


@breaks("exercise-checked")
def an_exercise_without_checker(page):
    replace(page, "answer = None\nexercises.check_good_1(answer)", "answer = None")


@breaks("exercise-checked")
def a_label_of_another_kind(page):
    replace(page, ":label: ex-good-1", ":label: good-1")
    replace(page, "{solution-start} ex-good-1", "{solution-start} good-1")


@breaks("exercise-title")
def an_exercise_without_title(page):
    replace(page, "{exercise-start} Add\n:label: ex-good-1", UNTITLED)


UNTITLED = "{exercise-start}\n:label: ex-good-1"


@breaks("exercise-solved")
def no_solution(page):
    start = page.cells.index(find(page, "{solution-start} ex-good-1"))
    del page.cells[start : start + 3]
    renumber(page)


@breaks("exercise-solved")
def a_solution_without_assertion(page):
    replace(
        page,
        "assert exercises.check_good_1(answer).correct",
        "exercises.check_good_1(answer)",
    )


@breaks("exercise-solved")
def an_open_solution(page):
    replace(page, "{solution-start} ex-good-1\n:class: dropdown", GATE)


GATE = "{solution-start} ex-good-1"


@breaks("quiz-reasons")
def two_questions(page):
    page.cells.pop()


@breaks("quiz-reasons")
def a_question_without_dropdown(page):
    page.cells[-1].source = page.cells[-1].source.partition("```")[0]


@breaks("quiz-reasons")
def one_reason_for_two_options(page):
    in_the_last_question(page, "- (b) is wrong, there is nothing to compare.\n", "")


def in_the_last_question(page, old, new):
    question = page.cells[-1]
    assert old in question.source
    question.source = question.source.replace(old, new)


@breaks("quiz-form")
def reasons_in_place_of_an_answer(page):
    in_the_last_question(page, "{dropdown} Answer", "{dropdown} Reasons")


@breaks("quiz-form")
def an_option_with_half_a_bracket(page):
    in_the_last_question(page, "- (a) those", "- a) those")


@breaks("quiz-form")
def a_question_of_which_the_number_alone_is_bold(page):
    in_the_last_question(
        page, "**3. Which cells does nbval compare?**", "**3.** Which?"
    )
