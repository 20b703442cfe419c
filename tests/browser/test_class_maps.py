"""The class-maps explorer shows each place where it looks, and says what it says."""

import numpy as np
import pytest

from cnnbook.data import CLASS_NAMES as CLASSES
from cnnbook.explorers import explorer_html, table_html
from tests.browser.class_maps_page import (
    IMAGES,
    LAYERS,
    H,
    W,
    canvas,
    colors,
    drawn_places,
    move_to,
    places_at,
    said,
    shown_class,
    table_of,
)
from tests.browser.small_site import focused, overflow, tab_to, undersized, write_site


@pytest.fixture(scope="module")
def site(tmp_path_factory, serve):
    data = {"images": IMAGES, "classes": CLASSES, "layers": LAYERS}
    fallback = table_html([["Bag", 3]], ["class", "score"], "Scores of a boot.")
    shown = explorer_html("class-maps", data, title="Ask a place", fallback=fallback)
    return serve(write_site(tmp_path_factory.mktemp("site"), shown))


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("kind", [0, 8])
def test_each_place_is_drawn_where_it_looks_in_the_color_of_its_sign(
    page, number, kind
):
    page.get_by_label("Image", exact=True).select_option(str(number))
    page.get_by_role("button", name=CLASSES[kind]).click()
    greys = IMAGES[number]["pixels"]
    assert (colors(page, 0) == greys[:, :, None]).all()
    for k, one in enumerate(LAYERS):
        found = colors(page, k + 1)
        fine = found.shape[0] // H
        at = (np.arange(fine * H) + 0.5) / fine
        down, right = (drawn_places(one[axis], at) for axis in ("rows", "columns"))
        values = IMAGES[number]["maps"][k][kind][np.ix_(down, right)]
        beside = (down < 0)[:, None] | (right < 0)
        signs = np.where(beside, 0, np.sign(values))
        assert (np.sign(found[:, :, 0] - found[:, :, 2]) == signs).all()
        around = greys.repeat(fine, axis=0).repeat(fine, axis=1)[beside]
        assert (found[:, :, 0][beside] <= around / 3).all()
        assert beside.any() == (k < 3 and k > 0)


def test_a_louder_place_is_drawn_stronger(page):
    page.get_by_role("button", name="Bag").click()
    found = colors(page, 3)[6::6, 6::6]  # the middles of the nine places of conv3
    strength = np.abs(found[:, :, 0] - found[:, :, 2])[:9, :9]
    loud = np.abs(IMAGES[0]["maps"][2][8])
    assert np.corrcoef(strength.ravel(), loud.ravel())[0, 1] > 0.9


@pytest.mark.parametrize("k", [0, 1, 2, 3])
def test_the_table_says_what_the_places_at_a_pixel_say(page, k):
    for i, j in ((0, 0), (4, 25), (13, 14), (20, 3), (27, 27)):
        move_to(page, k, i, j, click=True)
        for row, name, score in zip(
            table_of(page), CLASSES, IMAGES[0]["scores"], strict=True
        ):
            assert row[0] == name
            assert float(row[1]) == pytest.approx(score, abs=0.051)
        numbers = np.array(table_of(page))[:, 2:]
        for one, values, column in zip(
            LAYERS, IMAGES[0]["maps"], numbers.T, strict=True
        ):
            at = places_at(one, i, j)
            if at is None:
                assert set(column) == {"–"}
            else:
                assert [int(text) for text in column] == values[:, *at].tolist()


def test_frames_mark_the_place_and_what_it_sees(page):
    for i, j in ((0, 0), (9, 22), (25, 25)):
        move_to(page, 0, i, j, click=True)
        page.mouse.move(0, 0)
        for k, one in enumerate(LAYERS):
            marks = page.locator(".explorer-maps .explorer-image").nth(k + 1)
            found = marks.evaluate(
                """(root) => {
                  const image = root.querySelector("canvas").getBoundingClientRect();
                  return [".explorer-window", ".explorer-seen"].map((query) => {
                    const box = root.querySelector(query).getBoundingClientRect();
                    return [box.top - image.top, box.bottom - image.top,
                      box.left - image.left, box.right - image.left]
                      .map((edge) => 28 * edge / image.width);
                  });
                }"""
            )
            at = places_at(one, i, j)
            seen = np.array([one["rows"][at[0]], one["columns"][at[1]]])
            jump = one["rows"][1][0] - one["rows"][0][0] if len(one["rows"]) > 1 else 28
            middle = seen.mean(axis=1)
            tile = np.stack([middle - jump / 2, middle + jump / 2], axis=1)
            np.testing.assert_allclose(found[0], tile.ravel(), atol=0.02)
            np.testing.assert_allclose(found[1], seen.clip(0, 28).ravel(), atol=0.02)


def test_a_pixel_that_no_place_sees_is_said_to_be_unseen(page):
    move_to(page, 0, 27, 27, click=True)
    assert "no place of pool2 looks here." in said(page)
    assert page.get_by_role("columnheader", name="pool2 unseen").count() == 1
    page.mouse.move(0, 0)
    hidden = page.locator(".explorer-maps .explorer-image").nth(2)
    assert not hidden.locator(".explorer-window").is_visible()
    assert not hidden.locator(".explorer-seen").is_visible()


