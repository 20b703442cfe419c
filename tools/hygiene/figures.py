"""Rules on figures, made by code or shown from a file."""

import ast
import re
from collections import Counter
from collections.abc import Iterator

from tools.hygiene.page import Page, Problem, dotted, rule

LEAST_ALT = 20  # characters
LEAST_CAPTION = 20
IMAGE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)")
DIRECTIVE = re.compile(
    r"^(`{3,}|:{3,})\{(?:figure|image)\}[ \t]*(\S*)(.*?)^\1", re.MULTILINE | re.DOTALL
)
TAG = re.compile(r"<img\b[^>]*>")


def alt_texts(page: Page) -> Iterator[tuple[int, str]]:
    """(cell, alternative text) of every figure, in code and in prose."""
    for cell in page.cells:
        if cell.is_code:
            if cell.figures():
                yield cell.index, cell.mystnb("image", "alt")
            continue
        for alt, _ in IMAGE.findall(cell.source):
            yield cell.index, alt
        for _, _, body in DIRECTIVE.findall(cell.source):
            found = re.search(r":alt:\s*(.*)", body)
            yield cell.index, found[1] if found else ""
        for tag in TAG.findall(cell.source):
            found = re.search(r"alt=[\"'](.*?)[\"']", tag)
            yield cell.index, found[1] if found else ""


@rule("figure-alt", "Every figure has alternative text of 20 characters or more.")
def figure_alt(page: Page) -> Iterator[Problem]:
    for index, alt in alt_texts(page):
        if len(alt.strip()) < LEAST_ALT:
            remedy = "say what is to be seen (metadata mystnb.image.alt or `:alt:`)"
            yield Problem(index, f"alternative text {alt!r} is too short", remedy)


@rule("figure-alt-unique", "No two figures of a page have the same alternative text.")
def figure_alt_unique(page: Page) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, alt in alt_texts(page):
        if alt.strip() and alt in seen:
            yield Problem(index, "alternative text of another figure", "say its own")
        seen.add(alt)


@rule("figure-caption", "Every figure made by code has a caption with its finding.")
def figure_caption(page: Page) -> Iterator[Problem]:
    for cell in page.code:
        if cell.figures() and len(cell.mystnb("figure", "caption")) < LEAST_CAPTION:
            remedy = "state the finding in metadata mystnb.figure.caption"
            yield Problem(cell.index, "figure without caption", remedy)


@rule("figure-name", "Every figure made by code has a name `fig-…` of its own.")
def figure_name(page: Page) -> Iterator[Problem]:
    figures = [cell for cell in page.code if cell.figures()]
    times = Counter(cell.mystnb("figure", "name") for cell in figures)
    for cell in figures:
        name = cell.mystnb("figure", "name")
        if not name.startswith("fig-") or times[name] > 1:
            remedy = "set metadata mystnb.figure.name to a fig-… used once"
            yield Problem(cell.index, f"figure named {name!r}", remedy)


@rule("figure-shown", "A cell with a figure ends in plt.show(), one figure a cell.")
def figure_shown(page: Page) -> Iterator[Problem]:
    for cell in page.code:
        if not cell.figures():
            continue
        last = cell.tree.body[-1] if cell.tree and cell.tree.body else None
        call = last.value if isinstance(last, ast.Expr) else None
        ends = isinstance(call, ast.Call) and dotted(call.func).endswith("plt.show")
        if not ends or len(cell.figures()) > 1:
            remedy = "end the cell in plt.show(), with one figure"
            yield Problem(cell.index, "figure shown by accident", remedy)


@rule("images-at-home", "No image comes from another site.")
def images_at_home(page: Page) -> Iterator[Problem]:
    for cell in page.markdown:
        sources = [place for _, place in IMAGE.findall(cell.source)]
        sources += [place for _, place, _ in DIRECTIVE.findall(cell.source)]
        for tag in TAG.findall(cell.source):
            sources += re.findall(r"src=[\"'](.*?)[\"']", tag)
        for place in sources:
            if re.match(r"(?:https?:)?//", place):
                yield Problem(cell.index, f"image from {place}", "put it into assets")
