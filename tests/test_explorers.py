"""Explorers are packed whole, safely and alike on every processor, or refused."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from bs4 import BeautifulSoup
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from cnnbook.explorers import explorer, explorer_html, grid_html, table_html
from tests.good_page import good_page
from tools.hygiene import check

ASSETS = Path(__file__).parents[1] / "assets" / "explorers"
SCRIPTS = sorted(ASSETS.glob("*.js"))
TABLE = "<table><tr><td>1</td></tr></table>"


def packed(data, **options):
    """The data as a browser reads them back."""
    text = explorer_html("convolution", data, title="T", fallback=TABLE, **options)
    soup = BeautifulSoup(text, "html.parser")
    (script,) = soup.select('div.explorer > script[type="application/json"]')
    return json.loads(script.string)


def test_html_by_hand():
    text = explorer_html("max-pooling", {"a": 1}, title="A & B", fallback=TABLE)
    assert text == (
        '<div class="explorer" data-explorer="max-pooling">\n'
        '<p class="explorer-title">A &amp; B</p>\n'
        f'<div class="explorer-fallback">{TABLE}</div>\n'
        '<script type="application/json">{"a":1}</script>\n</div>'
    )


@pytest.fixture
def shell():
    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


def test_it_is_displayed_as_html_and_as_one_line_of_text(shell):
    with capture_output() as captured:
        explorer("convolution", {}, title="Slide a kernel", fallback=TABLE)
    (output,) = captured.outputs
    text = explorer_html("convolution", {}, title="Slide a kernel", fallback=TABLE)
    assert output.data == {
        "text/html": text,
        "text/plain": "Interactive figure (convolution): Slide a kernel",
    }


def test_integers_stay_integers_and_floats_are_rounded():
    data = {
        "image": np.array([[1, 2]], dtype=np.uint8),
        "kernel": np.array([1 / 3, -1e-9], dtype=np.float32),
        "count": np.int64(7),
        "nested": [{"mean": 0.123456}, (True, None, "text")],
    }
    assert json.dumps(packed(data)) == (
        '{"image": [[1, 2]], "kernel": [0.3333, 0.0], "count": 7, '
        '"nested": [{"mean": 0.1235}, [true, null, "text"]]}'
    )


def test_decimals_are_an_option():
    assert packed({"a": 1e-5}, decimals=6) == {"a": 1e-5}


def test_processors_that_differ_in_the_last_bits_pack_alike():
    one, other = np.float64(0.1) + 0.2, np.float64(0.3)
    assert one != other
    assert packed({"a": one}) == packed({"a": other})


@pytest.mark.parametrize("text", ["</script><b>", "<!-- <script>", 'a"b\\', "−×ä"])
def test_texts_in_the_data_come_back_and_end_no_script(text):
    assert packed({"a": text}) == {"a": text}


def test_the_end_of_a_script_is_escaped_by_hand():
    text = explorer_html("a", {"a": "</b><!--"}, title="T", fallback=TABLE)
    assert r'{"a":"<\/b>\u003c!--"}' in text


@pytest.mark.parametrize("kind", ["", "Pool", "a--b", "-a", "a_b", "a/b", "a1", None])
def test_a_kind_that_is_no_name_of_a_script_is_refused(kind):
    with pytest.raises(ValueError, match=r"`kind` must be lower-case words"):
        explorer_html(kind, {}, title="T", fallback=TABLE)


@pytest.mark.parametrize("name", ["title", "fallback"])
def test_an_explorer_without_words_is_refused(name):
    words = {"title": "T", "fallback": TABLE} | {name: " "}
    with pytest.raises(ValueError, match=f"`{name}` must be text that is not empty"):
        explorer_html("convolution", {}, **words)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([1], r"`data` must be a dictionary, got list"),
        ({"a": np.array([1.0, np.nan])}, r"`data\['a'\]` must be finite, got nan"),
        ({"a": {"b": np.inf}}, r"`data\['a'\]\['b'\]` must be finite, got inf"),
        ({1: 2}, r"`data` must have texts as keys, got 1"),
        ({"a": {1, 2}}, r"must hold numbers, texts, lists or arrays, got set"),
        ({"a": np.array([1j])}, r"got complex"),
        ({"a": np.zeros((200, 300), int)}, r"Show a smaller array, or fewer"),
    ],
)
def test_data_that_cannot_be_stored_are_refused(data, message):
    with pytest.raises(ValueError, match=message):
        explorer_html("convolution", data, title="T", fallback=TABLE)


def test_the_largest_explorer_keeps_the_rule_of_the_pages():
    text = explorer_html("a", {"a": '"' * 23_000}, title="T", fallback=TABLE)
    page = good_page()
    page.cells[3].outputs[0].data["text/html"] = text
    assert set(check(page, {"T01": None})) & {"output-size", "no-live-output"} == set()
    with pytest.raises(ValueError, match="bytes, at most 95,000 may be stored"):
        explorer_html("a", {"a": '"' * 24_000}, title="T", fallback=TABLE)


def test_grid_by_hand():
    text = grid_html(np.array([[1.25, -2.0], [0.0, -0.01]]), caption="a < b")
    assert text == (
        '<table class="explorer-grid"><caption>a &lt; b</caption>'
        "<tr><td>1</td><td>−2</td></tr><tr><td>0</td><td>0</td></tr></table>"
    )
    assert "<td>1.2</td>" in grid_html(np.array([[1.25]]), caption="x", decimals=1)


def test_grid_says_what_an_array_must_be():
    with pytest.raises(ValueError, match=r"`array` must be \(h, w\), got shape \(3,\)"):
        grid_html(np.zeros(3), caption="x")
    with pytest.raises(ValueError, match="`array` must be finite"):
        grid_html(np.array([[np.nan]]), caption="x")


def test_table_by_hand():
    text = table_html([["conv <1>", -3], ["pool", 0.5]], ["layer", "value"], "Facts")
    assert text == (
        '<table class="explorer-table"><caption>Facts</caption>'
        '<thead><tr><th scope="col">layer</th><th scope="col">value</th></tr></thead>'
        '<tr><th scope="row">conv &lt;1&gt;</th><td>−3</td></tr>'
        '<tr><th scope="row">pool</th><td>0.5</td></tr></table>'
    )


def test_table_says_which_row_is_short():
    with pytest.raises(ValueError, match=r"`rows` must have 2 entries.*'pool'"):
        table_html([["pool"]], ["layer", "value"], "Facts")


def test_tables_need_a_caption():
    with pytest.raises(ValueError, match="`caption` must say what the table shows"):
        table_html([["a", 1]], ["x", "y"], " ")


# --- the scripts ---------------------------------------------------------------------


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_short_strict_and_opens_from_a_disk(path):
    text = path.read_text("utf-8")
    assert len(text.splitlines()) < 250
    assert '"use strict";' in text
    assert not re.search(r"^\s*(?:import|export)\b|\bimport\(", text, re.M)
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|\beval\(", text)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_asks_no_other_host(path):
    text = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?:|\bfetch\(|XMLHttpRequest|WebSocket", text)
