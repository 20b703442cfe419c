"""Rules for one page: its head, its headings, its pictures, its formulas."""

import itertools
import re

from bs4 import Tag

from tests.built_site.parsed import parsed

BOOK_TITLE = "Delving into Convolutional Neural Networks"
MATHJAX = "_static/mathjax/tex-mml-chtml.js"
LOOKS_LIKE_A_PATH = re.compile(r"[\\/]|\.(?:png|jpe?g|svg|gif|webp)$", re.IGNORECASE)
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def language(page: str) -> list[str]:
    """The page says that it is in English."""
    html = parsed(page).html
    found = html.get("lang") if html else None
    return [] if found == "en" else [f'<html lang> is {found!r}, expected "en"']


def title(page: str) -> list[str]:
    """The title names the page, then the book."""
    tag = parsed(page).title
    text = tag.get_text().strip() if tag else ""
    if not text:
        return ["no <title>"]
    return (
        [] if text.endswith(BOOK_TITLE) else [f"title {text!r} lacks the book's name"]
    )


def headings(page: str) -> list[str]:
    """Exactly one h1, and no level left out on the way down."""
    levels = [int(tag.name[1]) for tag in _article(page).find_all(HEADINGS)]
    problems = []
    if levels.count(1) != 1:
        problems.append(f"{levels.count(1)} h1 headings, expected 1")
    for above, below in itertools.pairwise(levels):
        if below > above + 1:
            problems.append(f"h{above} is followed by h{below}")
    return problems


def alt_texts(page: str) -> list[str]:
    """Each picture has alt text, and it is a description rather than a path."""
    problems = []
    for image in parsed(page).find_all("img"):
        alt = (image.get("alt") or "").strip()
        source = image.get("src", "")[:60]
        if not alt:
            problems.append(f"image {source} has no alt text")
        elif LOOKS_LIKE_A_PATH.search(alt):
            problems.append(f"image {source} has a path as alt text: {alt!r}")
    return problems


def figures(page: str) -> list[str]:
    """A figure holds a picture and says below it what is to be seen."""
    return [
        f"figure {figure.get('id')!r} has no {part}"
        for figure in _article(page).find_all("figure")
        for part, found in (
            ("picture", figure.find(["img", "svg", "table", "pre"])),
            ("caption", figure.find("figcaption")),
        )
        if not (found and (part == "picture" or found.get_text().strip()))
    ]


def skip_link(page: str) -> list[str]:
    """The first link of the body leads past the navigation, to the main content."""
    soup = parsed(page)
    first = soup.body.find(["a", "button"], href=True) if soup.body else None
    target = first["href"] if first else ""
    if not target.startswith("#") or len(target) < 2:
        return [f"the first link leads to {target!r}, not to the content of the page"]
    found = soup.find(id=target[1:])
    if found is None:
        return [f"the first link leads to {target}, which is not on the page"]
    return (
        []
        if soup.article is None or _holds(found, soup.article)
        else [f"{target}, where the first link leads, does not hold the article"]
    )


def formulas(page: str) -> list[str]:
    """A page with formulas loads the MathJax of the book, and no other."""
    soup = parsed(page)
    sources = [
        script["src"]
        for script in soup.find_all("script", src=True)
        if "mathjax" in script["src"].lower()
    ]
    problems = [
        f"MathJax from {source}"
        for source in sources
        if not source.split("?")[0].endswith(MATHJAX)
    ]
    if soup.select(".math") and not sources:
        problems.append("formulas, but no MathJax")
    return problems


def tracebacks(page: str) -> list[str]:
    """An error is shown only by a cell that is tagged `raises-exception`."""
    return [
        f"traceback in a cell without the tag: {trace.get_text().strip()[-80:]!r}"
        for trace in parsed(page).select(".traceback")
        if not trace.find_parent(class_="tag_raises-exception")
    ]


def search_boxes(page: str) -> list[str]:
    """Newer pairs of theme versions render two; this book has one."""
    count = len(parsed(page).select("input[type=search]"))
    return [] if count == 1 else [f"{count} search boxes, expected 1"]


def labels_of_links(page: str) -> list[str]:
    """A link has a text, an image with alt text, or a label: it can be read out."""
    return [
        f"link to {link['href'][:60]} has no text"
        for link in _article(page).find_all("a", href=True)
        if not (link.get_text().strip() or link.get("aria-label") or link.find("img"))
    ]


def weight(page: str, *, limit: int) -> list[str]:
    """The HTML of a page, in bytes, stays within `limit`."""
    size = len(page.encode())
    return [] if size <= limit else [f"{size:,} bytes of HTML, at most {limit:,}"]


def _holds(outer: Tag, inner: Tag) -> bool:
    return inner is outer or outer in inner.parents


def _article(page: str) -> Tag:
    soup = parsed(page)
    return soup.find("article") or soup
