"""The explorer of output sizes agrees with NumPy in every setting that it offers."""

from itertools import product

import numpy as np
import pytest

from cnnbook import reference
from cnnbook.explorers import explorer_html, table_html
from tests.browser.small_site import overflow, tab_to, undersized, write_site

PADDINGS = ["valid", "same", "1", "2", "3"]
MOST = {"size": 12, "window": 5, "stride": 4, "dilation": 3}
AXES = [range(1, 13), range(1, 6), range(1, 5), PADDINGS, range(1, 4)]
SETTINGS = list(product(*AXES))
LABELS = ["Input size", "Window (kernel size)", "Stride", "Padding", "Dilation"]


def library(size, window, stride, padding, dilation):
    """Padding and pixels read by each window: by reading numbered pixels."""
    name = int(padding) if padding.isdigit() else padding
    options = {"stride": (stride, 1), "dilation": (dilation, 1)}
    around = (
        reference.same_padding(size, window, stride=stride, dilation=dilation)
        if name == "same"
        else (0, 0)
        if name == "valid"
        else (name, name)
    )
    # a kernel for each pixel of the window finds the number of the pixel it reads
    numbered = np.arange(-around[0], size + around[1]).reshape(1, -1, 1, 1)
    kernels = np.eye(window).reshape(window, 1, 1, window)
    try:
        read = reference.conv2d(numbered, kernels, **options)[0, :, 0]
    except ValueError:
        return around, []
    return around, read.astype(int).tolist()


def size_of(size, window, stride, padding, dilation):
    name = int(padding) if padding.isdigit() else padding
    options = {"stride": stride, "padding": name, "dilation": dilation}
    try:
        return reference.output_size(size, window, **options)
    except ValueError:
        return 0


def shown(expected=None):
    sizes = np.array([size_of(*setting) for setting in SETTINGS])
    data = {
        "most": MOST,
        "paddings": PADDINGS,
        "initial": {"size": 11, "window": 2, "stride": 2, "padding": "valid"},
        "expected": sizes.reshape(12, 5, 4, 5, 3) if expected is None else expected,
    }
    fallback = table_html([["11 pixels", 5]], ["input", "output"], "A size.")
    return explorer_html("shapes", data, title="Strip", fallback=fallback)


@pytest.fixture(scope="module")
def site(tmp_path_factory, serve):
    return serve(write_site(tmp_path_factory.mktemp("site"), shown()))


def choose(page, size, window, stride, padding="valid", dilation=1):
    for label, value in zip(
        LABELS, (size, window, stride, padding, dilation), strict=True
    ):
        control = page.get_by_label(label, exact=True)
        if label == "Padding":
            control.select_option(value)
        else:
            control.fill(str(value))


def fact(page, name):
    return page.locator(f"dt:text-is('{name}') + dd").text_content()


def said(page):
    return page.locator(".explorer-status").text_content()


def strip(page):
    """(pixel, kind, times read) of each place of the strip, padding included."""
    return page.evaluate(
        """() => Array.from(document.querySelectorAll("[data-pixel]"), (node) =>
             [Number(node.dataset.pixel), node.dataset.kind, node.dataset.times])"""
    )


ALL_SETTINGS = """([labels, settings]) => {
  const fields = Object.fromEntries(Array.from(
    document.querySelectorAll(".explorer label"), (x) => [x.textContent, x.control]));
  const dd = (name) => Array.from(document.querySelectorAll("dt"))
    .find((x) => x.textContent === name).nextSibling.textContent;
  return settings.map((setting) => {
    setting.forEach((value, k) => {
      const field = fields[labels[k]];
      if (field.value === String(value)) return;
      field.value = value;
      const name = field.tagName === "SELECT" ? "change" : "input";
      field.dispatchEvent(new Event(name));
    });
    const rows = Array.from(document.querySelectorAll("[data-window]"),
      (x) => x.dataset.pixels.split(",").map(Number));
    const unread = Array.from(document.querySelectorAll("[data-kind=unread]"),
      (x) => Number(x.dataset.pixel));
    return [rows, dd("Padding"), dd("Output size"), unread, dd("Python says")];
  });
}"""


def test_every_setting_agrees_with_numpy(page):
    found = page.evaluate(ALL_SETTINGS, [LABELS, SETTINGS])
    for setting, (rows, padding, formula, unread, python) in zip(
        SETTINGS, found, strict=True
    ):
        around, read = library(*setting)
        assert rows == read, setting
        assert padding == f"{around[0]} before, {around[1]} after", setting
        assert python == str(size_of(*setting)) == str(len(read)), setting
        ending = f" = {len(read)}" if read else "no window fits"
        assert formula.endswith(ending), setting
        pixels = {pixel for window in read for pixel in window}
        assert unread == sorted(set(range(setting[0])) - pixels), setting


