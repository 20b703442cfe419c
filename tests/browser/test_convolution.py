"""The convolution stepper computes what SciPy does, for mouse, keyboard and fingers."""

import re

import numpy as np
import pytest
from scipy.signal import convolve2d, correlate2d

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
IMAGE = RNG.integers(0, 10, size=(7, 8))
KERNELS = {
    "edge": np.array([[1, 0], [0, -1]]),
    "mean": np.full((3, 3), 1 / 9).round(4),
    "corner": np.array([[1, 2, 0], [0, 0, -3]]),  # the same from no two sides
    "Sobel": np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]]),
}


def stepper(kernel="edge", row=0, column=0):
    data = {
        "image": IMAGE,
        "kernels": KERNELS,
        "initial": {"kernel": kernel, "row": row, "column": column},
    }
    fallback = grid_html(IMAGE, caption="The image, 7 × 8 pixels.")
    return explorer_html("convolution", data, title="Slide it", fallback=fallback)


@pytest.fixture(scope="module")
def site(tmp_path_factory, serve):
    return serve(write_site(tmp_path_factory.mktemp("site"), stepper()))


def numbers(page, label="Output", role="grid"):
    """What stands in the cells of a grid, as an array."""
    return numbers_in(page.get_by_role(role, name=label))


def said(page):
    return page.locator(".explorer-status").text_content().replace("\u00a0", " ")


def window(page):
    """Top, left, height and width of the marked window, in cells of the image."""
    return page.evaluate(
        """() => {
          const box = (query) => document.querySelector(query).getBoundingClientRect();
          const cell = box("[role=table] .explorer-cell");
          const frame = box(".explorer-window");
          return [(frame.top - cell.top) / cell.height,
            (frame.left - cell.left) / cell.width,
            frame.height / cell.height, frame.width / cell.width].map(Math.round);
        }"""
    )


def test_every_number_of_the_output_agrees_with_scipy(page):
    assert numbers(page, "Image", "table").tolist() == IMAGE.tolist()
    for name, kernel in KERNELS.items():
        page.get_by_label("Kernel", exact=True).first.select_option(name)
        expected = correlate2d(IMAGE, kernel, mode="valid")
        np.testing.assert_allclose(numbers(page), expected, atol=0.0051)


def test_the_flipped_kernel_is_true_convolution(page):
    page.get_by_label("Kernel", exact=True).first.select_option("corner")
    flip = page.get_by_role("button", name="Flip the kernel")
    flip.click()
    expected = convolve2d(IMAGE, KERNELS["corner"], mode="valid")
    assert numbers(page).tolist() == expected.tolist()
    assert flip.get_attribute("aria-pressed") == "true"
    assert page.get_by_text("true convolution").is_visible()
    flip.click()
    expected = correlate2d(IMAGE, KERNELS["corner"], mode="valid")
    assert numbers(page).tolist() == expected.tolist()


def test_an_edited_kernel_is_used_at_once(page):
    page.get_by_label("kernel, row 1, column 0").fill("2.5")
    kernel = np.array([[1, 0], [2.5, -1]])
    expected = correlate2d(IMAGE, kernel, mode="valid")
    assert numbers(page).tolist() == expected.tolist()
    assert page.get_by_label("Kernel", exact=True).first.input_value() == "edited"
    page.get_by_role("button", name="Flip the kernel").click()
    expected = convolve2d(IMAGE, kernel, mode="valid")
    assert numbers(page).tolist() == expected.tolist()


def test_a_weight_that_is_no_number_is_marked_and_not_used(page):
    before = numbers(page).tolist()
    weight = page.get_by_label("kernel, row 0, column 0")
    weight.fill("")
    assert weight.get_attribute("aria-invalid") == "true"
    assert numbers(page).tolist() == before


