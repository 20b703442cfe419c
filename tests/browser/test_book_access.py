"""The built book by keyboard, and on paper. Run `make book` first."""

from pathlib import Path

import pytest

SITE = Path(__file__).parents[2] / "_build" / "html"
PAGE = "chapters/math/convolution.html"

pytestmark = pytest.mark.site

FOCUSED = """() => {
  const node = document.activeElement;
  const style = getComputedStyle(node);
  const box = node.getBoundingClientRect();
  const kinds = {
    skip: "#pst-skip-link a", search: ".search-button__button, .search-button",
    navigation: ".bd-sidebar-primary nav a", theme: ".theme-switch-button",
    contents: ".page-toc a",
    explorer: ".explorer :is(button, input, select, [tabindex])",
  };
  return {
    kind: Object.keys(kinds).find((kind) => node.matches(kinds[kind])) || "",
    name: node.outerHTML.slice(0, 120),
    seen: box.width > 0 && box.height > 0 &&
      ((style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0)
       || style.boxShadow !== "none"),
  };
}"""


def test_tab_leads_everywhere_and_shows_where_it_is(open_page):
    page = open_page((SITE / PAGE).as_uri())
    stops = []
    for _ in range(400):  # the list of pages comes first, and grows with the book
        page.keyboard.press("Tab")
        stops.append(page.evaluate(FOCUSED))
    kinds = list(dict.fromkeys(stop["kind"] for stop in stops))
    assert kinds[0] == "skip"
    assert {"search", "navigation", "theme", "contents", "explorer"} <= set(kinds)
    assert [stop["name"] for stop in stops if stop["kind"] and not stop["seen"]] == []


def test_what_scrolls_is_a_stop_while_it_scrolls(open_page):
    page = open_page((SITE / "chapters/tuning/cluster.html").as_uri(), width=390)
    made = page.locator(".pst-scrollable-table-container[data-stop]")
    assert made.count() > 0
    assert made.first.get_attribute("aria-label") == "Table, scrolls"
    page.set_viewport_size({"width": 2400, "height": 900})
    made.first.wait_for(state="detached", timeout=5000)


def test_what_the_theme_takes_for_still_is_a_stop_again(open_page):
    """The theme calls a scrolling `pre` still that was folded when it looked."""
    page = open_page((SITE / "chapters/tuning/cluster.html").as_uri(), width=390)
    made = page.locator("pre[data-stop]").first
    made.evaluate("(node) => { node.tabIndex = -1; document.body.click(); }")
    page.evaluate("() => new Promise((done) => setTimeout(done, 200))")
    assert made.get_attribute("tabindex") == "0"


def test_on_paper_all_is_unfolded_and_nothing_can_be_pressed(open_page):
    page = open_page((SITE / PAGE).as_uri())
    closed = page.locator("details:not([open]) pre").first
    assert not closed.is_visible()
    page.emulate_media(media="print", reduced_motion="no-preference")
    assert closed.is_visible()
    # nothing fades in, which would be printed as it begins: unseen
    page.evaluate(
        "() => document.querySelectorAll('details').forEach((d) => d.open = true)"
    )
    assert page.evaluate("document.getAnimations().length") == 0
    for hidden in (".bd-sidebar-primary", ".bd-header-article", ".prev-next-footer"):
        assert not page.locator(hidden).first.is_visible()
    assert page.locator(".toggle-button:visible, .copybtn:visible").count() == 0
    folded = page.locator(".toggle-hidden > *:not(.admonition-title)")
    heights = folded.evaluate_all("(all) => all.map((node) => node.offsetHeight)")
    assert heights
    assert min(heights) > 0


def test_paper_is_white(open_page):
    page = open_page((SITE / PAGE).as_uri(), theme="dark")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("html").get_attribute("data-theme") == "light"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("html").get_attribute("data-theme") == "dark"
