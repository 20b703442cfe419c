"""The bibliography: complete, reachable, the source's own works in it, all cited."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from pybtex.database import parse_file, parse_string

ROOT = Path(__file__).parents[1]
BIBLIOGRAPHY = ROOT / "references.bib"
# lines 437-447 of the source, the two documentations with a page on the layer each
SOURCE = {
    437: ("lecun1998gradient",),
    438: ("krizhevsky2012imagenet",),
    439: ("simonyan2015very",),
    440: ("he2016deep",),
    441: ("szegedy2015going",),
    442: ("olah2014modular", "olah2014understanding"),
    443: ("goodfellow2016deep",),
    444: ("chollet2017deep", "chollet2025deep"),
    445: ("tensorflowcnn", "tensorflowconv2d"),
    446: ("pytorchconv2d",),
    447: ("geron2019hands", "geron2022hands"),
}
# what an entry must have, besides an author and a title
PLACES = {
    "article": ("journal", "year"),
    "inproceedings": ("booktitle", "year"),
    "incollection": ("booktitle", "year"),
    "book": ("publisher", "year"),
    "phdthesis": ("school", "year"),
    "techreport": ("institution", "year"),
    "misc": (),
}


def incomplete(entries):
    """(key, field) for each field that an entry of its type lacks."""
    missing = []
    for key, entry in entries.items():
        names = {name.lower() for name in entry.fields}
        if not (entry.persons.get("author") or entry.persons.get("editor")):
            missing.append((key, "author"))
        for field in ("title", *PLACES[entry.type.lower()]):
            if field not in names:
                missing.append((key, field))
    return missing


def address(entry):
    """DOI, arXiv id or URL of an entry, empty where it has none."""
    return next(
        (entry.fields[n] for n in ("doi", "eprint", "url") if n in entry.fields), ""
    )


def written():
    """All that pages say, in prose and code, and the sources that docstrings name."""
    texts = [(ROOT / "index.md").read_text(encoding="utf-8")]
    for path in (ROOT / "chapters").rglob("*"):
        if path.suffix == ".ipynb":
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            texts += ["".join(cell["source"]) for cell in cells]
        elif path.suffix == ".md":
            texts.append(path.read_text(encoding="utf-8"))
    for path in (
        *(ROOT / "cnnbook").rglob("*.py"),
        *(ROOT / "tests/reference").glob("*"),
    ):
        if path.suffix == ".py":
            texts.append(path.read_text(encoding="utf-8"))
    return "\n".join(texts)


def uncited(entries, text):
    """Keys that `text` does not hold, nor as "Name ... (year)" in a docstring."""
    sources = " ".join(text.split())
    unused = []
    for key, entry in entries.items():
        people = entry.persons.get("author") or entry.persons.get("editor")
        name = re.escape(" ".join(str(part) for part in people[0].last_names))
        year = entry.fields.get("year", "")
        named = rf"\b{name}(?: and \w+| et al\.)? \({year}\)"
        if not re.search(rf"\b{key}\b", text) and not re.search(named, sources):
            unused.append(key)
    return unused


@pytest.fixture(scope="module")
def entries():
    return parse_file(BIBLIOGRAPHY).entries


def test_every_entry_is_complete(entries):
    assert incomplete(entries) == []


def test_every_entry_has_a_doi_an_arxiv_id_or_an_address(entries):
    # whether they are well formed: tests/test_book_config.py
    assert [key for key, entry in entries.items() if not address(entry)] == []


def test_every_entry_is_cited_somewhere(entries):
    assert uncited(entries, written()) == []


def test_the_works_that_the_source_lists_are_there(entries):
    keys = [key for works in SOURCE.values() for key in works]
    assert [key for key in keys if key not in entries] == []
    assert len(SOURCE) == 11


def test_no_work_is_there_twice(entries):
    addresses = Counter(address(entry).lower() for entry in entries.values())
    titles = Counter(
        (re.sub(r"\W", "", entry.fields["title"].lower()), entry.fields.get("edition"))
        for entry in entries.values()
    )
    assert [name for name, times in addresses.items() if times > 1] == []
    # another edition of a book has the title of the first
    assert [name for name, times in titles.items() if times > 1] == []


def test_what_is_missing_is_named():
    text = "@article{a, title={A}, author={B, C}, year={2020}}"
    assert incomplete(parse_string(text, "bibtex").entries) == [("a", "journal")]


@pytest.mark.parametrize(
    ("text", "unused"),
    [
        ("{cite:p}`real2019`", []),
        ("Source: Real et al. (2019), figure 1.", []),
        ("Source: Real and\n    Aggarwal (2019).", []),
        ("Real numbers (2020)", ["real2019"]),
        ("surreal2019", ["real2019"]),
    ],
)
def test_a_work_that_nobody_cites_is_found(text, unused):
    bib = "@misc{real2019, title={E}, author={Real, E. and Aggarwal, A.}, year={2019}}"
    assert uncited(parse_string(bib, "bibtex").entries, text) == unused
