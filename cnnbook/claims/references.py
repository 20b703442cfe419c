"""References that a fact is decided by: found in `references.bib`, with an address."""

import re
from dataclasses import dataclass
from pathlib import Path

from cnnbook.book import find_in_book
from cnnbook.claims.register import ClaimError


@dataclass(frozen=True)
class Reference:
    """An entry of the bibliography, in plain text, and an address that lasts."""

    key: str
    authors: str
    year: str
    title: str
    address: str


def find_bibliography(start: str | Path | None = None) -> Path:
    """Find `references.bib` in `start`, the working directory, a folder above it, or
    the installed package."""
    try:
        return find_in_book("references.bib", start)
    except ValueError as error:
        raise ClaimError(f"{error} Or pass `bibliography`.") from None


def find_reference(key: str, *, bibliography: str | Path | None = None) -> Reference:
    """Look `key` up; it must have a DOI, an arXiv id (`eprint`) or a URL."""
    from pybtex.database import parse_file

    path = find_bibliography() if bibliography is None else Path(bibliography)
    entries = parse_file(str(path), bib_format="bibtex").entries
    if key not in entries:
        raise ClaimError(
            f"{path.name} has no entry {key!r}. Add it, with a DOI, an arXiv id "
            "(eprint) or a URL."
        )
    entry = entries[key]
    address = _address({name.lower(): text for name, text in entry.fields.items()})
    if not address:
        raise ClaimError(
            f"The entry {key!r} of {path.name} has no valid doi, eprint (arXiv id) or "
            "url. Add one, so that a reader can check the fact."
        )
    return Reference(key, _authors(entry), *_plain(entry, "year", "title"), address)


def _address(fields: dict[str, str]) -> str:
    """The first of DOI, arXiv id and URL that is well formed, or nothing."""
    arxiv = r"\d{4}\.\d{4,5}(v\d+)?|[a-z-]+(\.[A-Z]{2})?/\d{7}(v\d+)?"
    for name, pattern, prefix in (
        ("doi", r"10\.\d{4,9}/\S+", "https://doi.org/"),
        ("eprint", arxiv, "https://arxiv.org/abs/"),
        ("url", r"https?://\S+", ""),
    ):
        value = fields.get(name, "").strip()
        if re.fullmatch(pattern, value):
            return prefix + value
    return ""


def _authors(entry) -> str:
    """Last names: one, two joined by "and", or the first and "et al."."""
    people = entry.persons.get("author") or entry.persons.get("editor") or []
    names = [" ".join(str(part) for part in who.rich_last_names) for who in people]
    if len(names) > 2:
        return f"{names[0]} et al."
    return " and ".join(names) or _plain(entry, "organization")[0]


def _plain(entry, *names: str) -> list[str]:
    """Fields without their LaTeX, empty where there is none."""
    from pybtex.richtext import Text

    return [str(Text.from_latex(entry.fields.get(name, ""))) for name in names]
