"""The whole book as one PDF: in order, open, linked, numbered, nothing cut off."""

import io
import re
from pathlib import Path

import pytest

from tests.small_book import small_book
from tools import printing

pypdf = pytest.importorskip("pypdf", reason="installed by make setup")
binding = pytest.importorskip("tools.binding")

MATHJAX = Path(__file__).parents[1] / "assets" / "mathjax"
PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>t</title>
<link rel="icon" href="data:,">{head}</head><body>
<article>{body}</article></body></html>
"""
FORMULA = r"""<script>MathJax = {tex: {inlineMath: [["\\(", "\\)"]]}};</script>
<script defer src="../../_static/mathjax/tex-mml-chtml.js"></script>"""
BODIES = {
    "index": "<h1>Welcome</h1><p>Begin with <a href='chapters/part/b.html'>b</a>.</p>",
    "chapters/part/b": """<h1>Page b</h1>
<p>See <a href="a.html#last-part">the end</a>, <a href="#own">below</a>,
<a href="../../_sources/b.ipynb">the notebook</a> and
<a href="https://example.org/">elsewhere</a>.</p>
<p>A quarter: \\(\\frac{1}{4}\\).</p>
<details><summary>Answer</summary><p>Folded words.</p></details>
<style>.toggle-hidden > * { display: none; }
@keyframes fade-in { 0% { opacity: 0; } 100% { opacity: 1; } }
details[open] > p { animation: fade-in 9s ease-in; }</style>
<div class="admonition toggle-hidden"><p>Hidden words.</p></div>
<div class="explorer"><div class="explorer-body"><button>Slide me</button></div>
<div class="explorer-fallback" hidden>Still words.</div></div>
<pre style="white-space: pre">WIDE</pre><h2 id="own">Own part</h2><p>Text.</p>""",
    "chapters/part/c": "<h1>Page c</h1><table><tr>"
    + "<td>cellcell</td>" * 30
    + "</tr>",
    "chapters/part/a": """<h1>Page a</h1><div style="height: 3000px">Long.</div>
