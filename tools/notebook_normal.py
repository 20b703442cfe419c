"""One form for a stored page, so that running it again is an empty diff."""

import re
import sys
from pathlib import Path

from nbformat import NotebookNode

from tools.notebook_files import ROOT

METADATA = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    },
    "language_info": {"name": "python"},
}
KEPT_CELL_METADATA = ("mystnb", "tags")  # all else is an editor's or a run's business
ANSI = re.compile(r"\x1b\[[0-9;]*m")
ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,16}")
LIBRARIES = re.compile(r"(?:[A-Za-z]:)?[^\s\"'(<]*[/\\](?:site|dist)-packages[/\\]")


def normalize(notebook: NotebookNode) -> NotebookNode:
    """Bring `notebook` into the stored form, in place, and return it.

    Execution counts run 1 … n over code cells with source; outputs hold no stderr and
    no second piece of one stream; metadata hold what the book reads and no more.
    """
    notebook.metadata = NotebookNode(
        {key: NotebookNode(value) for key, value in METADATA.items()}
    )
    count = 0
    for cell in notebook.cells:
        cell.metadata = NotebookNode(
            {
                key: cell.metadata[key]
                for key in KEPT_CELL_METADATA
                if cell.metadata.get(key)
            }
        )
        if cell.cell_type != "code":
            continue
        blank = not cell.source.strip()
        count += not blank
        cell.execution_count = None if blank else count
        cell.outputs = [] if blank else normalize_outputs(cell.outputs, count)
    return notebook


def normalize_outputs(outputs: list, count: int) -> list:
    """Outputs of the cell numbered `count`: streams merged, tracebacks portable."""
    kept = []
    for output in outputs:
        kind = output["output_type"]
        if kind == "stream":
            if output["name"] == "stderr":
                continue
            if kept and kept[-1]["output_type"] == "stream":
                kept[-1]["text"] += output["text"]
                continue
        elif kind == "execute_result":
            output["execution_count"] = count
        elif kind == "error":
            output["traceback"] = [portable(line) for line in output["traceback"]]
        kept.append(output)
    return kept


def portable(traceback: str) -> str:
    """A traceback without colors, addresses and places of this machine.

    The built book colors it by itself; nbval compares only name and message.
    """
    text = ANSI.sub("", traceback)
    text = LIBRARIES.sub("", text)
    for place in (str(ROOT), str(Path(sys.base_prefix)), str(Path.home())):
        if place != "/":
            text = text.replace(place.rstrip("/") + "/", "")
    return ADDRESS.sub("0xADDR", text)


def unexpected_errors(notebook: NotebookNode) -> list[str]:
    """Cells that hold an error without the tag for it, or the tag without an error."""
    found = []
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type != "code":
            continue
        errors = [out for out in cell.outputs if out["output_type"] == "error"]
        tagged = "raises-exception" in cell.metadata.get("tags", [])
        if errors and not tagged:
            found.append(f"cell {index} raised {errors[0]['ename']}")
        if tagged and not errors:
            found.append(f"cell {index} is tagged raises-exception and did not raise")
    return found