def test_a_click_writes_the_sum_out_and_marks_the_window(page):
    page.get_by_role("gridcell", name="row 2, column 3:").click()
    (a, b), (c, d) = IMAGE[2:4, 3:5]
    total = str(a - d).replace("-", "−")
    assert said(page) == f"output[2, 3] = {a}×1 + {b}×0 + {c}×0 + {d}×(−1) = {total}"
    assert window(page) == [2, 3, 2, 2]


def test_hovering_is_enough_with_a_mouse(page):
    page.get_by_role("gridcell", name="row 4, column 5:").hover()
    assert said(page).startswith("output[4, 5] = ")
    assert window(page) == [4, 5, 2, 2]


def test_stepping_goes_through_all_positions_and_begins_again(page):
    seen = []
    page.get_by_role("button", name="Step").focus()
    for _ in range(6 * 7):
        seen.append(re.match(r"output\[(\d), (\d)\]", said(page)).groups())
        page.keyboard.press("Enter")
    assert seen == [(str(i), str(j)) for i in range(6) for j in range(7)]
    assert said(page).startswith("output[0, 0]")
    page.get_by_role("button", name="Back").click()
    assert said(page).startswith("output[5, 6]")


def test_the_output_is_walked_with_the_keyboard_alone(page):
    tab_to(page, "Kernel")
    tab_to(page, "kernel, row 0, column 0")
    first = str(int(numbers(page)[0, 0])).replace("-", "−")
    tab_to(page, f"row 0, column 0: {first}")
    for key, place in [
        ("ArrowUp", "0, 0"),
        ("ArrowDown", "1, 0"),
        ("ArrowRight", "1, 1"),
        ("End", "1, 6"),
        ("ArrowRight", "1, 6"),
        ("Control+End", "5, 6"),
        ("ArrowLeft", "5, 5"),
        ("Home", "5, 0"),
        ("Control+Home", "0, 0"),
    ]:
        page.keyboard.press(key)
        assert said(page).startswith(f"output[{place}] = "), key
        row, column = place.split(", ")
        assert focused(page).startswith(f"row {row}, column {column}:")
    assert page.locator('[role=gridcell][tabindex="0"]').count() == 1


def test_the_kernel_is_edited_with_the_keyboard_alone(page):
    tab_to(page, "kernel, row 0, column 0")
    page.keyboard.press("Control+A")
    page.keyboard.type("-3")
    expected = correlate2d(IMAGE, [[-3, 0], [0, -1]], mode="valid")
    assert numbers(page).tolist() == expected.tolist()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_it_fits_its_window_and_fingers(open_page, site, width, theme):
    page = open_page(f"{site}/{theme}.html", width=width, theme=theme)
    page.get_by_label("Kernel", exact=True).first.select_option("mean")
    assert overflow(page) == 0
    assert undersized(page) == []
    ground = page.locator(".explorer").evaluate("(x) => getComputedStyle(x).background")
    assert ("rgb(27, 33, 39)" in ground) == (theme == "dark")


def test_a_window_out_of_sight_is_scrolled_into_view(open_page, site):
    page = open_page(f"{site}/light.html", width=300)
    page.get_by_role("gridcell", name="row 0, column 0:").focus()
    page.keyboard.press("End")
    frame = page.locator(".explorer-window").first.bounding_box()
    assert frame["x"] + frame["width"] <= 300


def test_it_works_from_a_disk(open_page, tmp_path):
    site = write_site(tmp_path, stepper("Sobel", 1, 2))
    page = open_page((site / "light.html").as_uri())
    expected = correlate2d(IMAGE, KERNELS["Sobel"], mode="valid")
    assert numbers(page).tolist() == expected.tolist()
    assert said(page).startswith("output[1, 2] = ")
    assert not page.locator(".explorer-fallback").is_visible()


def test_without_javascript_the_fallback_is_seen(open_page, site):
    page = open_page(f"{site}/light.html", javascript=False, width=390)
    assert page.get_by_text("The image, 7 × 8 pixels.").is_visible()
    assert page.locator(".explorer-grid td").count() == 56
    assert page.locator(".explorer-body").count() == 0
