"""Printed pages bound into one PDF: links between them, bookmarks, page numbers.

Each page of the book comes as a PDF of its own, in which Chromium has left the places
of its headings under their ids, and links to other pages as addresses of the server.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    Fit,
    FloatObject,
    NameObject,
    NullObject,
    TextStringObject,
)


@dataclass(frozen=True)
class Leaf:
    """One page of the book, printed.

    `name` is its address below the built book, without `.html`; `headings` are pairs
    of a title and an id; `content` is a PDF.
    """

    name: str
    title: str
    content: bytes
    part: str = ""
    headings: tuple[tuple[str, str], ...] = ()


class Place(NamedTuple):
    """A place in the bound book: number of the page from 0, and where on it."""

    page: int
    left: float
    top: float


@dataclass
class Bound:
    """A book in the making."""

    writer: PdfWriter = field(default_factory=PdfWriter)
    starts: dict[str, int] = field(default_factory=dict)
    places: dict[tuple[str, str], Place] = field(default_factory=dict)
    owners: list[str] = field(default_factory=list)  # name of the leaf of each page
    lost: list[str] = field(default_factory=list)  # addresses that lead nowhere


def count_pages(content: bytes) -> int:
    return len(PdfReader(io.BytesIO(content)).pages)


def bind(leaves: list[Leaf], *, address: str) -> Bound:
    """All `leaves`, one after the other, linked among each other and bookmarked.

    `address` is that of the server from which they were printed.
    """
    bound = Bound()
    for leaf in leaves:
        add_leaf(bound, leaf)
    for number, page in enumerate(bound.writer.pages):
        relink(bound, page, bound.owners[number], address.rstrip("/"))
    add_bookmarks(bound, leaves)
    return bound


def add_leaf(bound: Bound, leaf: Leaf) -> None:
    reader = PdfReader(io.BytesIO(leaf.content))
    start = len(bound.writer.pages)
    bound.starts[leaf.name] = start
    for name, found in reader.named_destinations.items():
        number = reader.get_destination_page_number(found)
        if number is not None:
            left, top = (float(value or 0) for value in (found.left, found.top))
            key = (leaf.name, unquote(str(name)).lstrip("/"))
            bound.places[key] = Place(start + number, left, top)
    for page in reader.pages:
        bound.writer.add_page(page)
        bound.owners.append(leaf.name)


def annotations(page: PageObject) -> Iterator[tuple[int, DictionaryObject]]:
    """The links of a page with their number, last ones first."""
    found = page.get("/Annots")
    for index in reversed(range(len(found or []))):
        yield index, found[index].get_object()


def relink(bound: Bound, page: PageObject, owner: str, address: str) -> None:
    """Turn links to the server, or to a place of the same page, into places."""
    for index, link in annotations(page):
        action = link.get("/A", {})
        uri = str(action.get("/URI", ""))
        if "/Dest" in link:
            place = bound.places.get((owner, unquote(str(link["/Dest"])).lstrip("/")))
        elif uri.startswith(address + "/"):
            place = find(bound, uri.removeprefix(address + "/"))
            if place is None:
                bound.lost.append(uri.removeprefix(address))
        else:
            continue
        if place is None:
            del page["/Annots"][index]
            continue
        link.pop("/A", None)
        link[NameObject("/Dest")] = destination(bound.writer, place)


def find(bound: Bound, target: str) -> Place | None:
    """The place of `chapters/math/pooling.html#answer`, None if it is not bound."""
    parts = urlsplit(target)
    name = parts.path.removesuffix(".html") or "index"
    if name not in bound.starts:
        return None
    top = Place(bound.starts[name], 0, 10_000)
    return bound.places.get((name, unquote(parts.fragment)), top)


def destination(writer: PdfWriter, place: Place) -> ArrayObject:
    reference = writer.pages[place.page].indirect_reference
    where = [FloatObject(place.left), FloatObject(place.top), NullObject()]
    return ArrayObject([reference, NameObject("/XYZ"), *where])


def add_bookmarks(bound: Bound, leaves: list[Leaf]) -> None:
    """Part, page, section; pages without a part stand beside the parts."""
    parts: dict[str, object] = {}
    for leaf in leaves:
        start = bound.starts[leaf.name]
        if leaf.part and leaf.part not in parts:
            parts[leaf.part] = bound.writer.add_outline_item(
                leaf.part, start, bold=True, is_open=False
            )
        above = parts.get(leaf.part)
        page = bound.writer.add_outline_item(
            leaf.title, start, parent=above, is_open=False
        )
        for title, identity in leaf.headings:
            place = bound.places.get((leaf.name, identity))
            if place:
                fit = Fit.xyz(left=place.left, top=place.top)
                bound.writer.add_outline_item(title, place.page, parent=page, fit=fit)


def add_numbers(writer: PdfWriter, numbers: bytes) -> None:
    """Lay page i of `numbers`, which holds no more than a number, over page i."""
    for page, number in zip(
        writer.pages, PdfReader(io.BytesIO(numbers)).pages, strict=True
    ):
        page.merge_page(number)


def finish(writer: PdfWriter, *, title: str, author: str, language: str) -> bytes:
    """The bytes of the book, with what a reader's program shows of it."""
    writer.add_metadata({"/Title": title, "/Author": author})
    root = writer.root_object
    root[NameObject("/Lang")] = TextStringObject(language)
    root[NameObject("/PageMode")] = NameObject("/UseOutlines")
    writer.compress_identical_objects(remove_duplicates=True, remove_unreferenced=True)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()
