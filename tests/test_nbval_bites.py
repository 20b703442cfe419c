"""nbval with our guards: what must fail does, soon, and says why.

One run over small pages in an empty folder, with copies of the root conftest, the
settings and the sanitizer; each test looks at the outcome of one page.
"""

import os
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from queue import Empty
from types import SimpleNamespace

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

import conftest as guards
from tests.good_page import error, printed, renumber, result, verdict
from tools.ci_summary import count_file
from tools.notebook_files import ROOT, write_text

CELL_TIMEOUT = 5  # seconds


def cell(source, *outputs, tag=None):
    return new_code_cell(
        source, outputs=list(outputs), metadata={"tags": [tag]} if tag else {}
    )


def show_verdict(outcome):
    """A cell that shows the bundle of a verdict, as `claims.verdict` does."""
    data = dict(verdict("T01", outcome)["data"])
    return f"from IPython.display import display\ndisplay({data!r}, raw=True)"


PAGES = {
    "right": [
        cell("print(1)\n1 + 1", printed("1\n"), result("2")),
        cell(show_verdict("upheld"), verdict("T01", "upheld")),
        cell("1 / 0", error(), tag="raises-exception"),
    ],
    "changed-print": [cell("print(0.8447)", printed("0.8448\n"))],
    "changed-value": [cell("1 + 1", result("3"))],
    "changed-verdict": [cell(show_verdict("upheld"), verdict("T01", "refuted"))],
    "changed-error": [cell("int('a')", error(), tag="raises-exception")],
    "error-gone": [cell("1 / 1", error(), tag="raises-exception")],
    "output-gone": [cell("a = 1", printed("1\n"))],
    "unexpected-error": [cell("1 / 0")],
    "ignored": [cell("print(0.5)", printed("0.4\n"), tag="nbval-ignore-output")],
    "failed-assert": [cell("assert False", tag="nbval-ignore-output")],
    "stderr": [cell("import sys\nprint('beware', file=sys.stderr)")],
    "address": [cell("print('at 0x7f3a5c0012d0')", printed("at 0x7f0000000000\n"))],
    "dead": [cell("import os\nos._exit(1)"), cell("print(1)", printed("1\n"))],
    "needs-absent": [
        new_markdown_cell("**Needs.** `no_such_package`, from another file."),
        cell("1 / 0"),
        cell("print(1)", printed("2\n")),
    ],
    "too-long": [
        cell("import time\ntime.sleep(600)"),
        cell("print(1)", printed("1\n")),
        cell("print(2)", printed("3\n")),
    ],
}


