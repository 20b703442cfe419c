"""What a page weighs on its way to a reader: text compressed, pictures as they are."""

import gzip
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tests.built_site.parsed import parsed

TEXTS = frozenset({".html", ".js", ".css", ".svg", ".json", ".txt"})
# The theme comes once, for all pages.
OWN = ("explorers/", "mathjax/", "custom.css", "access.js")


@lru_cache(maxsize=1024)
def compressed(path: Path) -> int:
    """Bytes of a file as a server sends it: gzip for text, else as it is."""
    data = path.read_bytes()
    return len(gzip.compress(data, 6)) if path.suffix in TEXTS else len(data)


def parts(page: Path, root: Path) -> dict[str, int]:
    """Files that `page` shows and runs, below `root`, and the bytes of each.

    These are the page, its pictures, the book's own style sheet and scripts, and
    MathJax; style sheets and scripts of the theme are left out.
    """
    html = page.read_text(encoding="utf-8")
    found = {page.resolve()}
    for tag in parsed(html).find_all(["img", "script", "link", "source", "video"]):
        address = tag.get("src") or tag.get("href") or ""
        if tag.name == "link" and "stylesheet" not in (tag.get("rel") or []):
            continue
        target = _inside(address, page, root)
        if target is not None:
            found.add(target)
    # an explorer loads the script of its kind by itself
    for figure in parsed(html).select("[data-explorer]"):
        script = root / "_static" / "explorers" / f"{figure['data-explorer']}.js"
        if script.is_file():
            found.add(script.resolve())
    return {
        path.relative_to(root.resolve()).as_posix(): compressed(path)
        for path in sorted(found)
    }


def heavy(page: Path, root: Path, *, limit: int) -> list[str]:
    """The weight of `page` in words, where it is more than `limit` bytes."""
    weights = parts(page, root)
    total = sum(weights.values())
    if total <= limit:
        return []
    most = sorted(weights, key=weights.get, reverse=True)[:3]
    worst = ", ".join(f"{name} {weights[name]:,}" for name in most)
    return [f"{total:,} bytes compressed, at most {limit:,}; the largest: {worst}"]


def _inside(address: str, page: Path, root: Path) -> Path | None:
    split = urlsplit(address)
    if not split.path or split.scheme or split.netloc:
        return None
    target = (page.parent / unquote(split.path)).resolve()
    if not target.is_file() or not target.is_relative_to(root.resolve()):
        return None
    name = target.relative_to(root.resolve()).as_posix()
    static = name.removeprefix("_static/")
    theme = static != name and not static.startswith(OWN)
    return None if theme else target
