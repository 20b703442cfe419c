"""Nothing on a page may come from another host. Links that a reader clicks may."""

import re

from bs4 import BeautifulSoup

from tests.built_site.parsed import parsed

OFFSITE = re.compile(r"^\s*(?:https?:|wss?:|ftp:)?//", re.IGNORECASE)
# Addresses in style sheets that a browser would fetch.
CSS_FETCH = re.compile(
    r"@import\s+(?:url\()?\s*['\"]?\s*(?:https?:)?//[^'\")\s;]*"
    r"|url\(\s*['\"]?\s*(?:https?:)?//[^'\")\s]*",
    re.IGNORECASE,
)
# Names of XML vocabularies look like addresses and are never fetched.
SCRIPT_ADDRESS = re.compile(
    r"(?:https?:)?//(?!www\.w3\.org/)[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}",
    re.IGNORECASE,
)
# Attributes that a browser follows without being asked.
FETCHED = frozenset("src srcset poster data background action formaction ping".split())


def offsite_css(css: str) -> list[str]:
    """Imports and `url(...)` of a style sheet that lead to another host."""
    return [f"style sheet fetches {match}" for match in CSS_FETCH.findall(css)]


def offsite_resources(page: str) -> list[str]:
    """Scripts, styles, fonts, images, frames, preloads and forms of another host."""
    soup = parsed(page)
    problems = []
    for tag in soup.find_all(True):
        for name, value in tag.attrs.items():
            text = value if isinstance(value, str) else " ".join(value)
            if _fetches(tag.name, name) and _leads_away(name, text):
                problems.append(f"<{tag.name} {name}> fetches {text}")
            if name == "style":
                problems += offsite_css(text)
    for style in soup.find_all("style"):
        problems += offsite_css(style.get_text())
    return problems + _refreshes(soup)


def offsite_inline_scripts(page: str) -> list[str]:
    """Inline scripts that hold the address of another host, to load it later."""
    soup = parsed(page)
    return [
        f"inline script names {address}"
        for script in soup.find_all("script", src=False)
        for address in SCRIPT_ADDRESS.findall(script.get_text())
    ]


def base_elements(page: str) -> list[str]:
    """`<base>` would turn every relative address of the page elsewhere."""
    soup = parsed(page)
    return [f"<base href={tag.get('href')!r}>" for tag in soup.find_all("base")]


def _fetches(tag: str, attribute: str) -> bool:
    if attribute in ("href", "xlink:href"):
        return tag in ("link", "image", "use", "base", "feimage")
    return attribute in FETCHED


def _leads_away(attribute: str, value: str) -> bool:
    candidates = value.split(",") if attribute == "srcset" else [value]
    return any(OFFSITE.match(candidate) for candidate in candidates)


def _refreshes(soup: BeautifulSoup) -> list[str]:
    return [
        f"meta refresh to {tag.get('content')}"
        for tag in soup.find_all(
            "meta", attrs={"http-equiv": re.compile("refresh", re.I)}
        )
        if "//" in tag.get("content", "")
    ]
