"""Numbers that other pages of the book have stored below their cells.

A page of conclusions quotes what earlier pages measured. It reads it here, from their
outputs, so that it cannot say anything else than they do.
"""

import json
import re
from pathlib import Path

from cnnbook.records import find_folder


def find_chapters(start: str | Path | None = None) -> Path:
    """The folder `chapters` of the book that contains `start` (default: here)."""
    return find_folder(None if start is None else Path(start)).parent


def stored_text(page: str, *, chapters: str | Path | None = None) -> str:
    """All text below the cells of `page`, such as "math/convolution", in order.

    Of an error, its name and message; of a value handed to the prose by `glue`, a
    line with its name and the value.
    """
    chapters = find_chapters() if chapters is None else Path(chapters)
    path = chapters / f"{page}.ipynb"
    if not path.exists():
        raise ValueError(
            f"`page` must be a notebook below chapters, got {page!r}. Leave out the "
            "ending, as in 'math/convolution'."
        )
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return "\n".join(_text(output) for output in outputs)


def _text(output: dict) -> str:
    if output["output_type"] == "error":
        return f"{output['ename']}: {output['evalue']}"
    if "text" in output:
        return "".join(output["text"])
    name = output.get("metadata", {}).get("scrapbook", {}).get("name")
    for kind, value in output.get("data", {}).items():
        if kind.endswith("text/plain"):
            text = "".join(value)
            return f"{name} = {text}" if name else text
    return ""


def quoted(page: str, pattern: str, *, chapters: str | Path | None = None) -> str:
    """The one thing that `pattern` captures in the stored outputs of `page`.

    Raises ValueError if the page no longer says it: then the sentence that quotes it
    must be read again.
    """
    found = re.search(pattern, stored_text(page, chapters=chapters))
    if found is None:
        raise ValueError(
            f"`pattern` must match an output of {page}, got {pattern!r}. Look at what "
            "the page says now, and at the sentence that quotes it."
        )
    return found[1]


def number(page: str, pattern: str, *, chapters: str | Path | None = None) -> float:
    """`quoted` as a number."""
    return float(quoted(page, pattern, chapters=chapters).replace(",", ""))
