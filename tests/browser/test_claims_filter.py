"""The page of claims is filtered by mouse and keyboard, and whole without scripts."""

import pytest
from bs4 import BeautifulSoup
from markdown_it import MarkdownIt

from cnnbook.claims import load_register
from tests.browser.small_site import ASSETS, tab_to, write_site
from tools.claims_page import PARTS, render

REGISTER = load_register()


def as_built(text):
    """The page as Sphinx lays it out: each title with its table in a section."""
    soup = BeautifulSoup(MarkdownIt().enable("table").render(text), "html.parser")
    for title in soup.select("h2"):
        section = soup.new_tag("section", id=title.text[:4].lower())
        title.insert_before(section)
        table = title.find_next_sibling("table")
        section.extend([title.extract(), table.extract()])
        title.append(soup.new_tag("a", attrs={"class": "headerlink", "href": "#"}))
        title.a.string = "#"
    script = soup.find("script")
    script["src"] = script["src"].removeprefix("../../")
    return str(soup)


@pytest.fixture(scope="module")
def site(tmp_path_factory, serve):
    folder = write_site(tmp_path_factory.mktemp("site"), as_built(render(REGISTER)))
    script = ASSETS / "claims-filter.js"
    (folder / "_static" / script.name).write_text(script.read_text("utf-8"), "utf-8")
    return serve(folder)


def shown(page):
    """The ids of the claims that can be seen, in order."""
    return page.evaluate(
        """() => Array.from(document.querySelectorAll("section tbody tr"))
             .filter((row) => row.offsetHeight > 0)
             .map((row) => row.cells[0].textContent)"""
    )


def expected(**asked):
    """The ids of the register that have all that is asked."""
    return [
        claim.id
        for claim in REGISTER.values()
        if claim.id[0] == asked.get("part", claim.id[0])
        and claim.kind == asked.get("kind", claim.kind)
        and (claim.verdict or "open") == asked.get("verdict", claim.verdict or "open")
    ]


def said(page):
    return page.get_by_role("status").text_content()


def titles(page):
    heads = page.locator("h2").all()
    return [
        head.evaluate("(h) => h.firstChild.data") for head in heads if head.is_visible()
    ]


def test_at_first_every_claim_is_shown_and_counted(page):
    assert shown(page) == list(REGISTER)
    assert said(page) == f"{len(REGISTER)} of {len(REGISTER)} claims shown."
    options = page.get_by_label("Part").locator("option").all_text_contents()
    assert options == ["all", *PARTS.values()]


@pytest.mark.parametrize(
    "asked",
    [
        {"verdict": "refuted"},
        {"part": "M"},
        {"kind": "exact", "verdict": "conditional"},
        {"part": "H", "kind": "empirical", "verdict": "refuted"},
        {"part": "R", "kind": "code"},
    ],
)
def test_filters_show_what_is_asked_and_the_address_keeps_it(page, asked):
    for key, value in asked.items():
        page.get_by_label(key.capitalize()).select_option(value)
    assert shown(page) == expected(**asked)
    assert said(page).startswith(f"{len(expected(**asked))} of ")
    parts = dict.fromkeys(name[0] for name in expected(**asked))
    assert titles(page) == [f"{PARTS[letter]} ({letter})" for letter in parts]
    kept = dict(pair.split("=") for pair in page.url.split("#")[1].split("&"))
    assert kept == asked


def test_words_are_sought_in_every_column(page):
    page.get_by_label("Words").fill("POOLING parameters")
    assert "M09" in shown(page)
    assert 0 < len(shown(page)) < 10
    page.get_by_label("Words").fill("no such words")
    assert shown(page) == []
    assert said(page).startswith("0 of ")


def test_an_address_opens_its_list_and_an_anchor_is_left_alone(open_page, site):
    page = open_page(f"{site}/light.html#kind=code&verdict=refuted")
    assert shown(page) == expected(kind="code", verdict="refuted")
    assert page.get_by_label("Verdict").input_value() == "refuted"
    page.evaluate("location.hash = 'part=T'")
    page.wait_for_function("document.querySelector('[data-key=kind]').value === ''")
    assert shown(page) == expected(part="T")
    page.evaluate("location.hash = 'tuni'")
    page.wait_for_timeout(50)
    assert shown(page) == expected(part="T")
    assert page.get_by_label("Part").input_value() == "T"
    unknown = open_page(f"{site}/light.html#part=Z")
    assert shown(unknown) == list(REGISTER)


def test_everything_works_by_keyboard(page):
    tab_to(page, "Verdict")
    page.keyboard.press("r")  # the first choice that begins with it
    assert shown(page) == expected(verdict="refuted")
    tab_to(page, "Show all")
    page.keyboard.press("Enter")
    page.wait_for_function("!location.hash")
    assert shown(page) == list(REGISTER)


def test_each_number_leads_to_the_cell_that_decides(page):
    for claim in REGISTER.values():
        if claim.verdict:
            link = page.locator(f'a[href="../{claim.page}.html#claim-{claim.id}"]')
            assert link.text_content() == claim.id


def test_without_scripts_the_whole_list_is_there(open_page, site):
    page = open_page(f"{site}/light.html", javascript=False)
    assert page.locator("form").count() == 0
    assert page.locator("tbody tr").count() == len(REGISTER) + len(PARTS) + 1
    assert page.get_by_text("H40").is_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_filters_fit_a_phone(open_page, site, theme):
    page = open_page(f"{site}/{theme}.html", width=390, theme=theme)
    form = page.locator("form.claims-filter")
    box = form.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    for control in form.locator("select, input, button").all():
        assert control.bounding_box()["height"] >= 24
    assert form.evaluate("(form) => form.scrollWidth <= form.clientWidth")
