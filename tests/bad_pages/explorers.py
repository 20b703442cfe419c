"""Pages that break the rules on explorers."""

import numpy as np
from nbformat.v4 import new_output

from cnnbook.explorers import explorer_html, grid_html
from tests.bad_pages.spoil import add_code, breaks

TABLE = grid_html(np.eye(2, dtype=int), caption="A kernel.")


def shown(title="Slide a kernel", kind="convolution", fallback=TABLE):
    text = explorer_html(kind, {"image": [[1]]}, title=title, fallback=fallback)
    return new_output("display_data", data={"text/html": text, "text/plain": title})


def add_explorers(page, *outputs):
    for output in outputs:
        add_code(page, "explorers.explorer(kind, data, **words)", output)


@breaks("explorer-title")
def no_title(page):
    output = shown()
    html = output.data["text/html"].replace("Slide a kernel", " ")
    output.data["text/html"] = html
    add_explorers(page, output)


@breaks("explorer-title")
def one_title_for_two_explorers(page):
    add_explorers(page, shown(), shown(kind="receptive-field"))


@breaks("explorer-fallback")
def a_fallback_in_words_alone(page):
    add_explorers(page, shown(fallback="<p>Turn JavaScript on.</p>"))


@breaks("explorer-fallback")
def no_fallback(page):
    output = shown()
    html = output.data["text/html"].replace("explorer-fallback", "explorer-body")
    output.data["text/html"] = html
    add_explorers(page, output)


@breaks("explorer-script")
def a_kind_without_script(page):
    add_explorers(page, shown(kind="convolutoin"))
