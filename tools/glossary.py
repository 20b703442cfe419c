"""The glossary as data, and a finder of its terms in a page's prose.

In the glossary, lines of one entry that stand above each other are names of one
thing. Comments above an entry, which the book does not show, say more of its words:

    .. also: filter, filters      other forms; regular plurals are known
    .. not: first step            phrases in which the word means something else
    .. from: math/pooling         before this page it is a word of everyday language
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tools.linkable import linkable, takes_markup, without_fences

BLOCK = re.compile(r"^`{3,}\{glossary\}\n(.*?)^`{3,}", re.M | re.S)
ROLE = re.compile(r"\{term\}`([^`<]+?)(?:\s*<([^`>]+)>)?`")
EVERYWHERE = ""  # `starts` of a term that has no everyday meaning


@dataclass(frozen=True)
class Entry:
    """One entry: `names` shown and linked, further `forms`, `strange` phrases."""

    names: tuple[str, ...]
    forms: tuple[str, ...] = ()
    strange: tuple[str, ...] = ()
    starts: str = EVERYWHERE


def words(line: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in line.split(",") if word.strip())


def read_glossary(text: str) -> list[Entry]:
    """The entries of a glossary in their order."""
    entries: list[Entry] = []
    for block in BLOCK.findall(text):
        names: list[str] = []
        notes: dict[str, str] = {}
        for line in [*block.splitlines(), "", "end"]:
            if note := re.match(r"\.\. (also|not|from):\s*(.+)", line):
                notes[note[1]] = note[2]
            elif line[:1].isspace():
                if names:
                    entries.append(entry_of(names, notes))
                names, notes = [], {}
            elif line:
                names.append(line.strip())
    return entries


def entry_of(names: list[str], notes: dict[str, str]) -> Entry:
    return Entry(
        tuple(names),
        words(notes.get("also", "")),
        words(notes.get("not", "")),
        notes.get("from", EVERYWHERE).strip(),
    )


def plural(word: str) -> str:
    """
    >>> [plural(word) for word in ("class", "latency", "epoch", "key", "batch")]
    ['classes', 'latencies', 'epochs', 'keys', 'batches']
    """
    if re.search(r"(s|x|z|ch|sh)$", word) and not re.search(r"poch$", word):
        return word + "es"
    return re.sub(r"(?<![aeiou])y$", "ie", word) + "s"


def as_pattern(form: str) -> str:
    """A form as it may stand in a text: at the start of a sentence, over a line end."""
    parts = [re.escape(part) for part in form.split()]
    if form.islower() or not any(c.isupper() for c in form):
        parts[0] = f"(?:{parts[0]}|{parts[0][0].upper()}{parts[0][1:]})"
    return r"[ ]*\n?[ ]*".join(parts).replace(r"[ ]*\n?[ ]*", r"(?: +|\n *)")


class Finder:
    """Finds terms in texts; of two that start at one place, the longer one."""

    def __init__(self, entries: list[Entry]) -> None:
        self.entries = entries
        self.by_name = {n.lower(): e for e in entries for n in e.names}
        self.by_form: dict[str, Entry | None] = {}
        for entry in entries:
            for form in (*entry.names, *entry.forms):
                for text in (form, plural(form)):
                    self.by_form.setdefault(text.lower(), entry)
        for entry in entries:
            self.by_form |= dict.fromkeys(map(str.lower, entry.strange))
        spelled = {
            text
            for entry in entries
            for form in (*entry.names, *entry.forms)
            for text in (form, plural(form))
        } | {phrase for entry in entries for phrase in entry.strange}
        choices = sorted(spelled, key=lambda text: (-len(text), text))
        self.pattern = re.compile(
            r"(?<![\w-])(?:" + "|".join(map(as_pattern, choices)) + r")(?![\w-])"
        )

    def in_text(self, text: str) -> Iterator[tuple[int, int, Entry, bool]]:
        """(start, end, entry, linked) of each use in markdown, in order."""
        found = [
            (m.start(), m.end(), self.by_name[target(m).lower()], True)
            for m in ROLE.finditer(without_fences(text))
            if target(m).lower() in self.by_name
        ]
        for match in self.pattern.finditer(linkable(text)):
            entry = self.by_form[" ".join(match[0].split()).lower()]
            if entry and takes_markup(text, *match.span()):
                found.append((*match.span(), entry, False))
        yield from sorted(found, key=lambda use: use[0])


def target(role: re.Match[str]) -> str:
    """The term that a role names: `{term}`kernels <kernel>`` names kernel."""
    return " ".join((role[2] or role[1]).split())
