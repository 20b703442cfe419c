"""Debian's Chromium, driven by Playwright: pages as a reader operates them.

Whatever a page asks of another host, and every error in its console, fails the test.
"""

from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

from tools.chromium import ARGUMENTS, MISSING, THEME, find_chromium, served


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def serve():
    """A function folder -> address: serve the folder on 127.0.0.1."""
    with ExitStack() as stack:
        yield lambda folder: stack.enter_context(served(folder))


# For one file of tests, not for the session: while Playwright is open, its event loop
# runs in this thread, and no other test could run one.
@pytest.fixture(scope="module")
def browser():
    program = find_chromium()
    if program is None:
        pytest.fail(f"These tests drive a browser. {MISSING}", pytrace=False)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def problems():
    """What went wrong on the pages of a test; a test may take out what it expects."""
    found = []
    yield found
    assert found == []


@pytest.fixture
def open_page(browser, problems):
    """A function that opens an address in a fresh context and gives the page."""
    contexts = []

    def guard(route):
        parts = urlsplit(route.request.url)
        if parts.scheme != "file" and parts.hostname != "127.0.0.1":
            problems.append(f"request to {route.request.url}")
            route.abort()
        else:
            route.continue_()

    def heard(message):
        # From a disk, Chromium refuses the theme's preloading of its icons, which are
        # then loaded by the style sheet.
        where = message.location["url"]
        if where.startswith("file:") and ".woff2" in message.text + where:
            return
        if message.type == "error":
            problems.append(f"console: {message.text}")

    def open_(address, *, width=1280, theme="light", javascript=True):
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=theme,
            java_script_enabled=javascript,
            reduced_motion="reduce",
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        context.add_init_script(THEME.format(theme=theme))
        context.route("**/*", guard)
        page = context.new_page()
        page.on("console", heard)
        page.on("pageerror", lambda error: problems.append(f"error: {error}"))
        page.goto(address)
        return page

    yield open_
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page, site):
    """The small site in the light theme; a file of tests brings its own `site`."""
    return open_page(f"{site}/light.html")
