"""Colours of the book's own boxes keep the contrast that WCAG AA asks of text."""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[1] / "assets" / "custom.css").read_text(encoding="utf-8")
THEMES = ("light", "dark")
# Text colour and the ground that it stands on.
PAIRS = [
    ("book-ink", "book-ground"),
    ("book-muted", "book-ground"),
    ("pst-color-link", "book-ground"),
    ("pst-color-link-hover", "book-ground"),
    ("book-note", "book-ground"),
    *[
        (text, f"explorer-{ground}")
        for ground, texts in {
            "ground": ("book-ink", "book-muted", "explorer-accent", "pst-color-link"),
            "negative": ("book-ink",),  # cells of a grid, at their strongest
            "positive": ("book-ink",),
        }.items()
        for text in texts
    ],
    *[
        (text, f"book-{kind}-ground")
        for kind in ("upheld", "conditional", "refuted", "note")
        for text in ("book-ink", "book-muted", "pst-color-link", f"book-{kind}")
    ],
]


def colours(theme: str) -> dict[str, str]:
    """The variables of one theme, as hexadecimal colours."""
    block = re.search(rf'html\[data-theme="{theme}"\] \{{(.*?)\}}', CSS, re.S).group(1)
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


def luminance(colour: str) -> float:
    """Relative luminance, 0 for black to 1 for white (WCAG 2.1)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    ]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(first: str, second: str) -> float:
    """Contrast ratio, 1 to 21 (WCAG 2.1)."""
    dark, light = sorted([luminance(first), luminance(second)])
    return (light + 0.05) / (dark + 0.05)


def test_contrast_by_hand():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_can_be_read(theme, text, ground):
    found = colours(theme)
    assert contrast(found[text], found[ground]) >= 4.5


def test_both_themes_define_the_same_colours():
    light, dark = (set(colours(theme)) for theme in THEMES)
    assert light == dark
