"""What holds for any explorer. Each function says what is wrong, in words."""

from playwright.sync_api import TimeoutError as Late

from tests.browser.small_site import overflow


def not_ready(page):
    """Titles of the explorers that were not built, or still show their fallback."""
    try:
        page.wait_for_function(
            "!document.querySelector('.explorer:not([data-ready=true])')", timeout=5000
        )
    except Late:
        pass
    return page.locator(".explorer").evaluate_all(
        """(all) => all.filter((root) => root.dataset.ready !== "true"
             || root.querySelector(".explorer-fallback").offsetHeight > 0
             || root.querySelector(".explorer-body").offsetHeight < 40)
           .map((root) => root.querySelector(".explorer-title").textContent)"""
    )


def too_wide(page):
    """By how much the page is wider than the window, or an explorer than its place."""
    problems = [f"page: {overflow(page)} pixels"] if overflow(page) > 0 else []
    return problems + page.locator(".explorer").evaluate_all(
        """(all) => all.filter((root) => root.scrollWidth > root.clientWidth)
             .map((root) => root.querySelector(".explorer-title").textContent)"""
    )


def unreachable(page):
    """Titles of the explorers into which Tab does not lead."""
    problems = []
    for root in page.locator(".explorer").all():
        root.evaluate("(root) => { root.tabIndex = -1; root.focus(); }")
        page.keyboard.press("Tab")
        if not root.evaluate(
            "(root) => root !== document.activeElement"
            " && root.contains(document.activeElement)"
        ):
            problems.append(root.locator(".explorer-title").text_content())
    return problems
