"""Pages that break the rules on code."""

from tests.bad_pages.spoil import add, add_code, breaks, drop
from tests.good_page import code, renumber


@breaks("parses")
def no_python(page):
    add_code(page, "accuracy = = 1")


@breaks("code-run")
def three_in_a_row(page):
    add(page, code("a = 1"), code("b = 2"), code("c = 3"))


@breaks("code-run")
def three_around_a_hidden_one(page):
    hidden = code("assert a", tags=("remove-cell",))
    add(page, code("a = 1"), hidden, code("b = 2"), code("c = 3"))


@breaks("cell-length")
def thirteen_lines(page):
    add_code(page, "\n".join(f"value_{n} = {n}" for n in range(13)))


@breaks("cell-width")
def eighty_columns(page):
    add_code(page, "x = 1  # " + "a" * 71)


@breaks("as-printed")
def a_quotation_that_was_mended(page):
    mended = code("X = X / 255.0", tags=("source",))
    add(page, mended)


@breaks("words-per-line")
def too_little_prose(page):
    lines = "\n".join(f"value_{n} = {n}" for n in range(12))
    for cell in [code(lines) for _ in range(16)]:
        add(page, cell)
        page.cells[page.cells.index(cell) - 1].source = "So:"
    renumber(page)


@breaks("ignored-checked")
def ignored_and_unbounded(page):
    drop(page, "assert 0.90")  # two figures follow before the verdict


@breaks("warnings-heard")
def warnings_ignored(page):
    add_code(page, 'import warnings\nwarnings.filterwarnings("ignore")')


@breaks("warnings-heard")
def warnings_ignored_for_a_while(page):
    add_code(page, 'with warnings.catch_warnings(action="ignore"):\n    run()')


@breaks("warnings-heard")
def a_logger_turned_down(page):
    add_code(page, 'import tensorflow as tf\ntf.get_logger().setLevel("ERROR")')


@breaks("no-environ")
def an_environment_variable(page):
    add_code(page, 'import os\nos.environ["TF_SEED"] = "1"')


@breaks("no-environ")
def an_environment_variable_imported(page):
    add_code(page, 'from os import environ\nenviron["TF_SEED"] = "1"')


@breaks("no-pip")
def a_pip_magic(page):
    add_code(page, "%pip install einops")


@breaks("no-pip")
def a_pip_in_a_shell(page):
    add_code(page, "!python -m pip install einops")


@breaks("no-network")
def data_downloaded(page):
    add_code(page, "import keras\nx = keras.datasets.mnist.load_data()")


@breaks("no-network")
def data_imported(page):
    add_code(page, "from tensorflow.keras.datasets import mnist")


@breaks("no-network")
def data_fetched(page):
    add_code(page, "from sklearn.datasets import fetch_openml")


@breaks("no-network")
def a_request(page):
    add_code(page, "import urllib.request")


@breaks("no-network")
def a_file_from_afar(page):
    add_code(page, 'path = keras.utils.get_file("cat.jpg")')


@breaks("fit-quietly")
def a_loud_fit(page):
    add_code(page, "network.fit(x, y, epochs=3)")


@breaks("fit-quietly")
def a_loud_fit_without_options(page):
    add_code(page, "model.fit(x, y)")


@breaks("fit-quietly")
def a_loud_fit_of_a_call(page):
    add_code(page, "history = build().fit(x, y, batch_size=8, verbose=1)")


@breaks("no-live-display")
def a_cleared_output(page):
    add_code(page, "from IPython.display import clear_output\nclear_output()")


@breaks("no-live-display")
def a_tqdm(page):
    add_code(page, "from tqdm import tqdm")


@breaks("no-jet")
def the_jet_map(page):
    add_code(page, 'plots.heatmap(image, cmap="jet")')


@breaks("no-jet")
def the_jet_map_by_attribute(page):
    add_code(page, "plots.heatmap(image, cmap=plt.cm.jet)")


@breaks("no-history")
def the_last_result(page):
    add_code(page, "total = _ + 1")


@breaks("no-history")
def an_old_result(page):
    add_code(page, "total = Out[2] + 1")


@breaks("glue-plain")
def a_numpy_scalar_glued(page):
    add_code(page, 'glue("accuracy", scores.mean())')
