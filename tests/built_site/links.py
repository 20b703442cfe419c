"""Each address inside the book leads to a file of the book, and each anchor exists."""

from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tests.built_site.parsed import parsed

# Anchors that scripts of the theme add when the page is shown.
MADE_BY_SCRIPTS = frozenset({"", "top"})


def addresses(page: str) -> list[str]:
    """What the page links to or loads, without addresses of other hosts."""
    soup = parsed(page)
    found = [
        tag[name] for name in ("href", "src") for tag in soup.find_all(**{name: True})
    ]
    return [
        address
        for address in found
        if not urlsplit(address).scheme and not address.startswith("//")
    ]


def broken_links(page: Path, root: Path) -> list[str]:
    """Addresses of `page` that lead to no file or anchor below `root`."""
    problems = []
    for address in addresses(page.read_text(encoding="utf-8")):
        parts = urlsplit(address)
        target = page if not parts.path else page.parent / unquote(parts.path)
        target = target.resolve()
        if not target.is_relative_to(root.resolve()):
            problems.append(f"{address} leads out of the book")
        elif not target.is_file():
            problems.append(f"{address} leads to no file")
        elif target.suffix == ".html" and not has_anchor(target, parts.fragment):
            problems.append(f"{address}: no such anchor on {target.name}")
    return problems


def has_anchor(page: Path, fragment: str) -> bool:
    """Whether an element of `page` carries the id (or name) `fragment`."""
    return fragment in MADE_BY_SCRIPTS or unquote(fragment) in _anchors(page)


@lru_cache(maxsize=256)
def _anchors(page: Path) -> frozenset[str]:
    soup = parsed(page.read_text(encoding="utf-8"))
    ids = {tag["id"] for tag in soup.find_all(id=True)}
    return frozenset(
        ids | {tag["name"] for tag in soup.find_all("a", attrs={"name": True})}
    )
