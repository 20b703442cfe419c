"""Rules on what is stored below the cells, and on the notebook around them."""

import json
import re
from collections.abc import Iterator

from tools.hygiene.page import Page, Problem, rule
from tools.notebook_normal import KEPT_CELL_METADATA, METADATA

MOST_OUTPUT = 100_000  # bytes of one output, images apart
MOST_NOTEBOOK = 1_500_000  # bytes
MOST_IGNORED = 0.3  # of the cells with output
PLACES = "home|root|tmp|usr|var|opt|mnt|srv|work|workspace|Users|private"
PATH = re.compile(rf"(?<![\w.:/])/(?:{PLACES})/|\b[A-Z]:\\\w")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")
LOG_LINE = re.compile(r"\b[IWEF]0000 00:00|absl::InitializeLog")
PROGRESS = re.compile(r"━|ms/step|s/epoch|\bEpoch \d+/\d+|\d+%\|")
ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,16}\b")
LIVE_MIMES = ("widget", "plotly", "javascript", "bokeh", "vega")
KNOWN_TAGS = {
    "hide-input",
    "hide-output",
    "nbval-ignore-output",
    "raises-exception",
    "remove-cell",
    "remove-input",
    "remove-output",
    "source",
}
SKIPS = {"nbval-skip", "skip-execution"}
RERUN = "run `make notebooks`"


@rule("outputs-stored", "A page with code has outputs: without, nbval compares none.")
def outputs_stored(page: Page) -> Iterator[Problem]:
    if page.code and not any(cell.outputs for cell in page.code):
        yield Problem(None, "no cell has an output", RERUN)


@rule("execution-counts", "Cells with code are numbered 1, 2, 3 … without a gap.")
def execution_counts(page: Page) -> Iterator[Problem]:
    expected = 0
    for cell in page.code:
        expected += bool(cell.lines)
        due = expected if cell.lines else None
        if cell.node.execution_count != due:
            what = f"execution count {cell.node.execution_count}, expected {due}"
            yield Problem(cell.index, what, RERUN)
            return  # the first gap moves all that follow


@rule("no-stderr", "No output holds stderr: warnings are mended, not published.")
def no_stderr(page: Page) -> Iterator[Problem]:
    for cell in page.code:
        if any(output.get("name") == "stderr" for output in cell.outputs):
            yield Problem(cell.index, "stderr stored", f"mend its cause and {RERUN}")


@rule("no-absolute-path", "No code or output names a place of one machine.")
def no_absolute_path(page: Page) -> Iterator[Problem]:
    for cell in page.code:
        for text in (cell.source, *cell.texts()):
            found = PATH.search(text)
            if found:
                near = text[found.start() : found.start() + 30].splitlines()[0]
                what = f"absolute path {near!r}"
                yield Problem(cell.index, what, "use a path relative to the page")
                break


@rule("no-control-characters", "Outputs hold no control characters or log lines.")
def no_control_characters(page: Page) -> Iterator[Problem]:
    for cell in page.code:
        text = "\n".join(cell.texts())
        if CONTROL.search(text) or LOG_LINE.search(text):
            what = "control character or log line in the output"
            yield Problem(cell.index, what, f"print plain text and {RERUN}")


@rule("no-progress-bar", "No progress bar is stored: it never comes out the same.")
def no_progress_bar(page: Page) -> Iterator[Problem]:
    for cell in page.code:
        if any(PROGRESS.search(text) for text in cell.texts()):
            yield Problem(cell.index, "progress bar in the output", "pass verbose=0")


@rule("no-address", "No output holds a memory address.")
def no_address(page: Page) -> Iterator[Problem]:
    for cell in page.code:
        if any(ADDRESS.search(text) for text in cell.texts()):
            remedy = "end the cell in a value with a readable repr"
            yield Problem(cell.index, "memory address in the output", remedy)


