"""Rules on the code of a page."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tools.hygiene.page import Cell, Page, Problem, constant, dotted, keyword, rule

# code and sentences of the source document, lines 137-263 and 405-408
SOURCE_CODE = Path(__file__).with_name("source-code.txt")
OURS = re.compile(r"#\s*ours\b")
MOST_LINES = 12
MOST_COLUMNS = 79
MOST_IN_A_ROW = 2
LEAST_WORDS = 3  # of prose per line of code
CHECK_WITHIN = 2  # code cells after an ignored one
KERAS_FIT = {
    "batch_size",
    "callbacks",
    "class_weight",
    "epochs",
    "initial_epoch",
    "steps_per_epoch",
    "validation_data",
    "validation_split",
}
NETWORK_MODULES = {
    "datasets",
    "gdown",
    "huggingface_hub",
    "kagglehub",
    "requests",
    "tensorflow_datasets",
    "urllib",
    "urllib3",
    "wget",
}
LIVE_NAMES = {"clear_output", "display_id", "ipywidgets", "plotly", "tqdm"}


@rule("parses", "Each code cell is Python, a deliberate error apart.")
def parses(page: Page) -> Iterator[Problem]:
    for cell in page.code:
        if cell.tree is None and "raises-exception" not in cell.tags:
            yield Problem(cell.index, "not valid Python", "mend the syntax")


@rule("code-run", "Never three code cells in a row; hidden ones do not count.")
def code_run(page: Page) -> Iterator[Problem]:
    run = 0
    for cell in page.cells:
        run = run + (not cell.hidden) if cell.is_code else 0
        if cell.is_code and not cell.hidden and run == MOST_IN_A_ROW + 1:
            what = f"{run} code cells in a row"
            yield Problem(cell.index, what, "say in prose what is seen and what next")


@rule("cell-length", "A visible cell has at most 12 lines.")
def cell_length(page: Page) -> Iterator[Problem]:
    for cell in page.code:
        free = cell.hidden or cell.printed
        if not free and len(cell.lines) > MOST_LINES:
            yield Problem(cell.index, f"{len(cell.lines)} lines", "split the idea")


@rule("cell-width", "A visible cell has at most 79 columns.")
def cell_width(page: Page) -> Iterator[Problem]:
    for cell in page.code:
        widest = max(map(len, cell.source.splitlines()), default=0)
        free = cell.hidden or cell.printed
        if not free and widest > MOST_COLUMNS:
            yield Problem(cell.index, f"{widest} columns", "run `ruff format`")


@rule("as-printed", "A cell tagged `source` repeats the source, indentation apart.")
def as_printed(page: Page) -> Iterator[Problem]:
    original = bare(SOURCE_CODE.read_text(encoding="utf-8"))
    for cell in page.code:
        quoted = [line for line in cell.lines if not OURS.search(line)]
        if cell.printed and bare("".join(quoted)) not in original:
            what = "tagged `source`, but not a passage of it"
            yield Problem(cell.index, what, "mark added lines with `# ours`")


def bare(text: str) -> str:
    """The text without white space: the source has lost its indentation."""
    return "".join(text.split())


@rule("words-per-line", "A page has at least 3 words of prose per line of code.")
def words_per_line(page: Page) -> Iterator[Problem]:
    words = sum(len(cell.source.split()) for cell in page.markdown)
    lines = sum(len(cell.lines) for cell in page.code)
    if words < LEAST_WORDS * lines:
        what = f"{words} words of prose for {lines} lines of code"
        yield Problem(None, what, "explain more or move code into the package")


def asserts(cell: Cell) -> bool:
    """Whether the cell bounds a result: an assertion or a verdict."""
    if any(True for _ in cell.nodes(ast.Assert)):
        return True
    names = [name.rpartition(".")[2] for name, _ in cell.calls()]
    return any(name == "verdict" or name.startswith("assert_") for name in names)


@rule("ignored-checked", "What nbval ignores is bounded by one of the next two cells.")
def ignored_checked(page: Page) -> Iterator[Problem]:
    for position, cell in enumerate(page.code):
        near = page.code[position : position + CHECK_WITHIN + 1]
        if cell.ignored and not any(asserts(candidate) for candidate in near):
            remedy = "bound the result with an assert or a verdict in or soon after"
            yield Problem(cell.index, "ignored and never checked", remedy)


@rule("warnings-heard", "Warnings are mended or shown, never silenced.")
def warnings_heard(page: Page) -> Iterator[Problem]:
    quiet = re.compile(r"TF_CPP_MIN_LOG_LEVEL|%%capture|\b2>")
    for cell in page.code:
        found = bool(quiet.search(cell.source))
        for name, call in cell.calls():
            last = name.rpartition(".")[2]
            literals = [constant(argument) for argument in call.args]
            literals.append(keyword(call, "action"))
            ignoring = last in {"filterwarnings", "simplefilter", "catch_warnings"}
            found |= ignoring and "ignore" in literals
            found |= last in {"set_verbosity", "setLevel", "disable_warnings"}
            found |= name == "logging.disable"
        if found:
            yield Problem(cell.index, "a warning is silenced", "mend its cause")


@rule("no-environ", "A page does not touch environment variables.")
def no_environ(page: Page) -> Iterator[Problem]:
    pattern = re.compile(r"\bos\.(?:environ|putenv|getenv)\b|^\s*%env\b", re.MULTILINE)
    for cell in page.code:
        imported = [
            alias.name
            for node in cell.nodes(ast.ImportFrom)
            if node.module == "os"
            for alias in node.names
        ]
        if pattern.search(cell.source) or {"environ", "getenv"} & set(imported):
            yield Problem(cell.index, "environment variable", "pass it as an argument")


@rule("no-pip", "A page installs nothing (a hidden Colab bootstrap cell apart).")
def no_pip(page: Page) -> Iterator[Problem]:
    pattern = re.compile(r"^\s*[%!]\s*(?:pip|conda|mamba)\b|\bpip\b.*\binstall\b")
    for cell in page.code:
        bootstrap = "google.colab" in cell.source and "remove-cell" in cell.tags
        if not bootstrap and any(pattern.search(line) for line in cell.lines):
            yield Problem(cell.index, "installs a package", "use requirements.txt")


def network_use(cell: Cell) -> str | None:
    """The name in `cell` that would go to the network, None if there is none."""
    for node in cell.nodes(ast.Import, ast.ImportFrom):
        names = [alias.name for alias in node.names]
        base = getattr(node, "module", None)
        modules = [base] if base else names
        for module in modules:
            if module.split(".")[0] in NETWORK_MODULES or "keras.datasets" in module:
                return module
        for name in names:
            if name == "get_file" or name.startswith("fetch_"):
                return name
            if name == "datasets" and base and base.endswith("keras"):
                return f"{base}.datasets"
    for node in cell.nodes(ast.Attribute, ast.Name):
        name = dotted(node)
        last = name.rpartition(".")[2]
        if last == "get_file" or last.startswith("fetch_") or "keras.datasets" in name:
            return name
    return None


@rule("no-network", "A page reads nothing from the network.")
def no_network(page: Page) -> Iterator[Problem]:
    for cell in page.code:
        name = network_use(cell)
        if name:
            yield Problem(cell.index, f"`{name}` downloads", "use `cnnbook.data`")


@rule("fit-quietly", "Keras fits with verbose=0: its bar never comes out the same.")
def fit_quietly(page: Page) -> Iterator[Problem]:
    for cell in page.code:
        if "raises-exception" in cell.tags:
            continue
        for name, call in cell.calls():
            owner, _, method = name.rpartition(".")
            passed = {entry.arg for entry in call.keywords}
            keras = passed & KERAS_FIT or owner.endswith("model")
            ours = name == "fit" or owner.split(".")[-1] == "training"
            if method == "fit" and keras and not ours and keyword(call, "verbose") != 0:
                remedy = "pass verbose=0 (call what is not Keras other than `model`)"
                yield Problem(cell.index, f"`{name}(` prints a bar", remedy)


@rule("no-live-display", "No progress bar, widget or display that changes afterwards.")
def no_live_display(page: Page) -> Iterator[Problem]:
    for cell in page.code:
        words = set(re.findall(r"\w+", cell.source)) & LIVE_NAMES
        if words:
            what = f"`{sorted(words)[0]}` is never the same twice"
            yield Problem(cell.index, what, "print the result")


@rule("no-jet", "Not the color map `jet`, which invents edges.")
def no_jet(page: Page) -> Iterator[Problem]:
    for cell in page.code:
        spelled = any(node.value == "jet" for node in cell.nodes(ast.Constant))
        named = any(node.attr == "jet" for node in cell.nodes(ast.Attribute))
        if spelled or named:
            yield Problem(cell.index, "color map `jet`", "use viridis or cividis")


@rule("no-history", "No `_`, `Out[n]` or `In[n]`: they depend on the order of runs.")
def no_history(page: Page) -> Iterator[Problem]:
    pattern = re.compile(r"_+\d*|_i+\d*|_[oid]h|Out|In")
    for cell in page.code:
        for node in cell.nodes(ast.Name):
            if isinstance(node.ctx, ast.Load) and pattern.fullmatch(node.id):
                yield Problem(cell.index, f"reads `{node.id}`", "give the value a name")
                break


def glues_plainly(value: ast.AST | None) -> bool:
    """Whether `glue` gets a literal, a conversion to a plain type, or a figure."""
    if isinstance(value, ast.Call):
        return dotted(value.func) in {"float", "int", "len", "round", "str"}
    if isinstance(value, ast.Name):
        return value.id in {"figure", "fig"}
    return isinstance(value, ast.Constant | ast.JoinedStr)


@rule("glue-plain", "`glue` gets plain numbers: it cannot format those of NumPy.")
def glue_plain(page: Page) -> Iterator[Problem]:
    for cell in page.code:
        for name, call in cell.calls():
            values = [*call.args[1:2], *(k.value for k in call.keywords[:1])]
            if name.rpartition(".")[2] == "glue" and not (
                values and glues_plainly(values[0])
            ):
                yield Problem(cell.index, "glues no plain value", "glue float(value)")
