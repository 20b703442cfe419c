"""The backward stepper shows the gradients that NumPy computes, by mouse and keys."""

import re

import numpy as np
import pytest

from cnnbook.explorers import explorer_html, grid_html
from tests.browser.small_site import (
    focused,
    numbers_in,
    overflow,
    tab_to,
    undersized,
    write_site,
)

RNG = np.random.default_rng(0)
IMAGE = RNG.integers(0, 10, size=(4, 5)).astype(float)
KERNEL = np.array([[1.0, 0.0], [2.0, -1.0], [0.5, 3.0]])
INCOMING = RNG.integers(-3, 4, size=(2, 4)).astype(float)
POOLED_IMAGE = np.array([[1, 3, 2, 0], [3, 2, 1, 5], [0, 4, 4, 1], [2, 1, 0, 4]])
POOLED_INCOMING = np.array([[4.0, 8.0], [-4.0, 12.0]])
STRIDED_INCOMING = np.array([[1.0, -2.0], [3.0, 4.0]])
BY_KERNEL, BY_PIXEL, BY_MAX, BY_MEAN, STRIDED = range(5)
NAMES = ("a weight", "a pixel", "a pixel, max", "a pixel, mean", "a weight, stride 2")


def factors(shape, outputs, put):
    """(oh, ow, *shape), where `put(factors[i, j], i, j)` fills one output's."""
    made = np.zeros((*outputs, *shape))
    for i, j in np.ndindex(*outputs):
        put(made[i, j], i, j)
    return made


def cases():
    """What the page hands over, written down without the package's mathematics."""

    def weight(made, i, j):
        made[:] = IMAGE[i : i + 3, j : j + 2]

    def pixel(made, i, j):
        made[i : i + 3, j : j + 2] = KERNEL

    def largest(made, i, j):
        window = POOLED_IMAGE[2 * i : 2 * i + 2, 2 * j : 2 * j + 2]
        m, n = np.unravel_index(window.argmax(), (2, 2))
        made[2 * i + m, 2 * j + n] = 1

    def mean(made, i, j):
        made[2 * i : 2 * i + 2, 2 * j : 2 * j + 2] = 0.25

    def strided(made, i, j):
        made[:] = POOLED_IMAGE[2 * i : 2 * i + 2, 2 * j : 2 * j + 2]

    small, square = np.array([[1.0, 2.0], [0.0, -1.0]]), (2, 2)
    rows = [
        ("kernel", IMAGE, KERNEL, INCOMING, weight, 1),
        ("image", IMAGE, KERNEL, INCOMING, pixel, 1),
        ("image", POOLED_IMAGE, None, POOLED_INCOMING, largest, 2),
        ("image", POOLED_IMAGE, None, POOLED_INCOMING, mean, 2),
        ("kernel", POOLED_IMAGE, small, STRIDED_INCOMING, strided, 2),
    ]
    for name, (asked, image, kernel, incoming, put, stride) in zip(
        NAMES, rows, strict=True
    ):
        asked_of = kernel if asked == "kernel" else image
        yield {
            "name": name,
            "asked": asked,
            "image": image,
            "kernel": kernel,
            "gradient": incoming,
            "window": square if kernel is None else kernel.shape,
            "stride": stride,
            "factors": factors(asked_of.shape, incoming.shape, put),
        }


CASES = list(cases())


@pytest.fixture(scope="module")
def site(tmp_path_factory, serve):
    shown = explorer_html(
        "backward",
        {"cases": CASES},
        title="Ask a weight",
        fallback=grid_html(INCOMING, caption="The incoming gradient."),
    )
    return serve(write_site(tmp_path_factory.mktemp("site"), shown))


def choose(page, case):
    page.get_by_label("Gradient of", exact=True).select_option(label=NAMES[case])


def board(page, name):
    return page.locator(
        f'[role=grid][aria-label="{name}"], [role=table][aria-label="{name}"]'
    )


def numbers(page, name):
    return numbers_in(board(page, name))


def framed(page, name):
    """Top, left, height and width of the frame on a grid, in cells."""
    return board(page, name).evaluate(
        """(grid) => {
          const cell = grid.querySelector(".explorer-cell").getBoundingClientRect();
          const frame = grid.parentElement.querySelector(".explorer-window")
            .getBoundingClientRect();
          return [(frame.top - cell.top) / cell.height,
            (frame.left - cell.left) / cell.width,
            frame.height / cell.height, frame.width / cell.width].map(Math.round);
        }"""
    )


def said(page):
    return page.get_by_role("status").text_content()


def value(text):
    return float(text.strip("()").replace("−", "-"))


def sum_of(text):
    """The products that a sentence writes out, and the result that it states."""
    products, result = text.split("Its gradient: ")[1].split(" = ")
    pairs = [[value(x) for x in term.split("×")] for term in products.split(" + ")]
    return np.array(pairs), value(result)