<section id="last-part"><h2>Last part</h2><p>The end.</p></section>""",
}

pytestmark = pytest.mark.browser


def write_site(folder):
    """The pages of the small book, as if they had been built."""
    small_book(folder)
    (folder / "_config.yml").write_text("title: A small book\nauthor: Nobody\n")
    site = folder / "_build" / "html"
    (site / "chapters" / "part").mkdir(parents=True)
    (site / "_static").mkdir()
    (site / "_static" / "mathjax").symlink_to(MATHJAX)
    for name, body in BODIES.items():
        head = FORMULA if "frac" in body else ""
        text = PAGE.format(head=head, body=body.replace("WIDE", "wide " * 60 + "END"))
        (site / f"{name}.html").write_text(text)
    return site


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """The PDF, what was said meanwhile."""
    if printing.find_chromium() is None:
        pytest.fail(printing.MISSING, pytrace=False)
    folder = tmp_path_factory.mktemp("book")
    said = []
    content = printing.print_book(folder, write_site(folder), say=said.append)
    return pypdf.PdfReader(io.BytesIO(content)), said


@pytest.fixture
def pdf(printed):
    return printed[0]


def text_of(page):
    return re.sub(r"\s+", " ", page.extract_text())


def page_with(pdf, words, *, after=2):
    """The first page with `words`; the title and the contents are left out."""
    found = [n for n, page in enumerate(pdf.pages) if words in text_of(page)]
    return min(n for n in found if n >= after)


def target_of(pdf, link):
    """Number of the page that a link leads to, None where it leaves the book."""
    if "/Dest" not in link:
        return None
    return pdf.get_page_number(link["/Dest"][0].get_object())


def links(pdf, number):
    return [one.get_object() for one in pdf.pages[number].get("/Annots", [])]


def test_pages_stand_in_reading_order_behind_title_and_contents(pdf):
    assert page_with(pdf, "A small book Nobody", after=0) == 0
    assert page_with(pdf, "Contents", after=0) == 1
    order = ["Welcome", "Page b", "Page c", "Page a", "The end."]
    places = [page_with(pdf, words) for words in order]
    assert places == sorted(set(places))


def test_the_contents_name_the_page_on_which_each_page_starts(pdf):
    listed = text_of(pdf.pages[1])
    for title in ("Welcome", "Page b", "Page c", "Page a"):
        assert f"{title} {page_with(pdf, title) + 1}" in listed


def test_each_page_bears_its_number(pdf):
    for number, page in enumerate(pdf.pages, start=1):
        assert text_of(page).rstrip().endswith(f" {number}")


def test_what_is_folded_on_the_screen_is_open(pdf):
    text = text_of(pdf.pages[page_with(pdf, "Page b")])
    for words in ("Folded words", "Hidden words", "Still words"):
        assert words in text
    assert "Slide me" not in text


def test_formulas_are_set_before_the_page_is_printed(pdf):
    text = text_of(pdf.pages[page_with(pdf, "Page b")])
    assert "A quarter" in text
    assert "frac" not in text


def test_nothing_is_cut_off_at_the_right(pdf):
    reached = []

    def note(text, user, matrix, font, size):
        if text.strip():
            reached.append(user[0] * matrix[4] + user[4])

    for page in pdf.pages:
        page.extract_text(visitor_text=note)
    assert "END" in text_of(pdf.pages[page_with(pdf, "Page b")])
    table = text_of(pdf.pages[page_with(pdf, "Page c")])
    assert table.replace(" ", "").count("cellcell") == 30
    assert max(reached) < float(pdf.pages[0].mediabox.width) - 30


def test_links_between_pages_lead_to_pages_of_the_pdf(pdf):
    start = page_with(pdf, "Page b")
    targets = [target_of(pdf, link) for link in links(pdf, start)]
    assert targets == [page_with(pdf, "The end."), start, None]
    assert links(pdf, start)[2]["/A"]["/URI"] == "https://example.org/"
    assert page_with(pdf, "The end.") > page_with(pdf, "Page a")
    welcome = links(pdf, page_with(pdf, "Welcome"))
    assert [target_of(pdf, link) for link in welcome] == [start]
    contents = [target_of(pdf, link) for link in links(pdf, 1)]
    assert contents[1:3] == [start, page_with(pdf, "Page c")]


def test_a_link_that_leads_nowhere_on_paper_is_said(printed):
    assert "no link on paper: /_sources/b.ipynb" in printed[1]


def test_bookmarks_name_part_page_and_section(pdf):
    def tree(items):
        found = []
        for item in items:
            if isinstance(item, list):
                found[-1] = (found[-1], tree(item))
            else:
                found.append((item.title, pdf.get_destination_page_number(item)))
        return found

    b, c, a = (page_with(pdf, f"Page {name}") for name in "bca")
    end = page_with(pdf, "The end.")
    assert tree(pdf.outline) == [
        ("A small book", 0),
        ("Contents", 1),
        ("Welcome", 2),
        (
            ("One", b),
            [
                (("Page b", b), [("Own part", b)]),
                ("Page c", c),
                (("Page a", a), [("Last part", end)]),
            ],
        ),
    ]


def test_the_pdf_says_what_it_is(pdf):
    assert (pdf.metadata.title, pdf.metadata.author) == ("A small book", "Nobody")
    assert pdf.trailer["/Root"]["/Lang"] == "en"


def test_a_page_that_was_not_built_is_refused(tmp_path):
    site = write_site(tmp_path)
    (site / "chapters" / "part" / "c.html").unlink()
    with pytest.raises(ValueError, match=r"part/c.html was not built; run `make book`"):
        printing.print_book(tmp_path, site)


def test_an_image_that_does_not_come_is_refused(tmp_path):
    site = write_site(tmp_path)
    body = "<h1>b</h1><img src='none.png' alt='nothing'>"
    (site / "chapters/part/b.html").write_text(PAGE.format(head="", body=body))
    with pytest.raises(ValueError, match=r"part/b: not shown: \['none.png'\]"):
        printing.print_book(tmp_path, site)


def test_without_pypdf_the_command_says_what_to_do(monkeypatch, capsys):
    monkeypatch.setattr(printing, "find_spec", lambda name: None)
    assert printing.main([]) == 1
    assert "`make setup` installs" in capsys.readouterr().err
