"""axe-core finds nothing serious on any page of the built book. Run `make book` first.

Here each page is seen once, wide and light, and the colors of every fourth in the dark
too; `make axe` shows all of them in four views, with formulas, and leaves nothing out.
"""

import pytest

from tools.axe import (
    SITE,
    findings,
    opened,
    show_theme,
    squeezed,
    sticking_out,
    thin_out,
)
from tools.external_links import pages

pytestmark = pytest.mark.site

# Half of the time goes into drawing icons and formulas, the same way on each page.
WITHOUT = ("*/fontawesome/*/all.min.js*", "*/mathjax/*")
NAMES = [path.relative_to(SITE).as_posix() for path in pages(SITE)]
DARK = NAMES[::4]
BAD = """<!DOCTYPE html><html lang="en" data-theme="light"><head><title>Bad</title>
<style>
[data-theme="dark"] body { background: #000; }
[data-theme="dark"] .hidden-in-dark { color: #222; }
.scrolls { overflow: auto; width: 5rem; height: 2rem; }
.pale { color: #bbb; }
</style></head><body><main><h1>Bad</h1>
<p class="hidden-in-dark">Can be read in the light.</p>
<div class="highlight"><pre><span class="k">def</span> <span class="k pale">f</span>
<span class="k pale">return</span></pre></div>
<select><option>One</option></select>
<details><summary>More</summary><p><img src="data:,"></p></details>
<div class="scrolls"><p>Words that are far too long for a place of this size</p></div>
</main></body></html>"""


@pytest.fixture(scope="module")
def wide(browser):
    with opened(browser, width=1280, theme="light", without=WITHOUT) as open_:
        yield open_


@pytest.fixture(scope="module")
def narrow(browser):
    with opened(browser, width=390, theme="light", without=WITHOUT) as open_:
        yield open_


@pytest.mark.parametrize("name", NAMES)
def test_nothing_hinders_a_reader(wide, name):
    page = wide(SITE / name)
    assert [str(found) for found in squeezed(page)] == []
    thin_out(page)
    assert [str(found) for found in findings(page)] == []
    if name in DARK:
        show_theme(page, "dark")
        assert [str(found) for found in findings(page, ("color-contrast",))] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_phone_need_not_scroll_sideways(narrow, name):
    page = narrow(SITE / name)
    page.add_style_tag(content=".math { display: none; }")  # TeX without MathJax
    assert [str(found) for found in sticking_out(page) + squeezed(page)] == []


def test_commands_in_a_table_can_be_read_on_paper(wide):
    page = wide(SITE / "chapters/deployment/cloud.html")
    assert page.locator("td pre").count() > 4
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 660, "height": 930})  # of A4, without margins
    assert [str(found) for found in squeezed(page)] == []
    clipped = "(cell) => cell.scrollWidth > cell.clientWidth + 1"
    cells = page.locator("td:has(pre), div:has(> table td pre)").element_handles()
    hides = "(node) => getComputedStyle(node).overflowX"
    shown = [node.evaluate(hides) for node in cells if node.evaluate(clipped)]
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1280, "height": 900})
    assert set(shown) <= {"visible"}


def test_there_are_pages():
    assert len(NAMES) > 30, "the book is not built: run `make book`."


def test_a_bad_page_is_found_out(wide, tmp_path):
    bad = tmp_path / "bad.html"
    bad.write_text(BAD, encoding="utf-8")
    page = wide(bad)
    thin_out(page)
    assert page.locator(".highlight span").count() == 2
    rules = sorted(found.rule for found in findings(page))
    assert rules == [
        "color-contrast",
        "image-alt",
        "scrollable-region-focusable",
        "select-name",
    ]
    show_theme(page, "dark")
    targets = [found.target for found in findings(page, ("color-contrast",))]
    assert ".hidden-in-dark" in targets


def test_code_of_a_letter_a_line_is_found(narrow, tmp_path):
    tall = tmp_path / "tall.html"
    code = "<pre style='{}'>make a and make b</pre>"
    style = "width: 1ch; white-space: pre-wrap; overflow-wrap: anywhere"
    row = "<table><tr><td>{}</td><td>short</td></tr></table>"
    tall.write_text(row.format(code.format(style)))
    assert len(squeezed(narrow(tall))) == 2  # the code and its cell, not the other one
    tall.write_text(row.format(code.format("")))
    assert squeezed(narrow(tall)) == []


def test_a_word_that_sticks_out_is_found(narrow, tmp_path):
    wide = tmp_path / "wide.html"
    word = "<code>" + "long" * 30 + "</code>"
    wide.write_text(f"<p>A {word}</p><pre style='overflow: auto'>{word}</pre>")
    assert [found.html for found in sticking_out(narrow(wide))] == [word]
    wide.write_text(f"<pre style='overflow: auto'>{word}</pre>")
    assert sticking_out(narrow(wide)) == []
