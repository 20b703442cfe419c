"""Guards for nbval: a page that cannot be proved fails soon, and says why.

They have to be in the root: a conftest below `tests/` is not loaded for
`pytest chapters`. Without `--nbval` only the order of the tests is set here: where
files run side by side, a long one should not be left to run alone at the end.

nbval 0.11 as it comes waits out the whole cell time-out when a kernel has died,
stops listening after five quiet seconds, and turns every cell after a time-out into
an "expected failure", which a summary reads as no failure at all.
"""

import re
import time
from collections import Counter
from queue import Empty

import pytest

from tools.notebook_files import missing_package

OUTPUT_TIMEOUT = 60  # seconds without a message; nbval hard-codes 5
POLL = 1.0  # seconds between two looks at whether the kernel still lives
RUN_TIME = re.compile(
    r"\*\*Run time\.\*\* about (\d+(?:\.\d+)?) (s|seconds?|min|minutes?) on"
)
NEVER_COMPARED = ("stderr", "image/svg+xml")


def get_message_or_notice_death(get_message, is_alive, timeout):
    """Wait `timeout` seconds for a message, but not for a kernel that is dead.

    `get_message(seconds)` raises `queue.Empty`; `timeout` None waits for ever.
    """
    deadline = None if timeout is None else time.monotonic() + timeout
    while True:
        left = POLL if deadline is None else deadline - time.monotonic()
        try:
            return get_message(max(0.01, min(POLL, left)))
        except Empty:
            if not is_alive():
                raise RuntimeError(
                    "the kernel died while it ran this cell (out of memory, or a "
                    "crash in compiled code); run the page with `make notebooks "
                    "PAGES=…` to see its last words"
                ) from None
            if left <= POLL:
                raise


def again_if_it_dies(start):
    """`start` of a kernel, tried once more where it dies before its first word.

    Ports are chosen before they are taken: now and then two kernels get the same one.
    """

    def start_twice(*args, **kwargs):
        try:
            return start(*args, **kwargs)
        except RuntimeError as error:
            if "died before" not in str(error):
                raise
            return start(*args, **kwargs)

    return start_twice


def pytest_configure(config):
    if not getattr(config.option, "nbval", False):
        return
    from nbval import kernel

    patient = kernel.RunningKernel.get_message
    if getattr(patient, "watches_the_kernel", False):
        return

    def get_message(self, stream, timeout=None):
        def read(seconds):
            return patient(self, stream, timeout=seconds)

        return get_message_or_notice_death(read, self.is_alive, timeout)

    get_message.watches_the_kernel = True
    kernel.RunningKernel.get_message = get_message
    kernel.start_new_kernel = again_if_it_dies(kernel.start_new_kernel)


def pytest_collectstart(collector):
    if type(collector).__name__ == "IPyNbFile":
        collector.skip_compare += NEVER_COMPARED


def stated_seconds(page):
    """The run time that a page states in its opening, 0 if it states none."""
    found = RUN_TIME.search(page)
    if not found:
        return 0.0
    return float(found[1]) * (60.0 if found[2].startswith("min") else 1.0)


def slowest_files_first(items):
    """Sort by file, those with the most slow tests first; the rest stay as they are."""
    slow = Counter(item.path for item in items if item.get_closest_marker("slow"))
    items.sort(key=lambda item: -slow[item.path])


def pytest_collection_modifyitems(items):
    cells = [item for item in items if type(item).__name__ == "IPyNbCell"]
    for cell in cells:
        cell.output_timeout = OUTPUT_TIMEOUT
    pages = {path: path.read_text("utf-8") for path in {c.path for c in cells}}
    missing = {path: missing_package(page) for path, page in pages.items()}
    for cell in cells:
        package = missing[cell.path]
        if package:
            cell.add_marker(
                pytest.mark.skip(reason=f"{cell.path.stem} needs {package}")
            )
    if cells and len(cells) == len(items):
        # longest pages first: with two workers none is left to run alone at the end
        items.sort(key=lambda cell: -stated_seconds(pages[cell.path]))
    elif not cells:
        slowest_files_first(items)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item, call):
    """Make the cells after a time-out failures; nbval expects them to fail."""
    report = yield
    if type(item).__name__ != "IPyNbCell":
        return report
    if hasattr(report, "wasxfail") or "[XPASS" in str(report.longrepr):
        vars(report).pop("wasxfail", None)
        report.outcome = "failed"
        report.longrepr = (
            f"{item.name} proves nothing: an earlier cell of this page timed out."
        )
    return report
