"""Pages that break the rules on figures."""

from nbformat.v4 import new_markdown_cell

from tests.bad_pages.spoil import add, breaks
from tests.good_page import figure, figure_cell, find


@breaks("figure-alt")
def no_alt(page):
    find(page, "plots.curve").metadata["mystnb"].pop("image")


@breaks("figure-alt")
def a_short_alt(page):
    find(page, "plots.curve").metadata["mystnb"]["image"]["alt"] = "A curve."


@breaks("figure-alt")
def an_image_in_prose_without_alt(page):
    add(page, new_markdown_cell("![](kernel.png)"))


@breaks("figure-alt")
def a_figure_directive_without_alt(page):
    add(page, new_markdown_cell("```{figure} kernel.png\n:name: k\n\nA kernel.\n```"))


@breaks("figure-alt-unique")
def the_same_alt_twice(page):
    add(page, figure_cell("fig-good-3", "A line that falls from left to right."))


@breaks("figure-caption")
def no_caption(page):
    find(page, "plots.curve").metadata["mystnb"]["figure"].pop("caption")


@breaks("figure-name")
def no_name(page):
    find(page, "plots.curve").metadata["mystnb"]["figure"].pop("name")


@breaks("figure-name")
def the_same_name_twice(page):
    add(page, figure_cell("fig-good-loss", "A line that goes up and down again."))


@breaks("figure-shown")
def shown_by_its_return_value(page):
    find(page, "plots.curve").source = "plots.curve(history)"


@breaks("figure-shown")
def two_figures_in_a_cell(page):
    find(page, "plots.curve").outputs.append(figure())


@breaks("images-at-home")
def an_image_from_afar(page):
    alt = "A kernel that slides over an image"
    add(page, new_markdown_cell(f"![{alt}](https://example.org/kernel.png)"))
