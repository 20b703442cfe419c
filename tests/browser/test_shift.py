"""The shift explorer shows what NumPy computes, for mouse and for keyboard."""

import numpy as np
import pytest

from cnnbook.explorers import explorer_html, table_html
from cnnbook.reference import average_pool2d, blur_pool2d, max_pool2d
from tests.browser.small_site import (
    numbers_in,
    overflow,
    tab_to,
    undersized,
    write_site,
)

REACH = 3
IMAGE = np.zeros((12, 12), int)
IMAGE[3:9, 3:9] = np.random.default_rng(0).integers(1, 10, (6, 6))
POOLINGS = {
    "max": (2, max_pool2d),
    "average": (2, average_pool2d),
    "stride": (1, lambda images: images[:, ::2, ::2]),
    "blur": (3, blur_pool2d),
}
STATES = [(0, 0), (0, 1), (1, 0), (-1, 2), (2, 2), (-2, 0), (3, -3), (-3, -2)]


def moved(down, right):
    return np.roll(IMAGE, (down, right), axis=(0, 1))


def pooled(name, down, right):
    images = moved(down, right)[None, :, :, None]
    return POOLINGS[name][1](images)[0, :, :, 0]


def shown():
    reach = range(-REACH, REACH + 1)
    poolings = {
        name: {
            "window": window,
            "maps": [[pooled(name, i, j) for j in reach] for i in reach],
        }
        for name, (window, _) in POOLINGS.items()
    }
    data = {
        "image": IMAGE,
        "reach": REACH,
        "poolings": poolings,
        "initial": {"pooling": "max", "down": 0, "right": 0},
    }
    fallback = table_html([["max", 8]], ["pooling", "shift 1"], "Numbers that change.")
    return explorer_html("shift", data, title="Move it", fallback=fallback)


@pytest.fixture(scope="module")
def site(tmp_path_factory, serve):
    return serve(write_site(tmp_path_factory.mktemp("site"), shown()))


def numbers(page, label, role):
    return numbers_in(page.get_by_role(role, name=label))


def pixels(page):
    """The grey levels of the image as drawn, (h, w)."""
    drawn = page.locator("canvas").evaluate(
        """(x) => Array.from(
             x.getContext("2d").getImageData(0, 0, x.width, x.height).data)"""
    )
    return np.array(drawn).reshape(12, 12, 4)[:, :, 0]


def said(page):
    text = page.locator(".explorer-status").text_content()
    return text.replace("\u00a0", " ").replace("−", "-")


def expected_words(name, down, right):
    rest, now = pooled(name, 0, 0), pooled(name, down, right)
    whole = down % 2 == 0 and right % 2 == 0
    move = f"yes, down {down // 2}, right {right // 2}" if whole else "no"
    return np.sum(rest != now), np.abs(rest - now).mean(), move


def go(page, down, right):
    page.get_by_label("Shift down").fill(str(down))
    page.get_by_label("Shift right").fill(str(right))


@pytest.mark.parametrize("name", list(POOLINGS))
def test_maps_and_words_agree_with_numpy(page, name):
    page.get_by_label("Pooling", exact=True).select_option(name)
    for down, right in STATES:
        go(page, down, right)
        now = numbers(page, "Pooled now", "grid")
        np.testing.assert_allclose(now, pooled(name, down, right), atol=0.0051)
        rest = numbers(page, "Pooled at rest", "table")
        np.testing.assert_allclose(rest, pooled(name, 0, 0), atol=0.0051)
        changed, mean, move = expected_words(name, down, right)
        words = said(page)
        assert words.startswith(f"{changed} of 36 numbers changed, mean change ")
        assert float(words.split("change ")[1].split(";")[0]) == pytest.approx(
            mean, abs=0.0051
        )
        assert words.endswith(f"moved by whole places: {move}.")


def test_the_image_moves_by_pixels(page):
    highest = IMAGE.max()
    for down, right in STATES:
        go(page, down, right)
        expected = 255 * moved(down, right) / highest
        np.testing.assert_allclose(pixels(page), expected, atol=0.51)


def test_arrow_keys_move_the_image_as_far_as_the_sliders_go(page):
    tab_to(page, "Image: arrow keys move it")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    assert page.get_by_label("Shift right").input_value() == "2"
    assert page.get_by_label("Shift down").input_value() == "-1"
    now = numbers(page, "Pooled now", "grid")
    assert now.tolist() == pooled("max", -1, 2).tolist()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowUp")
    assert numbers(page, "Pooled now", "grid").tolist() == (
        pooled("max", -3, -3).tolist()
    )
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    assert page.get_by_label("Shift right").input_value() == "-3"


def test_the_keyboard_alone_is_enough(page):
    tab_to(page, "Pooling")
    page.keyboard.press("ArrowDown")
    tab_to(page, "Shift right")
    page.keyboard.press("End")
    tab_to(page, "Shift down")
    page.keyboard.press("ArrowRight")
    now = numbers(page, "Pooled now", "grid")
    np.testing.assert_allclose(now, pooled("average", 1, 3), atol=0.0051)
    tab_to(page, "Back to rest")
    page.keyboard.press("Enter")
    assert said(page).startswith("0 of 36 numbers changed, mean change 0;")
    assert page.get_by_label("Shift down").input_value() == "0"


@pytest.mark.parametrize(("name", "size"), [(n, w) for n, (w, _) in POOLINGS.items()])
def test_a_number_shows_the_pixels_it_is_made_of(page, name, size):
    page.get_by_label("Pooling", exact=True).select_option(name)
    for i, j in ((0, 0), (2, 3), (5, 5)):
        page.get_by_role("grid").locator(f'[data-row="{i}"][data-column="{j}"]').click()
        found = page.evaluate(
            """() => {
              const [image, frame] = ["canvas", ".explorer-image .explorer-window"]
                .map((query) => document.querySelector(query).getBoundingClientRect());
              return [frame.top - image.top, frame.left - image.left,
                frame.bottom - image.top, frame.right - image.left]
                .map((x) => Math.round(12 * x / image.width));
            }"""
        )
        top, left = 2 * i, 2 * j
        ends = min(top + size, 12), min(left + size, 12)
        assert found == [top, left, *ends]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_it_fits_its_window_and_fingers(open_page, site, width, theme):
    page = open_page(f"{site}/{theme}.html", width=width, theme=theme)
    page.get_by_label("Pooling", exact=True).select_option("blur")
    go(page, 1, 1)
    assert overflow(page) == 0
    assert undersized(page) == []


def test_without_javascript_the_fallback_is_seen(open_page, site):
    page = open_page(f"{site}/light.html", javascript=False)
    assert page.get_by_text("Numbers that change.").is_visible()
    assert page.get_by_role("row", name="max 8").is_visible()
