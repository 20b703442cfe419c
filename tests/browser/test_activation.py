"""The activation explorer says what NumPy computes, by mouse and by keyboard."""

import re

import numpy as np
import pytest

from cnnbook.explorers import explorer_html, table_html
from cnnbook.reference import ACTIVATIONS
from tests.browser.small_site import overflow, tab_to, undersized, write_site

NAMES = ("relu", "sigmoid", "tanh", "gelu")
X = np.linspace(-6, 6, 121).round(1)
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−", "0123456789--")
SENTENCE = re.compile(
    r"(?P<name>\w+) at x = (?P<x>\S+): f\(x\) = (?P<value>\S+), "
    r"f'\(x\) = (?P<slope>\S+)\. After 10 such layers a gradient would be multiplied "
    r"by f'\(x\)¹⁰ = (?P<factor>.+): (?P<meaning>[a-z ]+)\."
)


@pytest.fixture(scope="module")
def site(tmp_path_factory, serve):
    functions = [
        {
            "name": name,
            "value": ACTIVATIONS[name].value(X),
            "derivative": ACTIVATIONS[name].derivative(X),
        }
        for name in NAMES
    ]
    rows = [[name, float(ACTIVATIONS[name].value(np.array(0.0)))] for name in NAMES]
    shown = explorer_html(
        "activation",
        {"x": X, "layers": 10, "functions": functions},
        title="Bend",
        fallback=table_html(rows, ["function", "f(0)"], "Values at zero."),
        decimals=6,
    )
    return serve(write_site(tmp_path_factory.mktemp("site"), shown))


def said(page):
    """The parts of the status line, numbers as floats."""
    text = page.locator(".explorer-status").text_content()
    found = SENTENCE.fullmatch(text)
    assert found, text
    parts = found.groupdict()
    factor = parts["factor"].translate(RAISED).replace(" × 10", "e")
    numbers = {k: float(parts[k].translate(RAISED)) for k in ("x", "value", "slope")}
    return parts | numbers | {"factor": float(factor)}


def expected(name, x):
    value, derivative = ACTIVATIONS[name]
    slope = float(derivative(np.array(x)))
    return float(value(np.array(x))), slope, slope**10


def agrees(page, name, x):
    value, slope, factor = expected(name, x)
    parts = said(page)
    assert (parts["name"], parts["x"]) == (name, x)
    assert parts["value"] == pytest.approx(value, abs=6e-5)
    assert parts["slope"] == pytest.approx(slope, abs=6e-5)
    # two digits of a power of ten of a slope that was stored with six decimals
    assert parts["factor"] == pytest.approx(factor, rel=0.06, abs=1e-25)


@pytest.mark.parametrize("name", NAMES)
def test_values_slopes_and_powers_are_those_of_numpy(page, name):
    page.get_by_label("Function", exact=True).select_option(label=name)
    for x in (-6.0, -3.1, -0.1, 0.0, 0.7, 2.4, 6.0):
        page.get_by_label("x", exact=True).fill(f"{x:g}")
        agrees(page, name, x)


def test_a_function_is_kept_in_place_when_another_is_chosen(page):
    page.get_by_label("x", exact=True).fill("2.5")
    page.get_by_label("Function", exact=True).select_option(label="sigmoid")
    agrees(page, "sigmoid", 2.5)


def test_what_becomes_of_a_gradient_is_said_in_words(page):
    meanings = {}
    for name, x in (("relu", -1), ("relu", 1), ("sigmoid", 0), ("gelu", 1.4)):
        page.get_by_label("Function", exact=True).select_option(label=name)
        page.get_by_label("x", exact=True).fill(str(x))
        meanings[name, x] = said(page)["meaning"]
    assert meanings == {
        ("relu", -1): "nothing is left of it",
        ("relu", 1): "it keeps its size",
        ("sigmoid", 0): "it vanishes",
        ("gelu", 1.4): "it grows",
    }


def test_a_click_on_the_slider_moves_the_cursor_of_both_curves(page):
    box = page.get_by_label("x", exact=True).bounding_box()
    page.mouse.click(box["x"] + 0.25 * box["width"], box["y"] + box["height"] / 2)
    x = said(page)["x"]
    assert -3.6 < x < -2.4
    agrees(page, "relu", x)
    line = page.locator(".chart-cursor")
    at = float(line.get_attribute("x1"))
    dots = page.locator("circle.chart-dot")
    assert dots.count() == 2
    assert all(float(dot.get_attribute("cx")) == at for dot in dots.all())


def test_the_keyboard_alone_is_enough(page):
    tab_to(page, "Function")
    page.keyboard.press("ArrowDown")
    tab_to(page, "x")
    page.keyboard.press("Home")
    agrees(page, "sigmoid", -6.0)
    page.keyboard.press("ArrowRight")
    agrees(page, "sigmoid", -5.9)
    page.keyboard.press("End")
    agrees(page, "sigmoid", 6.0)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_it_fits_its_window_and_fingers(open_page, site, width, theme):
    page = open_page(f"{site}/{theme}.html", width=width, theme=theme)
    assert overflow(page) == 0
    assert undersized(page) == []
    assert page.locator(".chart-curve").first.is_visible()


def test_without_javascript_the_fallback_is_seen(open_page, site):
    page = open_page(f"{site}/light.html", javascript=False)
    assert page.get_by_text("Values at zero.").is_visible()
    assert page.get_by_role("row", name="sigmoid 0.5").is_visible()
