"""The book in `_build/html`, as a reader opens it. Run `make book` first."""

from pathlib import Path

import pytest
import yaml

from tests.built_site import links, offline, page, weight
from tools.external_links import external_links, wrong_links

ROOT = Path(__file__).parents[1]
SITE = ROOT / "_build" / "html"
# Pages that Sphinx makes of its own accord, without an article of ours.
GENERATED = {"genindex.html", "search.html", "py-modindex.html"}
MAX_HTML_BYTES = 700_000
# A page as it is sent: compressed, with its pictures and scripts, without the theme.
MAX_SENT_BYTES = 1_500_000
MAX_IMAGE_BYTES_PER_PAGE = 2_500_000
# Everything but MathJax, the theme and the search index.
MAX_IMAGES_BYTES = 40_000_000

pytestmark = pytest.mark.site


def toc_pages() -> list[str]:
    """Addresses of all pages of the table of contents, below `_build/html`."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    files = [entry["file"] for part in toc["parts"] for entry in part["chapters"]]
    return [f"{name}.html" for name in [toc["root"], *files]]


def every_page() -> list[str]:
    """The pages of the book, and those that Sphinx adds."""
    return [*toc_pages(), "genindex.html", "search.html"]


def read(name: str) -> str:
    path = SITE / name
    assert path.is_file(), f"{name} was not built. Run `make book` first."
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "rule",
    [
        page.headings,
        page.alt_texts,
        page.figures,
        page.skip_link,
        page.tracebacks,
        page.labels_of_links,
        page.title,
    ],
    ids=lambda rule: rule.__name__,
)
@pytest.mark.parametrize("name", toc_pages())
def test_page_of_the_book(rule, name):
    assert rule(read(name)) == []


@pytest.mark.parametrize(
    "rule",
    [
        offline.offsite_resources,
        offline.offsite_inline_scripts,
        offline.base_elements,
        page.language,
        page.formulas,
        wrong_links,
    ],
    ids=lambda rule: rule.__name__,
)
@pytest.mark.parametrize("name", every_page())
def test_any_page(rule, name):
    assert rule(read(name)) == []


@pytest.mark.parametrize("name", [*toc_pages(), "genindex.html"])
def test_one_search_box(name):
    assert page.search_boxes(read(name)) == []


@pytest.mark.parametrize("name", every_page())
def test_links_inside_the_book_resolve(name):
    read(name)
    assert links.broken_links(SITE / name, SITE) == []


@pytest.mark.parametrize("name", toc_pages())
def test_weight_of_a_page(name):
    html = read(name)
    assert page.weight(html, limit=MAX_HTML_BYTES) == []
    images = {
        (SITE / name).parent / address
        for address in links.addresses(html)
        if "_images/" in address
    }
    assert sum(path.stat().st_size for path in images) <= MAX_IMAGE_BYTES_PER_PAGE
    assert weight.heavy(SITE / name, SITE, limit=MAX_SENT_BYTES) == []


def test_the_book_links_to_other_hosts_at_all():
    found = external_links(read("chapters/appendix/references.html"))
    assert any(link.startswith("https://doi.org/") for link in found)


def test_weight_of_all_images():
    images = [path for path in (SITE / "_images").glob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in images) <= MAX_IMAGES_BYTES


def test_no_page_is_left_over():
    built = {
        path.relative_to(SITE).as_posix()
        for path in SITE.rglob("*.html")
        if not path.relative_to(SITE).parts[0].startswith("_")
    }
    stale = built - set(toc_pages()) - GENERATED
    assert stale == set(), "pages of an earlier build: remove _build, run `make book`."


def test_titles_differ():
    titles = [
        read(name).split("<title>")[1].split("</title>")[0] for name in toc_pages()
    ]
    assert len(set(titles)) == len(titles)


def test_no_style_sheet_fetches_from_another_host():
    sheets = list(SITE.rglob("*.css"))
    assert sheets, "no style sheets: run `make book` first."
    found = {
        sheet.name: offline.offsite_css(sheet.read_text(encoding="utf-8"))
        for sheet in sheets
    }
    assert {name: problems for name, problems in found.items() if problems} == {}


def test_mathjax_and_its_fonts_are_part_of_the_site():
    assert (SITE / page.MATHJAX).is_file(), "MathJax is missing: run `make book`."
    fonts = SITE / "_static/mathjax/output/chtml/fonts/woff-v2"
    vendored = ROOT / "assets/mathjax/output/chtml/fonts/woff-v2"
    names = {path.name for path in vendored.glob("*.woff")}
    assert len(names) == 23
    assert {path.name for path in fonts.glob("*.woff")} == names


def test_the_search_index_is_local():
    assert (SITE / "searchindex.js").is_file(), "no search index: run `make book`."
