"""Every page of the built book under axe-core, in Chromium: what hinders a reader.

`python -m tools.axe` opens each page in a wide and a narrow window, light and dark, and
prints the findings and their number, and what sticks out. Run `make book` first.
"""

import argparse
import itertools
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tools.chromium import ARGUMENTS, MISSING, THEME, find_chromium
from tools.external_links import pages

ROOT = Path(__file__).parents[1]
SITE = ROOT / "_build" / "html"
AXE = ROOT / "tests" / "browser" / "axe" / "axe.min.js"
# What keeps a reader from the content, or makes it hard to get.
SERIOUS = ("serious", "critical")
WIDTHS = (1280, 390)
THEMES = ("light", "dark")
SETTLED = """async () => {
  if (window.MathJax && MathJax.startup) await MathJax.startup.promise;
  await document.fonts.ready;
}"""
# The longest word of a kind stays: axe-core does not judge single letters.
THIN = """() => {
  const longest = new Map();
  const words = Array.from(document.querySelectorAll(".highlight pre span[class]"))
    .filter((word) => !word.querySelector("span"));
  const kindOf = (word) => [
    word.className, word.style.cssText, word.closest(".cell_output") ? "out" : "in",
  ].join(" ");
  for (const word of words) {
    const best = longest.get(kindOf(word));
    if (!best || best.textContent.length < word.textContent.length) {
      longest.set(kindOf(word), word);
    }
  }
  for (const word of words) {
    if (longest.get(kindOf(word)) !== word) word.replaceWith(word.textContent);
  }
  for (const pre of document.querySelectorAll(".highlight pre")) pre.normalize();
}"""
UNFOLD = """async () => {
  for (const details of document.querySelectorAll("details")) details.open = true;
  for (const button of document.querySelectorAll(".toggle-hidden .toggle-button")) {
    button.click();
  }
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  for (let k = 0; k < 3; k += 1) await frame();
}"""
RUN = """async (options) => {
  const result = await axe.run(document, {
    resultTypes: ["violations"], iframes: false, ...options});
  return result.violations.flatMap((rule) => rule.nodes.map((node) => ({
    rule: rule.id, impact: node.impact || rule.impact,
    target: node.target.join(" "), html: node.html.slice(0, 160),
    why: (node.failureSummary || "").split("\\n").slice(1).join(" ").trim()})));
}"""

# What lies in a box that scrolls by itself does not make the page wider.
STICKS_OUT = """() => {
  const edge = document.documentElement.clientWidth + 1;
  if (document.documentElement.scrollWidth < edge) return [];
  const scrolls = (node) => node && (
    getComputedStyle(node).overflowX !== "visible" || scrolls(node.parentElement));
  return Array.from(document.body.querySelectorAll("*"))
    .filter((node) => node.getBoundingClientRect().right > edge)
    .filter((node) => !node.children.length && !scrolls(node.parentElement))
    .map((node) => node.outerHTML.slice(0, 160));
}"""
# code by its box, which the lines fill; text by its lines, as cells of a row are equal
SQUEEZED = """(most) => Array.from(document.querySelectorAll("pre, td, th"))
  .filter((node) => {
    const text = document.createRange();
    text.selectNodeContents(node);
    const box = (node.tagName === "PRE" ? node : text).getBoundingClientRect();
    return box.width > 0 && box.height > most * box.width;
  })
  .map((node) => node.outerHTML.slice(0, 160))"""
MOST_TALL = 5  # times as tall as wide: a letter or two in each of many lines


@dataclass(frozen=True)
class Finding:
    """One element that breaks one rule of axe-core, or is too wide or too narrow."""

    rule: str
    impact: str
    target: str
    html: str
    why: str

    def __str__(self) -> str:
        return f"{self.rule} ({self.impact}) at {self.target}: {self.why} {self.html}"


def thin_out(page: Page) -> None:
    """Leave one word of code per page and kind of token, the others without colour.

    Tokens of one kind look alike, and a page has thousands: to compare the colours of
    one of them with its ground costs a third of the time that comparing all does.
    """
    page.evaluate(THIN)


def findings(page: Page, rules: tuple[str, ...] = ()) -> list[Finding]:
    """Serious and critical findings on an open page, of all rules or of `rules`."""
    if not page.evaluate("typeof axe !== 'undefined'"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    options = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
    found = [Finding(**one) for one in page.evaluate(RUN, options)]
    return [one for one in found if one.impact in SERIOUS]


def sticking_out(page: Page) -> list[Finding]:
    """What makes an open page wider than its window, so that it scrolls sideways."""
    why = "it makes the page wider than the window"
    return [
        Finding("page-width", "serious", "body", html, why)
        for html in page.evaluate(STICKS_OUT)
    ]


def squeezed(page: Page) -> list[Finding]:
    """Code and cells of an open page that are so narrow that nobody could read them."""
    why = f"it is more than {MOST_TALL} times as tall as wide"
    return [
        Finding("squeezed", "serious", "body", html, why)
        for html in page.evaluate(SQUEEZED, MOST_TALL)
    ]


def unfold(page: Page) -> None:
    """Open hidden cells, dropdowns and solutions: what is closed is not looked at."""
    page.evaluate(UNFOLD)


def show_theme(page: Page, theme: str) -> None:
    """Turn an open page light or dark, as the theme's own switch does."""
    page.evaluate("(name) => { document.documentElement.dataset.theme = name; }", theme)


@contextmanager
def opened(
    browser: Browser, *, width: int, theme: str, without: tuple[str, ...] = ()
) -> Iterator[Callable[[Path], Page]]:
    """A function that opens files one after the other in one window, with all unfolded.

    Files whose address matches a pattern of `without` are not loaded.
    """
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=theme,
        reduced_motion="reduce",
    )
    context.add_init_script(THEME.format(theme=theme))
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setBlockedURLs", {"urls": list(without)})

    def open_(path: Path) -> Page:
        page.goto(path.resolve().as_uri())
        page.evaluate(SETTLED)
        unfold(page)
        return page

    yield open_
    context.close()


def built_pages(names: list[str]) -> list[Path]:
    """Pages of the built book, those of `names` alone if there are any."""
    return [path for path in pages(SITE) if not names or path.stem in names]


def main(names: list[str]) -> int:
    """Look at each page in four views and print what is found; 1 if anything is."""
    paths = built_pages(names)
    program = find_chromium()
    if not paths or program is None:
        print(MISSING if paths else "No such page: run `make book`.", file=sys.stderr)
        return 1
    total, started = Counter(), time.perf_counter()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        for width, theme in itertools.product(WIDTHS, THEMES):
            count = 0
            with opened(browser, width=width, theme=theme) as open_:
                for path in paths:
                    page = open_(path)
                    found = findings(page) + sticking_out(page) + squeezed(page)
                    count += len(found)
                    total.update(one.rule for one in found)
                    for one in found:
                        print(f"{path.relative_to(SITE).as_posix()}: {one}")
            print(f"{width} pixels, {theme}: {len(paths)} pages, {count} findings")
        browser.close()
    print(
        "serious or critical, too wide or too narrow: "
        f"{total.total()} in {4 * len(paths)} views"
    )
    for rule, count in total.most_common():
        print(f"  {rule}: {count}")
    print(f"{time.perf_counter() - started:.0f} s")
    return int(total.total() > 0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", help="names such as first-cnn; all if none")
    sys.exit(main(parser.parse_args().pages))
