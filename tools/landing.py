"""The counts of the landing page, written from the register and the pages.

`python -m tools.landing` rewrites the marked passages of index.md; `--check` writes
nothing and ends with 1 if one of them is stale. A passage stands between two comments,
`% begin NAME …` and `% end NAME`; all else is written by hand.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import yaml

from cnnbook.claims import Claim, load_register
from cnnbook.claims.register import VERDICTS
from cnnbook.files import write_atomically
from tools.claims_page import SYMBOLS
from tools.notebook_files import ROOT

INDEX = "index.md"
RUN_TIME = re.compile(r"\*\*Run time\.\*\* about (\d+(?:\.\d+)?) (s|min)")
# caption of a part in _toc.yml: its letter in the register, and what it asks
PARTS = {
    "Introduction": ("I", "What are CNNs for, and what does the whole road look like?"),
    "Mathematics": ("M", "What does each layer compute?"),
    "Preprocessing": ("P", "What must happen to images before training?"),
    "Training": ("T", "How do you train a CNN that is as good as it looks?"),
    "Interpretation": (
        "X",
        "What has the network learned, and can its explanation be trusted?",
    ),
    "Tuning": ("H", "Which choices matter, and how do you search them?"),
    "Deployment": ("D", "How does a trained network become a service?"),
    "Beyond": ("BR", "What came after CNNs, and what did all this find?"),
}
# claims that a visitor may guess at: of each verdict one at least, from several parts
GUESSES = ("P26", "H10", "M09", "D20")


def toc_parts(toc: Mapping) -> dict[str, list[str]]:
    """For each part of the table of contents its pages, such as "math/pooling"."""
    return {
        part["caption"]: [
            chapter["file"].removeprefix("chapters/") for chapter in part["chapters"]
        ]
        for part in toc["parts"]
    }


def passages(root: Path, register: Mapping[str, Claim]) -> dict[str, str]:
    """The passages of index.md: name -> Markdown."""
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    parts = {name: files for name, files in toc_parts(toc).items() if name in PARTS}
    texts = {
        page: _prose(root / "chapters" / f"{page}.ipynb")
        for pages in parts.values()
        for page in pages
    }
    return {
        "counts": _counts(texts, register),
        "guesses": _guesses(register),
        "parts": _parts(parts, register),
    }


def _prose(path: Path) -> str:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n".join(
        "".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"
    )


def _counts(texts: Mapping[str, str], register: Mapping[str, Claim]) -> str:
    counts = Counter(claim.verdict for claim in register.values())
    decided = len(register) - counts[None]
    verdicts = [f"{counts[name]} {name}" for name in VERDICTS]
    exercises = sum(text.count("{exercise-start}") for text in texts.values())
    minutes = sum(_seconds(page, text) for page, text in texts.items()) / 60
    still = f" {counts[None]} are still open." if counts[None] else ""
    return (
        f"**{len(texts)} pages, {decided} claims tried:** {', '.join(verdicts[:-1])} "
        f"and {verdicts[-1]}.{still} {exercises} exercises with checkers. Everything "
        f"runs on two processor cores, in about {5 * round(minutes / 5)} minutes "
        "altogether."
    )


def _seconds(page: str, text: str) -> float:
    found = RUN_TIME.search(text)
    if found is None:
        raise ValueError(f"{page} must open with its run time; see RUN_TIME.")
    return float(found[1]) * (60 if found[2] == "min" else 1)


def _guesses(register: Mapping[str, Claim]) -> str:
    return "\n\n".join(_guess(register[name]) for name in GUESSES)


def _guess(claim: Claim) -> str:
    verdict = f"{SYMBOLS[claim.verdict]} {claim.verdict.capitalize()}"
    when = f" {claim.condition}" if claim.condition else ""
    return (
        f":::{{dropdown}} “{claim.statement}”\n"
        f"**{verdict}.**{when} See [](chapters/{claim.page}).\n:::"
    )


def _parts(parts: Mapping[str, list[str]], register: Mapping[str, Claim]) -> str:
    lines = ["| part | question | pages | claims |", "|---|---|--:|--:|"]
    for name, pages in parts.items():
        letters, question = PARTS[name]
        claims = sum(claim.id[0] in letters for claim in register.values())
        link = f"**[{name}](chapters/{pages[0]})**"
        lines.append(f"| {link} | {question} | {len(pages)} | {claims} |")
    return "\n".join(lines)


def rewrite(text: str, written: Mapping[str, str]) -> str:
    """`text` with its passages as `written`; each must be there exactly once."""
    for name, passage in written.items():
        begin, end = rf"^% begin {name}\b[^\n]*\n", rf"^% end {name}$"
        pattern = re.compile(rf"({begin}).*?({end})", re.M | re.S)
        if len(pattern.findall(text)) != 1:
            raise ValueError(
                f"`text` must have one passage {name!r}, between `% begin {name}` and "
                f"`% end {name}`, got {len(pattern.findall(text))}."
            )
        text = pattern.sub(
            lambda found, new=passage: f"{found[1]}\n{new}\n\n{found[2]}", text
        )
    return text


def main(arguments: list[str] | None = None, *, root: Path = ROOT) -> int:
    """Write the passages, or check them; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing")
    options = parser.parse_args(arguments)
    page = root / INDEX
    old = page.read_text(encoding="utf-8")
    new = rewrite(old, passages(root, load_register()))
    if old == new:
        return 0
    if options.check:
        print(f"{INDEX} is stale: run `make claims`.", file=sys.stderr)
        return 1
    write_atomically(page, new)
    return 0


if __name__ == "__main__":
    sys.exit(main())
