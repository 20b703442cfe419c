"""Records of runs that are too long for a page: JSON files that say how they arose.

A record is a folder-less name such as `fashion-mnist`; its file lies in
`chapters/records`. It holds `command` and `entries`, one for each run, and an entry
says for itself which processor, versions, seed and seconds it took.
"""

import json
from collections.abc import Callable
from pathlib import Path

from cnnbook.book import find_in_book
from cnnbook.files import write_atomically

FOLDER = Path("chapters") / "records"


def find_folder(start: Path | None = None) -> Path:
    """The folder of records of the book that contains `start` (default: here).

    Outside of a book it is that of the installed package, if a wheel brought one.
    """
    return find_in_book(FOLDER.as_posix(), start)


def load_record(name: str, *, folder: Path | None = None) -> dict:
    """Read the record `name`: `{"command", "entries": {key: entry}}`."""
    path = (folder or find_folder()) / f"{name}.json"
    if not path.exists():
        raise ValueError(
            f"`name` must be a record, got {name!r}, and {path.name} does not exist. "
            "Write it with `make records`."
        )
    return json.loads(path.read_text(encoding="utf-8"))


def extend_record(
    name: str,
    runs: dict[str, Callable[[], dict]],
    *,
    command: str,
    folder: Path,
    report: Callable[[str], None],
) -> dict:
    """Run what the record `name` lacks, saving after each run, and return it whole.

    Parameters
    ----------
    runs : for each key of an entry the function that computes it. A key that the
        record holds already is not run again: an interrupted command resumes.
    report : called with a line of progress.
    """
    path = folder / f"{name}.json"
    record = {"command": command, "entries": {}}
    if path.exists():
        record["entries"] = load_record(name, folder=folder)["entries"]
    kept = {key: entry for key, entry in record["entries"].items() if key in runs}
    record["entries"] = kept
    for i, (key, run) in enumerate(runs.items(), start=1):
        if key in record["entries"]:
            report(f"[{i}/{len(runs)}] {name} {key}: kept")
            continue
        record["entries"][key] = run()
        write_atomically(path, json.dumps(record, indent=1) + "\n")
        report(f"[{i}/{len(runs)}] {name} {key}: done")
    return record
