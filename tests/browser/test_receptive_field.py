"""The receptive-field explorer says and draws what its layers hold."""

import numpy as np
import pytest

from cnnbook.explorers import explorer_html, table_html
from tests.browser.small_site import overflow, tab_to, undersized, write_site

H = W = 28


def intervals(size, *, first, field, jump):
    return [[first + jump * i, first + jump * i + field] for i in range(size)]


def layer(name, size, features, parameters, macs, *, first, field, jump):
    along = intervals(size, first=first, field=field, jump=jump)
    return {
        "name": name,
        "rows": along,
        "columns": along,
        "shape": [size, size, features],
        "parameters": parameters,
        "macs": macs,
        "field": field,
        "jump": jump,
    }


# Two 3 × 3 convolutions with padding, each before a pooling, and one unit for all.
LAYERS = [
    layer("conv1", 28, 8, 80, 56448, first=-1, field=3, jump=1),
    layer("pool1", 14, 8, 0, 0, first=-1, field=4, jump=2),
    layer("conv2", 14, 16, 1168, 225792, first=-3, field=8, jump=2),
    layer("pooled", 1, 16, 0, 0, first=-3, field=34, jump=28),
]
GREYS = np.add.outer(np.arange(H), np.arange(W)) * 4


@pytest.fixture(scope="module")
def site(tmp_path_factory, serve):
    fallback = table_html(
        [[one["name"], one["field"]] for one in LAYERS],
        ["layer", "field in pixels"],
        "Receptive fields.",
    )
    data = {"image": GREYS, "layers": LAYERS}
    shown = explorer_html("receptive-field", data, title="See", fallback=fallback)
    return serve(write_site(tmp_path_factory.mktemp("site"), shown))


def said(page):
    return page.locator(".explorer-status").text_content()


def framed(page):
    """Top, left, bottom and right of the frame, in pixels of the image."""
    return page.evaluate(
        """() => {
          const box = (query) => document.querySelector(query).getBoundingClientRect();
          const image = box("canvas");
          const frame = box(".explorer-window");
          return [(frame.top - image.top), (frame.left - image.left),
            (frame.bottom - image.top), (frame.right - image.left)]
            .map((x) => Math.round(28 * x / image.width));
        }"""
    )


def choose(page, name, row, column):
    page.get_by_label("Layer").select_option(label=name)
    for label, value in (("Output row", row), ("Output column", column)):
        if page.get_by_label(label).is_enabled():  # it is not, where there is one unit
            page.get_by_label(label).fill(str(value))


def test_the_image_is_drawn_pixel_by_pixel(page):
    drawn = page.locator("canvas").evaluate(
        """(x) => Array.from(
             x.getContext("2d").getImageData(0, 0, x.width, x.height).data)"""
    )
    pixels = np.array(drawn).reshape(H, W, 4)
    assert (pixels == np.dstack([GREYS] * 3 + [np.full((H, W), 255)])).all()


@pytest.mark.parametrize("one", LAYERS, ids=lambda one: one["name"])
def test_frame_and_words_agree_with_the_data_in_all_corners(page, one):
    last = len(one["rows"]) - 1
    for i, j in {(0, 0), (last // 2, last), (last, last // 3)}:
        choose(page, one["name"], i, j)
        low = [one["rows"][i][0], one["columns"][j][0]]
        high = [one["rows"][i][1], one["columns"][j][1]]
        (top, left), (bottom, right) = np.clip([low, high], 0, 28).tolist()
        assert framed(page) == [top, left, bottom, right]
        assert said(page).startswith(
            f"{one['name']}, unit [{i}, {j}] sees rows {top} to {bottom - 1} "
            f"and columns {left} to {right - 1}: "
        )


def test_pixels_and_padding_are_counted(page):
    choose(page, "conv1", 0, 0)
    assert said(page).endswith(": 4 of 784 pixels, and 5 more in the padding.")
    choose(page, "conv1", 5, 5)
    assert said(page).endswith(": 9 of 784 pixels.")
    page.get_by_label("Layer").select_option(label="pooled")
    assert said(page).endswith(": all 784 pixels, and 372 more in the padding.")


def test_the_facts_of_a_layer_are_listed(page):
    page.get_by_label("Layer").select_option(label="conv2")
    facts = page.locator("dl.explorer-facts dd").all_text_contents()
    assert facts == [
        "14 × 14 × 16",
        "1,168",
        "225,792",
        "8 × 8 pixels",
        "2 pixels",
    ]


def test_a_click_on_the_image_goes_to_the_unit_above(page):
    page.get_by_label("Layer").select_option(label="conv1")
    box = page.locator("canvas").bounding_box()
    pixel = box["width"] / 28
    page.mouse.click(box["x"] + 4.5 * pixel, box["y"] + 20.5 * pixel)
    assert said(page).startswith("conv1, unit [20, 4] sees")


def test_the_keyboard_alone_is_enough(page):
    tab_to(page, "Layer")
    page.keyboard.press("ArrowDown")
    tab_to(page, "Output row")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    tab_to(page, "Output column")
    page.keyboard.press("End")
    assert said(page).startswith("pool1, unit [1, 13] sees rows 1 to 4 ")


def test_a_layer_of_one_unit_has_nothing_to_slide(page):
    page.get_by_label("Layer").select_option(label="pooled")
    assert page.get_by_label("Output row").is_disabled()
    page.get_by_label("Layer").select_option(label="conv2")
    assert page.get_by_label("Output row").is_enabled()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_it_fits_its_window_and_fingers(open_page, site, width, theme):
    page = open_page(f"{site}/{theme}.html", width=width, theme=theme)
    assert overflow(page) == 0
    assert undersized(page) == []


def test_without_javascript_the_fallback_is_seen(open_page, site):
    page = open_page(f"{site}/light.html", javascript=False)
    assert page.get_by_text("Receptive fields.").is_visible()
    assert page.get_by_role("row", name="conv2 8").is_visible()