@pytest.mark.parametrize("case", range(5), ids=NAMES)
def test_the_whole_gradient_agrees_with_numpy(page, case):
    choose(page, case)
    given = CASES[case]
    expected = np.einsum("ij,ij...->...", given["gradient"], given["factors"])
    title = f"Gradient of the {given['asked']}"
    np.testing.assert_allclose(numbers(page, title), expected, atol=0.0051)
    assert numbers(page, "Image").tolist() == given["image"].tolist()
    assert numbers(page, "Gradient at the outputs").tolist() == (
        given["gradient"].tolist()
    )
    kernels = board(page, "Kernel")
    assert kernels.count() == (given["kernel"] is not None)
    if given["kernel"] is not None:
        assert numbers(page, "Kernel").tolist() == given["kernel"].tolist()


@pytest.mark.parametrize("case", range(5), ids=NAMES)
def test_every_sum_is_written_out_and_right(page, case):
    choose(page, case)
    given = CASES[case]
    asked = given[given["asked"]]
    for m, n in np.ndindex(*asked.shape):
        board(page, given["asked"].capitalize()).locator(
            f'[data-row="{m}"][data-column="{n}"]'
        ).click()
        text = said(page)
        pairs, result = sum_of(text)
        expected = (given["gradient"] * given["factors"][:, :, m, n]).sum()
        assert result == pytest.approx(expected, abs=1e-4)
        assert pairs.prod(axis=1).sum() == pytest.approx(expected, abs=1e-4)
        assert text.startswith(f"{given['asked']}[{m}, {n}] took part in {len(pairs)} ")
        top, left, height, width = framed(page, "Gradient at the outputs")
        part = given["gradient"][top : top + height, left : left + width]
        assert pairs[:, 0].tolist() == part.ravel().tolist()
        used = given["factors"][:, :, m, n].copy()
        used[top : top + height, left : left + width] = 0
        assert not used.any(), "an output outside the frame took part"
        assert framed(page, f"Gradient of the {given['asked']}") == [m, n, 1, 1]


def test_frames_show_what_was_met(page):
    choose(page, BY_KERNEL)
    board(page, "Kernel").locator('[data-row="2"][data-column="1"]').click()
    assert framed(page, "Image") == [2, 1, 2, 4]
    assert framed(page, "Gradient at the outputs") == [0, 0, 2, 4]
    choose(page, BY_PIXEL)
    board(page, "Image").locator('[data-row="0"][data-column="0"]').click()
    assert framed(page, "Kernel") == [0, 0, 1, 1]
    assert framed(page, "Gradient at the outputs") == [0, 0, 1, 1]
    board(page, "Image").locator('[data-row="1"][data-column="4"]').click()
    assert framed(page, "Kernel") == [0, 1, 2, 1]
    assert framed(page, "Gradient at the outputs") == [0, 3, 2, 1]


def test_a_corner_has_one_term_and_a_tie_pays_the_first(page):
    choose(page, BY_MAX)
    for place, sentence in {
        (0, 1): "image[0, 1] took part in 1 of 4 outputs. Its gradient: 4×1 = 4",
        (1, 0): "image[1, 0] took part in 1 of 4 outputs. Its gradient: 4×0 = 0",
        (2, 1): "image[2, 1] took part in 1 of 4 outputs. Its gradient: (−4)×1 = −4",
    }.items():
        board(page, "Image").locator(
            f'[data-row="{place[0]}"][data-column="{place[1]}"]'
        ).click()
        assert said(page) == sentence


def test_the_keyboard_alone_is_enough(page):
    tab_to(page, "Gradient of")
    page.keyboard.press("ArrowDown")
    assert page.get_by_label("Gradient of", exact=True).input_value() == "1"
    tab_to(page, f"row 0, column 0: {IMAGE[0, 0]:g}")
    for key, place in [
        ("ArrowUp", (0, 0)),
        ("ArrowDown", (1, 0)),
        ("ArrowRight", (1, 1)),
        ("End", (1, 4)),
        ("Control+End", (3, 4)),
        ("Home", (3, 0)),
        ("Control+Home", (0, 0)),
    ]:
        page.keyboard.press(key)
        assert said(page).startswith(f"image[{place[0]}, {place[1]}] took part"), key
        assert re.match(f"row {place[0]}, column {place[1]}:", focused(page))
    assert page.locator('[role=gridcell][tabindex="0"]').count() == 1


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_it_fits_its_window_and_fingers(open_page, site, width, theme):
    page = open_page(f"{site}/{theme}.html", width=width, theme=theme)
    for case in (BY_PIXEL, BY_MEAN):
        choose(page, case)
        assert overflow(page) == 0
        assert undersized(page) == []


def test_without_javascript_the_fallback_is_seen(open_page, site):
    page = open_page(f"{site}/light.html", javascript=False)
    assert page.get_by_text("The incoming gradient.").is_visible()
    assert page.locator(".explorer-body").count() == 0