class Outcome:
    """Of one page: how many cells passed, and the messages of those that did not."""

    def __init__(self, cases):
        self.cases = list(cases)
        found = [case.find(kind) for case in cases for kind in ("failure", "error")]
        self.messages = [str(entry.text) for entry in found if entry is not None]
        self.passed = sum(len(case) == 0 for case in self.cases)
        self.skipped = [
            entry.get("message")
            for entry in (case.find("skipped") for case in cases)
            if entry is not None
        ]
        self.seconds = sum(float(case.get("time")) for case in self.cases)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The run over all PAGES: its status, seconds, junit file and outcomes."""
    folder = tmp_path_factory.mktemp("book")
    (folder / "chapters").mkdir()
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    for name, cells in PAGES.items():
        page = renumber(new_notebook(cells=cells))
        (folder / "chapters" / f"{name}.ipynb").write_text(write_text(page))
    options = [
        "--nbval",
        "--nbval-current-env",
        f"--nbval-cell-timeout={CELL_TIMEOUT}",
        f"--nbval-sanitize-with={ROOT / 'tests/nbval_sanitize.cfg'}",
        f"--junitxml={folder / 'nbval.xml'}",
        "-p",
        "no:cacheprovider",
    ]
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "chapters", *options],
        cwd=folder,
        env=os.environ
        | {"IPYTHONDIR": str(ROOT / "tests" / "ipython"), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.monotonic() - began
    cases: dict[str, list] = {name: [] for name in PAGES}
    for case in ET.parse(folder / "nbval.xml").iter("testcase"):
        place = f"{case.get('classname')}::{case.get('name')}"
        cases[next(name for name in PAGES if f"{name}.ipynb" in place)].append(case)
    return SimpleNamespace(
        status=done.returncode,
        said=done.stdout,
        seconds=seconds,
        junit=folder / "nbval.xml",
        pages={name: Outcome(found) for name, found in cases.items()},
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", ["right", "ignored", "stderr", "address"])
def test_a_page_that_comes_out_as_stored_passes(run, name):
    assert run.pages[name].messages == []
    assert run.pages[name].passed == len(PAGES[name])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("changed-print", "0.8448"),
        ("changed-value", "Cell outputs differ"),
        ("changed-verdict", "refuted"),
        ("changed-error", "ValueError"),
        ("error-gone", "Missing output fields"),
        ("output-gone", "Missing output fields"),
        ("unexpected-error", "ZeroDivisionError"),
        ("failed-assert", "AssertionError"),
    ],
)
def test_a_page_that_comes_out_otherwise_fails(run, name, message):
    (said,) = run.pages[name].messages
    assert message in said


@pytest.mark.slow
def test_a_dead_kernel_fails_within_seconds_and_says_so(run):
    first, second = run.pages["dead"].messages
    assert "the kernel died while it ran this cell" in first
    assert "Kernel dead on test start" in second
    assert run.pages["dead"].seconds < 3 * CELL_TIMEOUT


@pytest.mark.slow
def test_a_time_out_fails_and_so_does_every_cell_after_it(run):
    page = run.pages["too-long"]
    assert page.passed == 0
    assert len(page.messages) == 3
    assert f"Timeout of {CELL_TIMEOUT} seconds exceeded" in page.messages[0]
    assert all("earlier cell of this page timed out" in m for m in page.messages[1:])


@pytest.mark.slow
def test_a_page_whose_package_is_missing_is_skipped_and_says_why(run):
    page = run.pages["needs-absent"]
    assert page.skipped == ["needs-absent needs no_such_package"] * 2
    assert not page.messages
    assert all(not outcome.skipped for outcome in run.pages.values() if outcome != page)


@pytest.mark.slow
def test_the_whole_run_fails_and_no_failure_is_an_expected_one(run):
    assert run.status == 1
    assert "xfailed" not in run.said
    assert "xpassed" not in run.said
    messages = sum(len(page.messages) for page in run.pages.values())
    passed = sum(page.passed for page in run.pages.values())
    assert count_file(run.junit) == (passed, messages)
    assert run.seconds < 60


# --- the guards by themselves --------------------------------------------------------


def quiet(_seconds):
    raise Empty


def test_waiting_ends_when_the_kernel_is_dead():
    with pytest.raises(RuntimeError, match="the kernel died"):
        guards.get_message_or_notice_death(quiet, lambda: False, timeout=None)


def test_waiting_for_a_living_kernel_ends_with_the_time_out():
    began = time.monotonic()
    with pytest.raises(Empty):
        guards.get_message_or_notice_death(quiet, lambda: True, timeout=0.1)
    assert time.monotonic() - began < 5


def test_a_message_is_handed_on_even_if_the_kernel_died_after_it():
    message = guards.get_message_or_notice_death(lambda s: "hello", lambda: False, 1)
    assert message == "hello"


def starter(*messages):
    """A start of a kernel that fails with each of the messages, and then succeeds."""
    left = list(messages)

    def start(**options):
        if left:
            raise RuntimeError(left.pop(0))
        return "kernel", options

    return start


def test_a_kernel_that_dies_at_its_start_is_started_once_more():
    dies = "Kernel died before replying to kernel_info"
    start = guards.again_if_it_dies(starter(dies))
    assert start(cwd=".") == ("kernel", {"cwd": "."})
    with pytest.raises(RuntimeError, match="died before"):
        guards.again_if_it_dies(starter(dies, dies))()
    with pytest.raises(RuntimeError, match="no such kernel"):
        guards.again_if_it_dies(starter("no such kernel"))()


IPyNbCell = type("IPyNbCell", (SimpleNamespace,), {})


def test_cells_get_a_longer_output_time_out(tmp_path):
    page = tmp_path / "page"
    page.touch()
    items = [IPyNbCell(output_timeout=5, path=page), SimpleNamespace(output_timeout=5)]
    guards.pytest_collection_modifyitems(items)
    assert [item.output_timeout for item in items] == [60, 5]


def test_the_longest_page_comes_first_and_its_cells_stay_in_order(tmp_path):
    items = []
    for name, stated in (("a", "about 20 s"), ("b", "about 2 minutes"), ("c", "long")):
        path = tmp_path / name
        path.write_text(f"**Run time.** {stated} on 2 cores.", encoding="utf-8")
        items += [IPyNbCell(path=path, name=f"{name}{cell}") for cell in (0, 1)]
    guards.pytest_collection_modifyitems(items)
    assert [item.name for item in items] == ["b0", "b1", "a0", "a1", "c0", "c1"]


def test_files_with_slow_tests_come_first_and_their_tests_stay_in_order():
    def made(name, path, slow):
        marker = pytest.mark.slow if slow else None
        return SimpleNamespace(
            name=name, path=path, get_closest_marker=lambda _: marker
        )

    items = [made("a0", "a", False), made("b0", "b", False), made("b1", "b", True)]
    items += [made("c0", "c", True), made("c1", "c", True), made("d0", "d", False)]
    guards.pytest_collection_modifyitems(items)
    assert [item.name for item in items] == ["c0", "c1", "b0", "b1", "a0", "d0"]
