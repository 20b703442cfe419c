"""Every rule of the page contract rejects a bad page, and the real pages keep all."""

import pytest

from tests.bad_pages import BAD
from tests.good_page import REGISTER, find, good_page
from tools.hygiene import RULES, Page, check
from tools.hygiene.page import rule
from tools.notebook_files import list_pages, read_notebook
from tools.notebooks import check_pages


def test_a_good_page_breaks_no_rule():
    assert check(good_page(), REGISTER) == {}


@pytest.mark.parametrize(
    ("name", "spoil"), BAD, ids=[f"{name}-{spoil.__name__}" for name, spoil in BAD]
)
def test_a_bad_page_breaks_exactly_its_rule(name, spoil):
    page = good_page()
    spoil(page)
    assert list(check(page, REGISTER)) == [name]


def test_every_rule_has_a_bad_page():
    assert {name for name, _ in BAD} == set(RULES)


@pytest.mark.parametrize("name", list(RULES))
def test_a_rule_says_itself_in_a_sentence(name):
    sentence = RULES[name].sentence
    assert sentence.endswith(".")
    assert len(sentence.split()) > 4


def test_a_problem_says_where_what_and_what_to_do():
    page = good_page()
    find(page, "plots.curve").metadata["mystnb"]["image"]["alt"] = "A curve."
    (problem,) = check(page, REGISTER)["figure-alt"]
    assert page.cells[problem.cell].source.startswith("plots.curve")
    assert "'A curve.'" in problem.what
    assert "mystnb.image.alt" in problem.remedy


def test_two_rules_cannot_have_one_name():
    with pytest.raises(ValueError, match="choose another name"):
        rule("closing", "There is one already.")(lambda page: [])


def test_hidden_cells_do_not_count_as_a_run_of_code():
    page = good_page()
    measured = page.cells.index(find(page, "import matplotlib"))
    hidden = find(page, "assert 0.90")
    page.cells.remove(hidden)
    page.cells.insert(measured + 1, hidden)
    assert "code-run" not in check(page, REGISTER)


def test_words_in_a_fence_are_no_heading():
    page = good_page()
    find(page, "## A body").source += "\n\n```python\n# a comment\n```"
    assert (1, 1, "a comment") not in Page(page).headings
    assert check(page, REGISTER) == {}


@pytest.mark.parametrize(
    "source",
    [
        "scaler.fit(x)",  # not Keras
        "history = training.fit(model, x, y, epochs=2)",  # our own, quiet by itself
        "model.fit(x, y, epochs=2, verbose=0)",
    ],
)
def test_a_quiet_fit_is_allowed(source):
    page = good_page()
    find(page, "1 + 1").source = source
    assert check(page, REGISTER) == {}


@pytest.mark.parametrize(
    "source",
    [
        "for _ in range(3):\n    run()",
        "first, _ = pair",
        "with warnings.catch_warnings(record=True) as caught:\n    run()",
        "from sklearn.datasets import load_digits",
        'answer = client.post("/v2/models/digits/infer")',
        'glue("accuracy", float(scores.mean()))',
    ],
)
def test_what_only_looks_wrong_is_allowed(source):
    page = good_page()
    find(page, "1 + 1").source = source
    assert check(page, REGISTER) == {}


@pytest.mark.parametrize("path", list_pages(), ids=lambda path: path.stem)
def test_real_pages_keep_every_rule(path):
    from cnnbook.claims import load_register

    broken = check(read_notebook(path), load_register())
    lines = [
        f"cell {cell}: {name}: {what}; {remedy}"
        for name, problems in broken.items()
        for cell, what, remedy in problems
    ]
    assert not lines, "\n".join([path.stem, *lines])


@pytest.mark.parametrize("path", list_pages(), ids=lambda path: path.stem)
def test_real_pages_are_in_the_stored_form(path):
    assert check_pages([path]) == [], f"run: make notebooks PAGES={path.stem}"
