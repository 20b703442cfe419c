"""The confusion explorer counts what NumPy counts, at every threshold, and says it."""

import numpy as np
import pytest
from scipy.special import softmax

from cnnbook.calibration import confusion_by_confidence
from cnnbook.data import CLASS_NAMES as CLASSES
from cnnbook.explorers import explorer_html, table_html
from tests.browser.small_site import (
    focused,
    numbers_in,
    overflow,
    tab_to,
    undersized,
    write_site,
)

BINS = np.arange(100) / 100
RNG = np.random.default_rng(0)
N = 2999  # a prime: no share ends in a half
LABELS = RNG.integers(0, 10, N)
SCORES = RNG.normal(size=(N, 10)) * 1.5
SCORES[np.arange(N), LABELS] += 3
SCORES[LABELS == 6, 0] += 3  # shirts look like T-shirts
SCORES[LABELS == 8, 8] += 20  # all bags are recognized but one
SCORES[LABELS.tolist().index(8), 0] += 40
PROBABILITIES = softmax(SCORES, axis=1)
# no sandal is answered above 0.5, and nothing at all above 0.99
PROBABILITIES[LABELS == 5] = 0.5 * PROBABILITIES[LABELS == 5] + 0.05
PROBABILITIES = 0.98 * PROBABILITIES + 0.002
GUESSES, CONFIDENCE = PROBABILITIES.argmax(axis=1), PROBABILITIES.max(axis=1)


def expected(threshold):
    """The matrix of the answered images, by a filter."""
    given = CONFIDENCE >= threshold
    matrix = np.zeros((10, 10), int)
    for label, guess in zip(LABELS[given], GUESSES[given], strict=True):
        matrix[label, guess] += 1
    return matrix


@pytest.fixture(scope="module")
def site(tmp_path_factory, serve):
    counts = confusion_by_confidence(LABELS, PROBABILITIES, BINS)
    data = {"classes": CLASSES, "bins": BINS, "counts": counts}
    fallback = table_html(
        [[0.5, 93]], ["threshold", "% answered"], "Answers by threshold."
    )
    shown = explorer_html("confusion", data, title="Refuse", fallback=fallback)
    return serve(write_site(tmp_path_factory.mktemp("site"), shown))


def set_threshold(page, value):
    page.get_by_label("Answer if").fill(str(round(100 * value)))


def matrix_of(page):
    return numbers_in(page.get_by_role("grid"))


def cell(page, i, j):
    return page.get_by_role("grid").locator(f'[data-row="{i}"][data-column="{j}"]')


def said(page):
    return page.locator(".explorer-status").text_content().replace("\u00a0", " ")


def facts(page):
    texts = page.locator("dl.explorer-facts dd").all_text_contents()
    return [text.replace("\u00a0", " ") for text in texts]


def percent(part, whole):
    return f"{100 * part / whole:.1f}".removesuffix(".0") + " %"


@pytest.mark.parametrize("threshold", [0, 0.01, 0.29, 0.5, 0.58, 0.9, 0.97])
def test_matrix_and_facts_agree_with_a_filter(page, threshold):
    set_threshold(page, threshold)
    matrix, all_right = expected(threshold), int(np.trace(expected(0)))
    assert matrix_of(page).tolist() == matrix.tolist()
    given, right = int(matrix.sum()), int(np.trace(matrix))
    refused = N - given
    answered, accuracy, others, _ = facts(page)
    assert answered == f"{given:,} of {N:,}, {percent(given, N)}"
    assert accuracy == percent(right, given)
    if refused:
        lost = percent(all_right - right, refused)
        assert others == f"{refused:,}, of which {lost} were right"
    else:
        assert others == "none"


def test_the_worst_confusion_is_named_in_words(page):
    for threshold in (0, 0.6):
        set_threshold(page, threshold)
        matrix = expected(threshold)
        wrong = matrix - np.diag(np.diag(matrix))
        i, j = np.unravel_index(wrong.argmax(), (10, 10))
        sentence = facts(page)[3]
        assert sentence.startswith(f"Of {matrix[i].sum()} ")
        assert (
            f" answered, {matrix[i, j]} ({percent(matrix[i, j], matrix[i].sum())})"
            in (sentence)
        )
        last = CLASSES[j].split("/")[0]
        assert sentence.lower().endswith(f" were called {last.lower()}.")


def test_a_click_on_a_cell_says_it_in_words(page):
    matrix = expected(0)
    cell(page, 6, 0).click()
    n, k = int(matrix[6].sum()), int(matrix[6, 0])
    assert said(page) == (
        f"At 0.00: Of {n} shirts answered, {k} ({percent(k, n)}) were called T-shirt."
    )
    cell(page, 9, 9).click()
    n, k = int(matrix[9].sum()), int(matrix[9, 9])
    assert said(page) == (
        f"At 0.00: Of {n} ankle boots answered, {k} ({percent(k, n)}) were called "
        "ankle boot, rightly."
    )
    cell(page, 3, 4).click()
    assert " dresses answered, " in said(page)
    assert said(page).endswith(" called coat.")


