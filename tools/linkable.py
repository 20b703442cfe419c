"""Which characters of a page's markdown may carry a link to the glossary.

Headings, code, formulas, links, roles, tables, captions and directives may not: there
a link is broken markup, or one link inside another.
"""

import re

HIDDEN = "\0"  # stands for a character that may not be touched

BLOCKS = (
    r"^[ \t]*(?P<fence>`{3,}|~{3,}|:{3,}).*?^[ \t]*(?P=fence)[ \t]*$",  # fences
    r"^[ \t]*\$\$.*?\$\$",  # formulas on lines of their own
    r"^\\begin\{(\w+\*?)\}.*?^\\end\{",
    r"<!--.*?-->",
)
LINES = (
    r"^[ \t]*#{1,6}[ \t].*$",  # headings
    r"^[ \t]*\|.*$",  # rows of tables
    r"^[ \t]*>.*$",  # quotations
    r"^\*\*(?:Claims tried|Run time|Needs)\.\*\*.*$",
    r"^\*\*\d+\. .*\*\*[ \t]*$",  # questions of a quiz
    r"^[ \t]*\([\w-]+\)=[ \t]*$",  # labels
)
PARTS = (
    r"(?:\{[\w:.-]+\})?(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)",  # code, roles
    r"\$[^$\n]+(?:\n[^$\n]+)*\$",  # formulas in a sentence
    r"!?\[[^\]]*\]\([^)\s]*(?:\s+\"[^\"]*\")?\)",  # links, images
    r"!?\[[^\]]*\]\[[^\]]*\]",
    r"\[\^[^\]]+\]",
    r"<[^<>\s][^<>]*>",  # HTML, addresses
    r"https?://\S+",
    r"\{[^{}\n]*\}",  # attributes
)
MASKS = [
    *(re.compile(pattern, re.M | re.S) for pattern in BLOCKS),
    *(re.compile(pattern, re.M) for pattern in LINES),
    *(re.compile(pattern, re.S) for pattern in PARTS),
]
FENCES = MASKS[0]


def hide(text: str, pattern: re.Pattern[str]) -> str:
    """`text` of the same length, with what `pattern` finds hidden, line ends kept.

    >>> hide("a `b` c", re.compile("`.`")).replace(HIDDEN, "#")
    'a ### c'
    """
    return pattern.sub(lambda match: re.sub(r"[^\n]", HIDDEN, match[0]), text)


def linkable(text: str) -> str:
    """`text` of the same length, with what may not carry a link hidden.

    >>> linkable("A kernel, `a kernel`, [a kernel](x).").replace(HIDDEN, "#")
    'A kernel, ##########, #############.'
    """
    for pattern in MASKS:
        text = hide(text, pattern)
    return text


def without_fences(text: str) -> str:
    """`text` of the same length, with fenced blocks hidden."""
    return hide(text, FENCES)


def takes_markup(text: str, start: int, end: int) -> bool:
    """Whether a role may stand at `text[start:end]`, in view of stars around it.

    Emphasis that opens before a role or closes after it needs a space or a sign on
    its outer side: `*kernel*s` with a link inside would show its stars.

    >>> takes_markup("a *kernel* is", 3, 9), takes_markup("two *kernel*s", 5, 11)
    (True, False)
    """
    before = re.search(r"(\w?)[*_]+$", text[:start])
    after = re.match(r"[*_]+(\w?)", text[end:])
    return not (before and before[1]) and not (after and after[1])