def test_the_words_name_the_loudest_classes_at_a_pixel(page):
    move_to(page, 0, 3, 4, click=True)
    words = said(page)
    assert words.startswith("Pixel [3, 4]: conv1 [3, 4]: most for ")
    for one, values in zip(LAYERS[2:], IMAGES[0]["maps"][2:], strict=True):
        i, j = places_at(one, 3, 4)
        here = values[:, i, j]
        most, least = CLASSES[here.argmax()], CLASSES[here.argmin()]
        assert (
            f"{one['name']} [{i}, {j}]: most for {most} (+{here.max()}), "
            f"most against {least} ({here.min()})."
        ) in words
    assert "pool2 [0, 0]: nothing for or against any class." in words


@pytest.mark.parametrize("kind", [0, 9])
def test_the_words_give_score_rank_and_places_of_a_class(page, kind):
    page.get_by_role("button", name=CLASSES[kind]).click()
    scores = IMAGES[0]["scores"]
    rank = 1 + int((scores > scores[kind]).sum())
    places = ", ".join(
        f"{one['name']} {(values[kind] > 0).sum()} of {values[kind].size}"
        for one, values in zip(LAYERS, IMAGES[0]["maps"], strict=True)
    )
    words = said(page)
    score = float(words.split("score ")[1].split(",")[0])
    assert score == pytest.approx(scores[kind], abs=0.051)
    assert words.startswith(f"{CLASSES[kind]}: score ")
    assert words.endswith(f", rank {rank} of 10. Places that speak for it: {places}.")


def test_the_mouse_shows_a_class_for_as_long_as_it_stays(page):
    first = colors(page, 2)
    assert shown_class(page) == "Ankle boot"  # of the highest score
    page.locator('tr[data-class="4"] td').nth(1).hover()
    assert shown_class(page) == "Coat"
    assert said(page).startswith("Coat: score ")
    assert (colors(page, 2) != first).any()
    page.mouse.move(0, 0)
    assert shown_class(page) == "Ankle boot"
    assert (colors(page, 2) == first).all()
    page.locator('tr[data-class="4"]').click()
    page.mouse.move(0, 0)
    assert shown_class(page) == "Coat"
    pressed = page.locator('button[aria-pressed="true"]').all_text_contents()
    assert pressed == ["Coat"]


def test_the_mouse_shows_a_pixel_for_as_long_as_it_stays(page):
    move_to(page, 1, 5, 6, click=True)
    kept = table_of(page)
    move_to(page, 2, 20, 20)
    assert said(page).startswith("Pixel [20, 20]: ")
    assert table_of(page) != kept
    page.mouse.move(0, 0)
    assert table_of(page) == kept


def test_a_finger_chooses_a_pixel_that_stays(page):
    box = canvas(page, 1).bounding_box()
    at = {
        "clientX": box["x"] + 7.5 * box["width"] / W,
        "clientY": box["y"] + 11.5 * box["height"] / H,
        "pointerType": "touch",
        "bubbles": True,
    }
    canvas(page, 1).dispatch_event("pointerdown", at)
    page.locator(".explorer-maps .explorer-image").nth(1).dispatch_event(
        "pointerleave", at
    )
    assert said(page).startswith("Pixel [11, 7]: ")
    i, j = places_at(LAYERS[2], 11, 7)
    assert page.get_by_role("columnheader", name=f"conv3 [{i}, {j}]").count() == 1


def test_another_image_begins_with_the_class_of_its_highest_score(page):
    chooser = page.get_by_label("Image", exact=True)
    options = chooser.locator("option").all_text_contents()
    assert options == ["Ankle boot, recognized", "Shirt, called T-shirt/top"]
    chooser.select_option("1")
    assert shown_class(page) == "T-shirt/top"
    assert said(page).startswith("T-shirt/top: score 30.5, rank 1 of 10.")
    best = page.locator('td[data-best="true"]').all_text_contents()
    assert best == ["30.5"]


def test_the_keyboard_alone_is_enough(page):
    tab_to(page, "Image")
    page.keyboard.press("ArrowDown")
    tab_to(page, "Pixel: arrow keys move it")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert said(page).startswith("Pixel [13, 12]: ")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert said(page).startswith("Pixel [14, 13]: ")
    for _ in range(16):
        page.keyboard.press("ArrowDown")
    assert said(page).startswith("Pixel [27, 13]: ")
    tab_to(page, "T-shirt/top")
    page.keyboard.press("ArrowUp")
    assert shown_class(page) == "T-shirt/top"
    page.keyboard.press("ArrowDown")
    assert focused(page) == shown_class(page) == "Trouser"
    page.keyboard.press("End")
    assert focused(page) == shown_class(page) == "Ankle boot"
    page.keyboard.press("Home")
    assert said(page).startswith("T-shirt/top: score 30.5")
    assert page.locator('.explorer-classes button[tabindex="0"]').count() == 1


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_it_fits_its_window_and_fingers(open_page, site, width, theme):
    page = open_page(f"{site}/{theme}.html", width=width, theme=theme)
    for number in ("1", "0"):
        page.get_by_label("Image", exact=True).select_option(number)
        assert overflow(page) == 0
        assert undersized(page) == []


def test_without_javascript_the_fallback_is_seen(open_page, site):
    page = open_page(f"{site}/light.html", javascript=False)
    assert page.get_by_text("Scores of a boot.").is_visible()
    assert page.get_by_role("row", name="Bag 3").is_visible()
