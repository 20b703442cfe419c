"""Rules on explorers, the interactive figures of `cnnbook.explorers`."""

from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag

from tools.hygiene.page import Page, Problem, rule
from tools.notebook_files import ROOT

SCRIPTS = ROOT / "assets" / "explorers"
SEEN = ("table", "img", "svg")  # what a fallback can show


def explorers(page: Page) -> Iterator[tuple[int, Tag]]:
    """(cell, element) of each explorer among the outputs."""
    for cell in page.code:
        for output in cell.outputs:
            text = output.get("data", {}).get("text/html", "")
            for root in BeautifulSoup(text, "html.parser").select("div.explorer"):
                yield cell.index, root


def text_of(root: Tag, selector: str) -> str:
    found = root.select_one(selector)
    return found.get_text().strip() if found else ""


@rule("explorer-title", "Every explorer of a page has a title of its own.")
def explorer_title(page: Page) -> Iterator[Problem]:
    seen = {""}
    for index, root in explorers(page):
        title = text_of(root, ".explorer-title")
        if title in seen:
            yield Problem(index, f"explorer titled {title!r}", "say what it lets try")
        seen.add(title)


@rule("explorer-fallback", "The fallback of an explorer holds a table or an image.")
def explorer_fallback(page: Page) -> Iterator[Problem]:
    for index, root in explorers(page):
        fallback = root.select_one(".explorer-fallback")
        if fallback is None or fallback.find(SEEN) is None:
            remedy = "pass fallback=explorers.grid_html(…) or table_html(…)"
            yield Problem(index, "explorer without a fallback to look at", remedy)


@rule("explorer-script", "The kind of an explorer is a script in assets/explorers.")
def explorer_script(page: Page) -> Iterator[Problem]:
    for index, root in explorers(page):
        kind = root.get("data-explorer", "")
        if not kind or not (SCRIPTS / f"{kind}.js").is_file():
            what = f"no script for an explorer {kind!r}"
            yield Problem(index, what, f"write assets/explorers/{kind}.js")
