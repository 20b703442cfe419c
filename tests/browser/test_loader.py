"""The loader builds every explorer it can, and the guards of these tests bite."""

import pytest

from cnnbook.explorers import explorer_html
from tests.browser.explorer_rules import not_ready, too_wide, unreachable
from tests.browser.small_site import overflow, tab_to, undersized, write_site
from tools.chromium import find_chromium

TABLE = "<table><tr><td>seen without script</td></tr></table>"
HELLO = 'cnnbook.define("hello", (body, data) => { body.append(data.text); });'
BROKEN = 'cnnbook.define("broken", (b) => { b.append("half"); throw Error("oh"); });'
ASKS = 'cnnbook.define("asks", () => { new Image().src = "http://192.0.2.1/a.png"; });'
CHART = """cnnbook.define("chart", (body, data) => {
  const w = cnnbook.widgets;
  const chart = w.chart({ label: "Curves", xLabel: "x", yLabel: "f(x)", ...data });
  const x = w.slider({ label: "x", min: -2, max: 2, step: 0.5, value: 0,
    onChange: (value) => chart.cursor(value) });
  body.append(chart.root, x.root);
});"""


def make(kind, **data):
    return explorer_html(kind, data, title=kind, fallback=TABLE)


@pytest.fixture
def site(tmp_path, serve):
    def make_site(*explorers, **scripts):
        return serve(write_site(tmp_path, *explorers, scripts=scripts)) + "/light.html"

    return make_site


def state(page):
    """For each explorer: whether it is ready, and whether its fallback is seen."""
    return page.locator(".explorer").evaluate_all(
        """(all) => all.map((root) => [root.dataset.ready === "true",
             root.querySelector(".explorer-fallback").offsetHeight > 0])"""
    )


def test_several_of_a_kind_are_built_by_one_script(open_page, site):
    page = open_page(
        site(make("hello", text="a"), make("hello", text="b"), hello=HELLO)
    )
    assert page.locator(".explorer-body").all_text_contents() == ["a", "b"]
    assert page.locator('script[src*="hello"]').count() == 1
    assert state(page) == [[True, False], [True, False]]


def test_a_builder_that_throws_leaves_the_fallback_and_the_others(
    open_page, site, problems
):
    both = (make("broken"), make("broken"), make("hello", text="a"))
    page = open_page(site(*both, hello=HELLO, broken=BROKEN))
    assert state(page) == [[False, True], [False, True], [True, False]]
    assert page.locator(".explorer-body").count() == 1
    assert [problems.pop(), problems.pop()] == ["error: oh", "error: oh"]


def test_a_kind_without_script_leaves_the_fallback(open_page, site, problems):
    page = open_page(site(make("nowhere"), make("hello", text="a"), hello=HELLO))
    assert state(page) == [[False, True], [True, False]]
    assert "404" in problems.pop()


def test_texts_in_the_data_stay_texts(open_page, site):
    text = "</script><b>bold</b><!-- <script>"
    page = open_page(site(make("hello", text=text), hello=HELLO))
    assert page.locator(".explorer-body").text_content() == text


def test_a_request_to_another_host_is_noticed(open_page, site, problems):
    page = open_page(site(make("asks"), asks=ASKS))
    page.wait_for_timeout(200)
    assert "request to http://192.0.2.1/a.png" in problems
    problems.clear()


def test_an_overflow_and_a_small_target_are_noticed(open_page, site):
    page = open_page(site(make("hello", text="a"), hello=HELLO), width=390)
    assert (overflow(page), undersized(page)) == (0, [])
    page.evaluate(
        """document.querySelector(".explorer-body").innerHTML = '<button style="' +
           'height:9px;min-height:0;width:900px;padding:0">b</button>'"""
    )
    assert overflow(page) > 400
    assert undersized(page) == ["BUTTON 900 x 9"]


TALL = """cnnbook.define("tall", (body) => {
  body.append(cnnbook.widgets.element("button", { type: "button" }, "b"));
  body.style.height = "60px";
});"""
POOR = """cnnbook.define("poor", (body) => {
  body.style.width = "900px";
  body.append("no control");
});"""


def test_the_rules_for_any_explorer_bite(open_page, site):
    page = open_page(site(make("tall"), make("poor"), tall=TALL, poor=POOR), width=390)
    assert not_ready(page) == ["poor"]  # it is too low to hold anything
    assert unreachable(page) == ["poor"]
    assert too_wide(page)[1:] == ["poor"]
    page.evaluate("document.querySelector('[data-explorer=poor]').remove()")
    assert (not_ready(page), unreachable(page), too_wide(page)) == ([], [], [])


def test_a_control_that_is_not_there_is_not_reached(open_page, site):
    page = open_page(site(make("hello", text="a"), hello=HELLO))
    with pytest.raises(AssertionError, match="do not lead to 'Layer'"):
        tab_to(page, "Layer", most=3)


def test_where_chromium_is_looked_for(monkeypatch, tmp_path):
    program = tmp_path / "chromium"
    program.write_text("")
    program.chmod(0o755)
    monkeypatch.setenv("CHROMIUM", str(program))
    assert find_chromium() == str(program)
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "none"))
    assert find_chromium() is None


def test_a_chart_has_axes_ticks_names_and_a_cursor(open_page, site):
    x = [-2, -1, 0, 1, 2]
    curves = [
        {"name": "ReLU", "x": x, "y": [max(0, v) for v in x]},
        {"name": "square", "x": x, "y": [v * v for v in x]},
    ]
    page = open_page(site(make("chart", series=curves), chart=CHART), width=390)
    picture = page.get_by_role("img", name="Curves")
    texts = picture.locator("text").all_text_contents()
    assert texts == ["−2", "−1", "0", "1", "2", "0", "1", "2", "3", "4", "x", "f(x)"]
    assert page.locator(".chart-legend span").all_text_contents() == ["ReLU", "square"]
    assert page.locator(".chart-dot").count() == 0
    tab_to(page, "x")
    page.keyboard.press("End")
    places = page.locator(".chart-dot").evaluate_all(
        "(all) => all.map((dot) => [Number(dot.getAttribute('cx')), "
        "Number(dot.getAttribute('cy'))])"
    )
    assert places == [[390, 112], [390, 10]]  # at x = 2: 2 of 4, and 4 of 4
    assert overflow(page) == 0
