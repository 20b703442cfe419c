"""The closing line of CI: how many tests passed and failed, over all stages.

`python -m tools.ci_summary build/junit --make-status 0` reads the JUnit files that
the pytest stages wrote and prints "N passed, N failed" alone on the last line. A
stage that is no pytest (lint, the book) leaves no file: when make failed and no test
did, that stage is the one failure. Exits 1 unless something passed and nothing failed.
"""

import argparse
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

STAGES = ("unit", "nbval", "site")


def count_file(path: Path) -> tuple[int, int]:
    """Passed and failed tests of one JUnit file.

    Skipped tests count as neither; in the file of nbval an expected failure is a
    cell that proved nothing, and counts as failed.
    """
    passed = failed = 0
    for case in ET.parse(path).iter("testcase"):
        skipped = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif skipped is None:
            passed += 1
        elif path.stem == "nbval" and skipped.get("type") == "pytest.xfail":
            failed += 1
    return passed, failed


def count_folder(folder: Path) -> tuple[int, int, list[str]]:
    """Passed, failed and the stages of which there is no readable file."""
    passed = failed = 0
    missing = []
    for stage in STAGES:
        try:
            more_passed, more_failed = count_file(folder / f"{stage}.xml")
        except (OSError, ET.ParseError):
            missing.append(stage)
            continue
        passed, failed = passed + more_passed, failed + more_failed
    return passed, failed, missing


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--make-status", type=int, required=True)
    options = parser.parse_args(arguments)
    passed, failed, missing = count_folder(options.folder)
    if missing:
        print(f"Stages without results: {', '.join(missing)}.")
    if failed == 0 and (options.make_status != 0 or missing):
        failed = 1  # the stage that stopped the run
    print(f"{passed} passed, {failed} failed")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