def test_the_slider_says_what_it_did(page):
    cell(page, 6, 0).click()
    set_threshold(page, 0.6)
    matrix = expected(0.6)
    given, right = int(matrix.sum()), int(np.trace(matrix))
    assert said(page).startswith(
        f"At 0.60: {percent(given, N)} answered, {percent(right, given)} of them "
        "right. Worst confusion: Of "
    )
    n, k = int(matrix[6].sum()), int(matrix[6, 0])
    assert f"Chosen cell: Of {n} shirts answered, {k} " in said(page)
    assert page.get_by_label("Answer if").get_attribute("aria-valuetext") == "0.60"


def texts_of(page):
    return page.get_by_role("grid").evaluate(
        """(grid) => Array.from(grid.children, (row) =>
             Array.from(row.children, (cell) => cell.textContent))"""
    )


def test_shares_are_those_of_the_row(page):
    page.get_by_label("Numbers").select_option(label="% of the row")
    texts = texts_of(page)
    for row, line in zip(expected(0), texts, strict=True):
        for count, text in zip(row, line, strict=True):
            share = 100 * count / row.sum()
            assert text == "<1" if 0 < share < 0.5 else abs(float(text) - share) <= 0.5
    assert any("<1" in line for line in texts), "no small share was tried"


def test_a_row_without_answers_has_no_shares(page):
    page.get_by_label("Numbers").select_option(label="% of the row")
    set_threshold(page, 0.58)
    matrix = expected(0.58)
    assert matrix[5].sum() == 0 < matrix[4].sum()
    texts = texts_of(page)
    assert texts[5] == ["–"] * 10
    share = 100 * matrix[4, 4] / matrix[4].sum()
    assert abs(float(texts[4][4]) - share) <= 0.5
    cell(page, 5, 5).click()
    assert said(page) == "At 0.58: No sandal is answered."


def test_where_nothing_is_answered_it_says_so(page):
    set_threshold(page, 0.99)
    assert matrix_of(page).sum() == 0
    assert facts(page)[:2] == [f"0 of {N:,}, 0 %", "–"]
    assert said(page).startswith("At 0.99: no image is answered. ")
    set_threshold(page, 0)
    assert matrix_of(page).sum() == N


def test_right_answers_are_blue_and_mistakes_orange(page):
    signs = page.get_by_role("grid").evaluate(
        """(grid) => Array.from(grid.children, (row) =>
             Array.from(row.children, (cell) => cell.dataset.sign))"""
    )
    matrix = expected(0)
    for i, j in np.ndindex(10, 10):
        right = "negative" if i == j else "positive"  # the signs carry the two colors
        assert signs[i][j] == (right if matrix[i, j] else "zero")


def test_the_keyboard_alone_is_enough(page):
    tab_to(page, "Answer if the confidence is at least")
    page.keyboard.press("End")
    page.keyboard.press("Home")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert said(page).startswith("At 0.03: ")
    tab_to(page, "Numbers")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+Home")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("End")
    matrix = expected(0.03)
    assert focused(page) == f"trouser called ankle boot: {matrix[1, 9]}"
    assert f"Of {matrix[1].sum()} trousers answered, " in said(page)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_it_fits_its_window_and_fingers(open_page, site, width, theme):
    page = open_page(f"{site}/{theme}.html", width=width, theme=theme)
    for numbers in ("% of the row", "images"):
        page.get_by_label("Numbers").select_option(label=numbers)
        assert overflow(page) == 0
        assert undersized(page) == []
    # the names stand beside what they name: nothing scrolls
    scrolled = page.locator(".explorer-scroll").evaluate(
        "(root) => root.scrollWidth - root.clientWidth"
    )
    assert scrolled <= 0


def test_names_stand_at_their_rows_and_columns(page):
    offsets = page.evaluate(
        """() => {
          const middle = (node, axis) => {
            const box = node.getBoundingClientRect();
            return axis === "x" ? box.left + box.width / 2 : box.top + box.height / 2;
          };
          const off = (cells, names, axis) => {
            const others = document.querySelectorAll(names);
            return Array.from(document.querySelectorAll(cells), (cell, k) =>
              middle(cell, axis) - middle(others[k], axis));
          };
          return [
            ...off("[data-column='0']", ".confusion-rows > span", "y"),
            ...off("[data-row='0']", ".confusion-columns > span", "x"),
          ];
        }"""
    )
    assert len(offsets) == 20
    assert np.abs(offsets).max() <= 2


def test_without_javascript_the_fallback_is_seen(open_page, site):
    page = open_page(f"{site}/light.html", javascript=False)
    assert page.get_by_text("Answers by threshold.").is_visible()
    assert page.get_by_role("row", name="0.5 93").is_visible()
