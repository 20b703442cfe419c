"""A site of one page around explorers, so that they are tested without the book."""

import shutil
from pathlib import Path

import numpy as np

ASSETS = Path(__file__).parents[2] / "assets"
SCRIPTS = ("widgets", "grids", "charts", "explorer")
PAGE = """<!DOCTYPE html>
<html lang="en" data-theme="{theme}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Small site</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="_static/custom.css">
<style>
body {{ margin: 0 auto; max-width: 52rem; padding: 1rem; font: 16px/1.6 sans-serif;
  background: var(--book-ground); color: var(--book-ink); }}
* {{ box-sizing: border-box; }}
</style>
{scripts}</head><body><article class="bd-article">
<h1>Small site</h1>
{content}
</article></body></html>
"""


def write_site(folder, *explorers, scripts=None):
    """Write `light.html` and `dark.html` around the HTML of `explorers`.

    `scripts` are further ones, name -> text, beside those of the book.
    """
    static = folder / "_static"
    static.mkdir()
    shutil.copy(ASSETS / "custom.css", static)
    shutil.copytree(ASSETS / "explorers", static / "explorers")
    for name, text in (scripts or {}).items():
        (static / "explorers" / f"{name}.js").write_text(text, encoding="utf-8")
    tags = "\n".join(
        f'<script defer="defer" src="_static/explorers/{name}.js?v=1"></script>'
        for name in SCRIPTS
    )
    for theme in ("light", "dark"):
        text = PAGE.format(theme=theme, scripts=tags, content="\n".join(explorers))
        (folder / f"{theme}.html").write_text(text, encoding="utf-8")
    return folder


def overflow(page):
    """Pixels by which the document is wider than the window."""
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


def focused(page):
    """The label of what has the keyboard: its `aria-label`, `<label>` or text."""
    return page.evaluate(
        """() => {
          const node = document.activeElement;
          const label = node.labels && node.labels[0];
          return node.getAttribute("aria-label")
            || (label ? label.textContent : node.textContent.trim());
        }"""
    )


def tab_to(page, label, *, most=40):
    """Press Tab until the control with this label has the keyboard."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if focused(page) == label:
            return
    raise AssertionError(f"{most} times Tab do not lead to {label!r}")


def undersized(page, *, least=24):
    """Controls and cells that are smaller than `least` pixels, in words."""
    return page.evaluate(
        """(least) => Array.from(
            document.querySelectorAll(
              ".explorer :is(button, input, select, [role=gridcell])"))
          .map((node) => [node, node.getBoundingClientRect()])
          .filter(([, box]) => box.width < least || box.height < least)
          .map(([node, box]) => `${node.tagName} ${box.width} x ${box.height}`)""",
        least,
    )


def numbers_in(grid):
    """What stands in the cells of a grid of `widgets.grid`, as an array (h, w)."""
    texts = grid.evaluate(
        """(grid) => Array.from(grid.children, (row) =>
             Array.from(row.children, (cell) => cell.textContent))"""
    )
    return np.array([[float(t.replace("−", "-")) for t in row] for row in texts])