@rule("error-tagged", "An error output stands only in a cell tagged raises-exception.")
def error_tagged(page: Page) -> Iterator[Problem]:
    for cell in page.code:
        errors = [o for o in cell.outputs if o.output_type == "error"]
        if errors and "raises-exception" not in cell.tags:
            remedy = "mend the cell, or tag a deliberate error raises-exception"
            yield Problem(cell.index, f"{errors[0].ename} stored", remedy)


@rule("tag-errs", "A cell tagged raises-exception holds an error.")
def tag_errs(page: Page) -> Iterator[Problem]:
    for cell in page.code:
        errors = [o for o in cell.outputs if o.output_type == "error"]
        if "raises-exception" in cell.tags and not errors:
            yield Problem(cell.index, "tagged, but no error", "remove the tag or raise")


@rule("no-live-output", "No widget, script or plot that needs the network is stored.")
def no_live_output(page: Page) -> Iterator[Problem]:
    for cell in page.code:
        kinds = [kind for output in cell.outputs for kind in output.get("data", {})]
        live = [kind for kind in kinds if any(mark in kind for mark in LIVE_MIMES)]
        if live:
            yield Problem(cell.index, f"output of type {live[0]}", "show text or PNG")


@rule("output-size", "No output is larger than 100 KB, images apart.")
def output_size(page: Page) -> Iterator[Problem]:
    for cell in page.code:
        for output in cell.outputs:
            data = output.get("data", {})
            kept = {k: v for k, v in data.items() if not k.startswith("image/")}
            size = len(json.dumps({**output, "data": kept}).encode())
            if size > MOST_OUTPUT:
                yield Problem(cell.index, f"output of {size:,} bytes", "show less")


@rule("notebook-size", "No notebook is larger than 1.5 MB.")
def notebook_size(page: Page) -> Iterator[Problem]:
    if page.size > MOST_NOTEBOOK:
        yield Problem(None, f"{page.size:,} bytes", "smaller or fewer figures")


@rule("metadata-reduced", "Metadata hold what the book reads, and no more.")
def metadata_reduced(page: Page) -> Iterator[Problem]:
    if dict(page.notebook.metadata) != METADATA:
        yield Problem(None, "metadata of the notebook differ", RERUN)
    if (page.notebook.nbformat, page.notebook.nbformat_minor) != (4, 5):
        yield Problem(None, "not in nbformat 4.5", RERUN)
    for cell in page.cells:
        more = set(cell.node.metadata) - set(KEPT_CELL_METADATA)
        if more:
            yield Problem(cell.index, f"metadata {sorted(more)}", RERUN)


@rule("known-tags", "Tags are ones that something reads: a misspelt one is silent.")
def known_tags(page: Page) -> Iterator[Problem]:
    for cell in page.cells:
        unknown = cell.tags - KNOWN_TAGS - SKIPS
        if unknown:
            remedy = f"use one of {', '.join(sorted(KNOWN_TAGS))}"
            yield Problem(cell.index, f"unknown tag {sorted(unknown)[0]!r}", remedy)


@rule("no-skip", "No cell is skipped, and no comment steers nbval past its tags.")
def no_skip(page: Page) -> Iterator[Problem]:
    for cell in page.code:
        comment = re.search(r"#\s*(?:NBVAL_|PYTEST_VALIDATE_)\w+", cell.source)
        skipped = sorted(cell.tags & SKIPS) + ([comment[0]] if comment else [])
        if skipped:
            yield Problem(cell.index, f"{skipped[0]} set", "let the cell be tested")


@rule("ignored-quota", "At most 30 % of the cells with output are ignored by nbval.")
def ignored_quota(page: Page) -> Iterator[Problem]:
    shown = [cell for cell in page.code if cell.outputs]
    ignored = [cell for cell in shown if cell.ignored]
    if len(ignored) > MOST_IGNORED * len(shown):
        what = f"{len(ignored)} of {len(shown)} cells with output are ignored"
        yield Problem(None, what, "compare shapes, counts and hand-worked results")
