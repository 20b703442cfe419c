"""The page of the model server: drop or choose an image, read the answer, in Chromium.

With SCREENSHOTS=folder set, pictures of it in both themes and widths are left there.
"""

import io
import os
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from cnnbook.data import load_fashion_mnist
from cnnbook.serving import Settings
from cnnbook.serving.auth import add_key
from tests.serving.running import RunningService
from tests.serving.small_model import build_small_version, expected


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("store")
    build_small_version(folder)
    return folder


@pytest.fixture(scope="module")
def address(store):
    running = RunningService(Settings(store=store, open=True))
    yield str(running.client.base_url)
    running.stop()


@pytest.fixture(scope="module")
def image():
    return load_fashion_mnist().test_images[:1]


def upload(page, array, name="boot.png"):
    stream = io.BytesIO()
    Image.fromarray(array).save(stream, "PNG")
    file = {"name": name, "mimeType": "image/png", "buffer": stream.getvalue()}
    page.set_input_files("#file", file)


def answered(page, text):
    expect(page.locator("#status")).to_have_text(re.compile(re.escape(text)))


def test_a_chosen_image_is_named_and_its_map_drawn(open_page, address, image):
    page = open_page(address)
    upload(page, image[0, :, :, 0])
    answered(page, "Ankle boot, 49.4 %")
    numbers = page.locator(".class .number").all_text_contents()
    top = sorted(expected(image)[0], reverse=True)[:5]
    assert numbers == [f"{100 * p:.1f} %" for p in top]
    page.wait_for_selector(".class[aria-pressed=true]")
    size = page.eval_on_selector(
        "#overlay", "e => e.decode().then(() => e.naturalWidth)"
    )
    assert size == 224


def test_bars_are_as_long_as_their_numbers(open_page, address, image):
    page = open_page(address)
    upload(page, image[0, :, :, 0])
    answered(page, "Ankle boot")
    shares = page.eval_on_selector_all(
        ".fill", "all => all.map(e => e.offsetWidth / e.parentElement.offsetWidth)"
    )
    top = sorted(expected(image)[0], reverse=True)[:5]
    assert shares == pytest.approx(top, abs=0.01)


def test_dark_clothes_on_a_light_ground_are_inverted(open_page, address, image):
    page = open_page(address)
    upload(page, 255 - image[0, :, :, 0])
    answered(page, "Ankle boot, 49.4 %")
    assert page.is_checked("#invert")
    page.uncheck("#invert")
    expect(page.locator("#status")).not_to_have_text(re.compile("Ankle boot|Asking"))


def test_an_image_can_be_dropped(open_page, address):
    page = open_page(address)
    page.evaluate(
        """() => {
          const source = document.querySelector('.sample img').src.split(',')[1];
          const bytes = Uint8Array.from(atob(source), (c) => c.charCodeAt(0));
          const data = new DataTransfer();
          data.items.add(new File([bytes], 'boot.png', {type: 'image/png'}));
          const drop = document.getElementById('drop');
          drop.dispatchEvent(new DragEvent('drop',
            {dataTransfer: data, bubbles: true, cancelable: true}));
        }"""
    )
    answered(page, "Ankle boot, 49.4 %")


def test_everything_can_be_done_with_the_keyboard(open_page, address):
    page = open_page(address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "file"
    page.keyboard.press("Tab")  # the first example
    page.keyboard.press("Enter")
    answered(page, "Ankle boot")
    while "class" not in page.evaluate("document.activeElement.className").split():
        page.keyboard.press("Tab")
    page.keyboard.press("Tab")  # the second class
    page.keyboard.press("Enter")
    second = page.locator(".class").nth(1)
    expect(second).to_have_attribute("aria-pressed", "true")
    label = second.get_attribute("data-label")
    assert label in page.get_attribute("#overlay", "alt")


def test_a_file_that_is_no_image_is_refused_in_words(open_page, address, problems):
    page = open_page(address)
    file = {"name": "a.png", "mimeType": "image/png", "buffer": b"no image"}
    page.set_input_files("#file", file)
    answered(page, "the file must be an image")
    assert page.locator(".class").count() == 0
    (problem,) = problems
    assert "415" in problem
    problems.clear()  # Chromium puts every answer from 400 on into its console


def test_a_closed_service_asks_for_the_key(open_page, store, tmp_path, problems):
    secret = add_key(tmp_path / "keys.json", "reader", "predict")
    settings = Settings(store=store, keys_file=tmp_path / "keys.json")
    running = RunningService(settings)
    page = open_page(str(running.client.base_url))
    page.click(".sample >> nth=0")
    page.wait_for_selector("#key:visible")
    problems.clear()
    page.fill("#key", secret)
    page.keyboard.press("Tab")
    answered(page, "Ankle boot")
    running.stop()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_fits_its_window_and_its_colors_can_be_read(
    open_page, address, theme, width
):
    page = open_page(address, width=width, theme=theme)
    page.click(".sample >> nth=0")
    answered(page, "Ankle boot")
    page.wait_for_selector(".class[aria-pressed=true]")
    page.eval_on_selector("#overlay", "image => image.decode()")
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        path = Path(folder) / f"serving-{theme}-{width}.png"
        page.screenshot(path=str(path), full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for selector in ("p", "h1", "figcaption", ".class", "#status"):
        assert contrast(page, selector) >= 4.5, selector


def contrast(page, selector):
    """Contrast of a text against the ground behind it, WCAG 2."""
    colors = page.eval_on_selector(
        selector,
        """element => {
          let ground = element;
          const of = (e) => getComputedStyle(e).backgroundColor;
          while (ground.parentElement && of(ground) === 'rgba(0, 0, 0, 0)')
            ground = ground.parentElement;
          const numbers = (text) => text.match(/[\\d.]+/g).slice(0, 3).map(Number);
          return [numbers(getComputedStyle(element).color), numbers(of(ground))];
        }""",
    )

    def luminance(color):
        linear = [
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
            for c in (channel / 255 for channel in color)
        ]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(color) for color in colors), reverse=True)
    return (light + 0.05) / (dark + 0.05)
