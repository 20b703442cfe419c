"""Every explorer of the built book works on its page. Run `make book` first."""

from pathlib import Path

import pytest
import yaml

from tests.browser.explorer_rules import not_ready, too_wide, unreachable

ROOT = Path(__file__).parents[2]
SITE = ROOT / "_build" / "html"

pytestmark = pytest.mark.site


def has_explorer(path):
    return 'class="explorer"' in path.read_text(encoding="utf-8")


def math_pages():
    """Pages of the part on mathematics, which all let the reader try something."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    files = [entry["file"] for part in toc["parts"] for entry in part["chapters"]]
    return [f"{name}.html" for name in files if name.startswith("chapters/math/")]


PAGES = sorted(
    path.relative_to(SITE).as_posix()
    for path in SITE.glob("chapters/**/*.html")
    if has_explorer(path)
)


@pytest.fixture(scope="module")
def book(serve):
    return serve(SITE)


INTERPRETATION = ("class-activation-maps", "errors-calibration")


def test_pages_that_promise_an_explorer_have_one():
    promised = [f"chapters/interpretation/{name}.html" for name in INTERPRETATION]
    names = [*math_pages(), *promised]
    assert [name for name in names if not has_explorer(SITE / name)] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_explorers_of_a_page(open_page, book, name, width, theme):
    page = open_page(f"{book}/{name}", width=width, theme=theme)
    assert page.locator("html").get_attribute("data-theme") == theme
    assert not_ready(page) == []
    assert too_wide(page) == []
    assert unreachable(page) == []


@pytest.mark.parametrize("name", PAGES)
def test_the_page_opens_from_a_disk(open_page, name):
    assert not_ready(open_page((SITE / name).as_uri())) == []