def test_the_formula_is_written_with_its_numbers(page):
    assert fact(page, "Output size") == "⌊(11 + 0 + 0 − 2) / 2⌋ + 1 = 5"
    choose(page, 12, 3, 2, "same", 2)
    assert fact(page, "Window reaches") == "2 · (3 − 1) + 1 = 5 pixels"
    assert fact(page, "Output size") == "⌊(12 + 1 + 2 − 5) / 2⌋ + 1 = 6"
    assert fact(page, "Padding") == "1 before, 2 after"


def test_unread_pixels_are_named_hatched_and_counted(page):
    assert fact(page, "Never read") == "pixel 10"
    times = [1] * 10 + [0]
    kinds = ["read"] * 10 + ["unread"]
    assert strip(page) == [[k, kinds[k], str(times[k])] for k in range(11)]
    assert page.locator("[data-kind=unread] [fill^=url]").count() == 1
    choose(page, 11, 3, 2, "valid", 2)
    assert fact(page, "Never read") == "pixels 1, 3, 5, 7, 9"
    choose(page, 10, 2, 2)
    assert fact(page, "Never read") == "none"


def test_a_click_on_a_window_says_what_it_reads(page):
    choose(page, 12, 3, 2, "same")
    page.locator("[data-window='2']").click()
    assert said(page) == "6 outputs; output[2] reads pixels 4, 5, 6."
    page.locator("[data-window='5']").click()
    expected = "6 outputs; output[5] reads pixels 10, 11 and 1 zero of the padding."
    assert said(page) == expected
    assert page.get_by_label("Look at window").input_value() == "5"
    assert page.locator("[data-selected=true]").get_attribute("data-window") == "5"


def test_everything_is_reached_with_the_keyboard(page):
    tab_to(page, "Input size")
    page.keyboard.press("ArrowRight")
    assert fact(page, "Never read") == "none"
    tab_to(page, "Stride")
    page.keyboard.press("ArrowRight")
    assert fact(page, "Output size") == "⌊(12 + 0 + 0 − 2) / 3⌋ + 1 = 4"
    tab_to(page, "Padding")
    page.keyboard.press("ArrowDown")
    assert fact(page, "Padding") == "0 before, 0 after"
    tab_to(page, "Dilation")
    page.keyboard.press("End")
    assert fact(page, "Padding") == "0 before, 1 after"
    tab_to(page, "Look at window")
    page.keyboard.press("End")
    assert said(page).startswith("4 outputs; output[3] reads pixel 9 and 1 zero")


def test_a_window_that_does_not_fit_is_said_and_survived(page):
    choose(page, 3, 5, 1)
    assert said(page) == "No output: the window reaches over more than 3 pixels."
    assert fact(page, "Output size") == "no window fits"
    assert page.get_by_label("Look at window").is_disabled()
    choose(page, 5, 5, 1)
    assert said(page) == "1 output; output[0] reads pixels 0, 1, 2, 3, 4."


def test_the_chosen_window_stays_among_those_there_are(page):
    page.locator("[data-window='4']").click()
    choose(page, 4, 2, 2)
    assert said(page) == "2 outputs; output[1] reads pixels 2, 3."


def test_the_drawing_is_described(page):
    choose(page, 3, 2, 1)
    described = page.get_by_role("img").get_attribute("aria-label")
    assert described == (
        "Strip of 3 pixels, 0 + 0 of padding, 2 windows. "
        "Window 0 reads pixels 0, 1. Window 1 reads pixels 1, 2."
    )


def test_a_table_that_disagrees_is_said(open_page, tmp_path):
    wrong = np.full((12, 5, 4, 5, 3), 7)
    site = write_site(tmp_path, shown(wrong))
    page = open_page((site / "light.html").as_uri())
    assert fact(page, "Python says") == "7, which disagrees with 5 windows"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_it_fits_its_window_and_fingers(open_page, site, width, theme):
    page = open_page(f"{site}/{theme}.html", width=width, theme=theme)
    choose(page, 12, 5, 1, "same", 3)
    assert overflow(page) == 0
    assert undersized(page) == []


def test_without_javascript_the_fallback_is_seen(open_page, site):
    page = open_page(f"{site}/light.html", javascript=False)
    assert page.get_by_text("A size.").is_visible()
    assert page.locator(".explorer-body").count() == 0
