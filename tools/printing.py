"""The whole book as one PDF: `python -m tools.printing`, after `make book`.

Chromium prints each page of the built book when its formulas have been set, with
everything open that is folded on the screen; `tools.binding` joins them in reading
order. Nothing is run and nothing is downloaded.
"""

import argparse
import html
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import yaml
from playwright.sync_api import Browser, Page, sync_playwright

from cnnbook.files import write_atomically
from tools.chromium import ARGUMENTS, MISSING, find_chromium, served
from tools.notebook_files import ROOT, toc_files

HERE = Path(__file__).parent
Say = Callable[[str], object]
OUTPUT = "_build/pdf/book.pdf"
SMALL = "font: 7.5pt sans-serif; color: #52606d; width: 100%; margin: 0 18mm;"
PAPER = {"width": 657, "height": 900}  # A4 between the margins, at 96 pixels an inch
NO_PYPDF = (
    "pypdf is needed and is not installed. `make setup` installs the pins of "
    "requirements.txt, which name it."
)


def book_pages(root: Path) -> list[tuple[str, str]]:
    """(part, page) in reading order; the landing page has no part."""
    toc = yaml.safe_load((root / "_toc.yml").read_text("utf-8"))
    pages = [("", toc["root"])]
    for part in toc["parts"]:
        pages += [(part["caption"], name) for name in toc_files(part)]
    return pages


class Printer:
    """Prints addresses below `address` in one browser."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address

    def page(self, name: str, part: str = "") -> tuple[dict, bytes]:
        """What is on a page of the book (see printing.js), and the page as PDF."""
        page = self.browser.new_page(color_scheme="light", viewport=PAPER)
        try:
            answer = page.goto(f"{self.address}/{name}.html", wait_until="load")
            if answer is None or not answer.ok:
                raise ValueError(f"{name}.html was not built; run `make book` first")
            page.emulate_media(media="print", color_scheme="light")
            page.add_style_tag(content=(HERE / "printing.css").read_text("utf-8"))
            found = page.evaluate((HERE / "printing.js").read_text("utf-8"))
            head = f"{part} · {found['title']}" if part else found["title"]
            return found, self.pdf(page, head=head)
        finally:
            page.close()

    def text(self, body: str) -> bytes:
        """A PDF of some HTML."""
        page = self.browser.new_page()
        try:
            page.set_content(f"<!DOCTYPE html><meta charset=utf-8>{FRONT}{body}")
            return self.pdf(page)
        finally:
            page.close()

    @staticmethod
    def pdf(page: Page, *, head: str = "") -> bytes:
        return page.pdf(
            format="A4",
            prefer_css_page_size=True,
            print_background=True,
            display_header_footer=True,
            header_template=f'<div style="{SMALL}">{html.escape(head)}</div>',
            footer_template="<div></div>",  # binding writes the numbers
        )


FRONT = """<style>
@page { size: A4; margin: 21mm 18mm 19mm 18mm; }
body { font: 11pt/1.5 sans-serif; color: #1f2933; margin: 0; }
h1 { font-size: 34pt; line-height: 1.15; margin: 75mm 0 6mm; }
h2 { font-size: 18pt; margin: 0 0 6mm; }
h3 { font-size: 11pt; margin: 4mm 0 1mm; break-after: avoid; }
a { color: inherit; text-decoration: none; display: flex; gap: 2mm; }
a > i { flex: 1; border-bottom: 1px dotted #9aa5b1; margin-bottom: 1.5mm; }
</style>"""


def title_page(config: dict) -> str:
    title, author = (html.escape(str(config[key])) for key in ("title", "author"))
    return (
        f"<h1>{title}</h1><p>{author}</p><p>Text and figures: CC BY 4.0. Code: MIT.</p>"
    )


def contents(leaves: list, starts: dict[str, int], address: str) -> str:
    """The table of contents as HTML, with the page that each entry starts on."""
    lines, part = ["<h2>Contents</h2>"], ""
    for leaf in leaves:
        if leaf.part != part:
            part = leaf.part
            lines.append(f"<h3>{html.escape(part)}</h3>")
        lines.append(
            f'<a href="{address}/{leaf.name}.html">{html.escape(leaf.title)}'
            f"<i></i>{starts[leaf.name] + 1}</a>"
        )
    return "\n".join(lines)


def print_pages(printer: Printer, root: Path, say: Say) -> list:
    """The pages of the book as leaves, in reading order.

    Raises ValueError for a page that is missing, or has a formula or an image that
    did not come out.
    """
    from tools.binding import Leaf, count_pages

    leaves = []
    for part, name in book_pages(root):
        found, content = printer.page(name, part)
        if found["broken"]:
            raise ValueError(f"{name}: not shown: {found['broken'][:3]}")
        headings = tuple((title, identity) for title, identity in found["headings"])
        leaves.append(Leaf(name, found["title"], content, part, headings))
        say(f"{name}: {count_pages(content)} pages")
    return leaves


def with_front(printer: Printer, config: dict, leaves: list) -> list:
    """A title page and the contents, then `leaves`."""
    from tools.binding import Leaf, first_pages

    title = Leaf(":title", config["title"], printer.text(title_page(config)))
    starts = dict.fromkeys((leaf.name for leaf in leaves), 0)
    for _ in range(2):  # once for the length of the contents, once for the numbers
        listed = printer.text(contents(leaves, starts, printer.address))
        whole = [title, Leaf(":contents", "Contents", listed), *leaves]
        starts = first_pages(whole)
    return whole


def print_book(root: Path, site: Path, say: Say = lambda line: None) -> bytes:
    """The PDF of the book that was built from `root` into `site`."""
    from tools.binding import add_numbers, bind, finish

    config = yaml.safe_load((root / "_config.yml").read_text("utf-8"))
    program = find_chromium()
    if program is None:
        raise ValueError(MISSING)
    with served(site) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        printer = Printer(browser, address)
        leaves = with_front(printer, config, print_pages(printer, root, say))
        browser.close()
    bound = bind(leaves, address=address)
    add_numbers(bound.writer)
    for target in sorted(set(bound.lost)):
        say(f"no link on paper: {target}")
    language = config.get("sphinx", {}).get("config", {}).get("language", "en")
    return finish(
        bound.writer,
        title=config["title"],
        author=config["author"],
        language=language,
    )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tools.printing", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--root", type=Path, default=ROOT, help="holds _toc.yml")
    parser.add_argument("--output", type=Path, help=f"default: {OUTPUT}")
    options = parser.parse_args(arguments)
    root = options.root.resolve()
    output = options.output or root / OUTPUT
    if find_spec("pypdf") is None:
        print(f"printing: {NO_PYPDF}", file=sys.stderr)
        return 1
    try:
        content = print_book(root, root / "_build" / "html", say=print)
    except ValueError as error:
        print(f"printing: {error}", file=sys.stderr)
        return 1
    output.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(output, content)
    print(f"The book is printed: {output}, {len(content) / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
