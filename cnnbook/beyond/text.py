"""Names as rows of letters, for telling the language of a name.

Words are lists of str; codes are (n, LENGTH) integers, 0 for "no letter".
"""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cnnbook.checks import require_at_least, require_between

LETTERS = " abcdefghijklmnopqrstuvwxyz"
LENGTH = 24
# what does not come apart into a letter and its accent; the last are ’ and a dotless i
STANDING = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "-": " ", "'": " ", "\u2019": " ", "\u0131": "i"}
)
FILE = Path(__file__).parent / "files" / "names.tsv"


@dataclass(frozen=True)
class Names:
    """`words` with their `labels` (n,): places in `languages`."""

    words: list[str]
    labels: np.ndarray
    languages: tuple[str, ...]


def plain(word: str) -> str:
    """`word` in the letters a to z and the blank, without its accents.

    >>> plain("Łódź-Île")
    'lodz ile'
    """
    word = word.lower().translate(STANDING)
    split = unicodedata.normalize("NFD", word.replace("ß", "ss"))
    return "".join(letter for letter in split if letter in LETTERS)


def load_names(*, test_share: float = 0.3, seed: int) -> tuple[Names, Names]:
    """Names of countries and languages in ten languages: for training, and new ones.

    Accents are taken off, and names that two languages share are left out. The *thing*
    that is named decides the part: no language or country is named in both.

    Source: Unicode CLDR, by way of Babel 2.19; see the licence beside the file.
    """
    require_between("test_share", test_share, 0.05, 0.95)
    head, *rows = FILE.read_text("utf-8").splitlines()
    languages = tuple(head.split("\t")[1:])
    things = [[plain(word) for word in row.split("\t")[1:]] for row in rows]
    seen = Counter(word for words in things for word in words)
    order = np.random.default_rng(seed).permutation(len(things))
    num_test = round(test_share * len(things))

    def part(chosen: np.ndarray) -> Names:
        pairs = [
            (word, label)
            for i in chosen
            for label, word in enumerate(things[i])
            if seen[word] == 1
        ]
        words, labels = zip(*pairs, strict=True)
        return Names(list(words), np.array(labels), languages)

    return part(order[num_test:]), part(order[:num_test])


def encode(words: Sequence[str], *, length: int = LENGTH) -> np.ndarray:
    """Numbers of letters, (n, length) int32: 1 for the blank, 2 for a, 0 at the end.

    Every word begins and ends with a blank, so that a kernel can see where it is; what
    is longer than `length` is cut.
    """
    require_at_least("length", length, 1)
    codes = np.zeros((len(words), length), np.int32)
    for row, word in zip(codes, words, strict=True):
        unknown = set(word) - set(LETTERS)
        if unknown:
            raise ValueError(
                f"`words` must be in a-z and blanks, got {word!r}. Pass plain(word)."
            )
        found = [1 + LETTERS.index(letter) for letter in f" {word} "][:length]
        row[: len(found)] = found
    return codes
