"""Pages that break the rules on stored outputs."""

from nbformat.v4 import new_output

from tests.bad_pages.spoil import add_code, breaks, replace
from tests.good_page import find, printed, result


@breaks("execution-counts")
def a_gap(page):
    page.cells[-9].execution_count = None
    find(page, "1 + 1").execution_count = 7


@breaks("execution-counts")
def counts_stripped(page):
    find(page, "import matplotlib").execution_count = None


@breaks("no-stderr")
def a_warning_stored(page):
    find(page, "1 + 1").outputs.append(
        new_output("stream", name="stderr", text="UserWarning: beware\n")
    )


@breaks("no-absolute-path")
def a_path_printed(page):
    add_code(page, "print(path)", printed("/home/somebody/model.keras\n"))


@breaks("no-absolute-path")
def a_path_in_the_code(page):
    add_code(page, 'model = load("/tmp/model.keras")')


@breaks("no-absolute-path")
def a_windows_path(page):
    add_code(page, "print(path)", printed("C:\\Users\\somebody\n"))


@breaks("no-control-characters")
def colors_in_the_output(page):
    add_code(page, "print(text)", printed("\x1b[1mbold\x1b[0m\n"))


@breaks("no-control-characters")
def a_backspace(page):
    add_code(page, "print(text)", printed("10%\x08\x08\x0820%\n"))


@breaks("no-progress-bar")
def a_bar(page):
    add_code(page, "run()", printed("32/32 ━━━━━━━━ 0s 2ms/step - loss: 0.1\n"))


@breaks("no-address")
def an_address(page):
    add_code(page, "layer", result("<Dense object at 0x7f3a5c0012d0>"))


@breaks("error-tagged")
def an_error_without_tag(page):
    find(page, "1 / 0").metadata.pop("tags")


@breaks("tag-errs")
def a_tag_without_error(page):
    find(page, "1 / 0").outputs = []


@breaks("no-live-output")
def a_widget(page):
    data = {"application/vnd.jupyter.widget-view+json": {"model_id": "ab"}}
    add_code(page, "slider", new_output("display_data", data=data))


@breaks("no-live-output")
def a_plotly_figure(page):
    data = {"application/vnd.plotly.v1+json": {"data": []}}
    add_code(page, "chart", new_output("display_data", data=data))


@breaks("output-size")
def a_long_output(page):
    add_code(page, "print(numbers)", printed("12345678\n" * 12_000))


@breaks("notebook-size")
def a_heavy_figure(page):
    find(page, "plots.curve").outputs[0].data["image/png"] = "A" * 1_600_000


@breaks("metadata-reduced")
def a_kernel_of_somebody(page):
    page.metadata.kernelspec.name = "my-venv"


@breaks("metadata-reduced")
def time_stamps(page):
    find(page, "1 + 1").metadata["execution"] = {"iopub.status.busy": "2026-01-01"}


@breaks("metadata-reduced")
def an_old_format(page):
    page.nbformat_minor = 4


@breaks("known-tags")
def a_misspelt_tag(page):
    find(page, "plots.curve").metadata["tags"] = ["hide-input", "remove-imput"]


@breaks("no-skip")
def a_skipped_cell(page):
    add_code(page, "1 + 2", result("3"), tags=("nbval-skip",))


@breaks("no-skip")
def a_comment_to_nbval(page):
    add_code(page, "# NBVAL_IGNORE_OUTPUT\n1 + 2", result("3"))


@breaks("ignored-quota")
def too_much_ignored(page):
    for number in range(5):
        source = f"print({number})\nassert accuracy > 0.9"
        add_code(page, source, printed("0.9\n"), tags=("nbval-ignore-output",))


@breaks("outputs-stored")
def no_outputs(page):
    """Stripped; the deliberate error and the verdict go, which need an output."""
    for cell in page.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    find(page, "1 / 0").metadata.pop("tags")
    find(page, "claims.verdict").source = "accuracy > 0.9"
    replace(page, "**Claims tried.** T01", "**Claims tried.** none")
