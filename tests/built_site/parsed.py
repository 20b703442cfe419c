"""The parsed page, kept for the next rule: parsing costs more than any rule does."""

from functools import lru_cache

from bs4 import BeautifulSoup


@lru_cache(maxsize=4)
def parsed(page: str) -> BeautifulSoup:
    """The tree of a page's HTML, shared between rules, which only read it."""
    return BeautifulSoup(page, "html.parser")
