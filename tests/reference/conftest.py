"""What `make fuzz` prints at its end, and how many cases it must have run."""

import pytest

from tests.reference.agreement import TALLIES, fuzzing

LEAST = 2_000


def too_few() -> list[str]:
    return [name for name, tally in TALLIES.items() if tally.cases < LEAST]


def pytest_terminal_summary(terminalreporter):
    if not fuzzing():
        return
    terminalreporter.section("agreement, by operation")
    for name, tally in TALLIES.items():
        terminalreporter.line(f"{name:24} {tally}")
    for name in too_few():
        terminalreporter.line(f"make fuzz: fewer than {LEAST:,} cases of {name}")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session):
    if fuzzing() and too_few() and not session.exitstatus:
        session.exitstatus = 1
