"""Printed pages bound into one PDF: links between them, bookmarks, page numbers.

Each page of the book comes as a PDF of its own, in which Chromium has left the places
of its headings under their ids, and links to other pages as addresses of the server.
"""

import io
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    Fit,
    FloatObject,
    NameObject,
    NullObject,
    TextStringObject,
)

FONT, SIZE = "BookNumber", 8
DIGIT = 0.556 * SIZE  # width of a digit of Helvetica


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


def first_pages(leaves: list[Leaf]) -> dict[str, int]:
    """Number of the page, from 0, on which each leaf will start."""
    lengths = [count_pages(leaf.content) for leaf in leaves]
    starts = itertools.accumulate(lengths, initial=0)
    return dict(zip((leaf.name for leaf in leaves), starts, strict=False))


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
                title=leaf.part, page_number=start, bold=True, is_open=False
            )
        above = parts.get(leaf.part)
        page = bound.writer.add_outline_item(
            title=leaf.title, page_number=start, parent=above, is_open=False
        )
        for title, identity in leaf.headings:
            place = bound.places.get((leaf.name, identity))
            if place:
                fit = Fit.xyz(left=place.left, top=place.top)
                bound.writer.add_outline_item(
                    title=title, page_number=place.page, parent=page, fit=fit
                )


def add_numbers(writer: PdfWriter) -> None:
    """Print its number at the foot of each page.

    The content stays as it was packed, between two small streams: one keeps the state
    in which the page began, the other goes back to it and writes.
    """
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    helvetica = writer._add_object(
        DictionaryObject({NameObject(k): NameObject(v) for k, v in font.items()})
    )
    keep = writer._add_object(stream(b"q\n"))
    for number, page in enumerate(writer.pages, start=1):
        left = float(page.mediabox.width) / 2 - len(str(number)) * DIGIT / 2
        text = f"\nQ BT /{FONT} {SIZE} Tf {left:.2f} 26 Td ({number}) Tj ET\n"
        written = writer._add_object(stream(text.encode()))
        before = page["/Contents"]
        inside = (
            before if isinstance(before, ArrayObject) else [page.raw_get("/Contents")]
        )
        page[NameObject("/Contents")] = ArrayObject([keep, *inside, written])
        resources = page.setdefault(NameObject("/Resources"), DictionaryObject())
        fonts = resources.get_object().setdefault(
            NameObject("/Font"), DictionaryObject()
        )
        fonts.get_object()[NameObject(f"/{FONT}")] = helvetica


def stream(data: bytes) -> DecodedStreamObject:
    made = DecodedStreamObject()
    made.set_data(data)
    return made


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
