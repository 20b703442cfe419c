"""Each rule for the built book rejects a page that breaks it, and only that."""

import pytest

from tests.built_site import links, offline, page, weight
from tools.external_links import wrong_links

GOOD = """<!DOCTYPE html><html lang="en"><head>
<title>A page — Delving into Convolutional Neural Networks</title>
<link rel="stylesheet" href="_static/custom.css">
<script src="_static/mathjax/tex-mml-chtml.js"></script>
<style>@import "local.css"; p {background: url(_static/a.png)}</style>
</head><body><a href="#main">Skip to the content</a><input type="search">
<main id="main"><article>
<h1 id="a">A</h1><h2>B</h2><h3>C</h3><h2>D</h2>
<p>A <a href="https://keras.io">link</a>, <span class="math">x</span>.</p>
<div class="cell tag_raises-exception"><div class="traceback">NameError</div></div>
<figure><img src="_images/x.png" alt="Accuracy rises over ten epochs.">
<figcaption>It rises.</figcaption></figure>
</article></main></body></html>"""

RULES = [
    offline.offsite_resources,
    offline.offsite_inline_scripts,
    offline.base_elements,
    page.language,
    page.title,
    page.headings,
    page.alt_texts,
    page.figures,
    page.skip_link,
    page.formulas,
    page.tracebacks,
    page.search_boxes,
    page.labels_of_links,
    wrong_links,
]

BAD = [
    (offline.offsite_resources, '<script src="https://cdn.example.org/a.js"></script>'),
    (offline.offsite_resources, '<script src="//cdn.example.org/a.js"></script>'),
    (offline.offsite_resources, '<link rel="stylesheet" href="http://a.org/a.css">'),
    (offline.offsite_resources, '<link rel="preload" as="font" href="//a.org/a.woff">'),
    (offline.offsite_resources, '<link rel="preconnect" href="https://a.org">'),
    (offline.offsite_resources, '<img src="https://a.org/a.png" alt="A picture.">'),
    (offline.offsite_resources, '<img srcset="a.png 1x, https://a.org/b.png 2x">'),
    (offline.offsite_resources, '<iframe src="https://a.org"></iframe>'),
    (offline.offsite_resources, '<svg><image href="https://a.org/a.png"/></svg>'),
    (offline.offsite_resources, '<style>@import "https://a.org/a.css";</style>'),
    (offline.offsite_resources, "<style>@import url(//a.org/a.css);</style>"),
    (offline.offsite_resources, "<style>p{src:url('https://a.org/a.woff')}</style>"),
    (offline.offsite_resources, '<p style="background:url(https://a.org/a.png)">'),
    (offline.offsite_resources, '<form action="https://a.org/search"></form>'),
    (
        offline.offsite_resources,
        '<meta http-equiv="refresh" content="0; url=https://a.org">',
    ),
    (
        offline.offsite_inline_scripts,
        '<script>const THEBE_JS_URL = "https://unpkg.com/thebe"</script>',
    ),
    (offline.base_elements, '<base href="/elsewhere/">'),
    (page.language, "<html><body></body></html>"),
    (page.title, "<title>A page</title>"),
    (page.title, "<p>no title at all</p>"),
    (page.headings, "<article><h1>A</h1><h1>B</h1></article>"),
    (page.headings, "<article><h2>A</h2></article>"),
    (page.headings, "<article><h1>A</h1><h3>B</h3></article>"),
    (page.alt_texts, '<img src="a.png">'),
    (page.alt_texts, '<img src="a.png" alt=" ">'),
    (page.alt_texts, '<img src="a.png" alt="../_images/3f2a.png">'),
    (page.figures, '<figure><img src="a.png" alt="A cat."></figure>'),
    (page.figures, '<figure><img src="a.png"><figcaption> </figcaption></figure>'),
    (page.figures, "<figure><figcaption>A cat.</figcaption></figure>"),
    (page.skip_link, '<body><a href="a.html">A</a><a href="#m">Skip</a></body>'),
    (page.skip_link, '<body><a href="#m">Skip</a></body>'),
    (page.skip_link, '<body><a href="#m">S</a><p id="m"></p><article/></body>'),
    (page.formulas, '<span class="math">x</span>'),
    (page.formulas, '<script src="_static/other/MathJax.js"></script>'),
    (page.tracebacks, '<div class="cell"><div class="traceback">E</div></div>'),
    (page.search_boxes, "<p>none</p>"),
    (page.search_boxes, '<input type="search"><input type="search">'),
    (wrong_links, '<a href="http://keras.io/">plain</a>'),
    (wrong_links, '<a href="//keras.io/">no scheme</a>'),
    (wrong_links, '<a href="https://keras.io/a page">space</a>'),
    (wrong_links, '<a href="https://keras/">no dot</a>'),
    (wrong_links, '<a href="https://[keras.io/">no host</a>'),
    (wrong_links, '<a href="https://keras.io/?utm_source=book">tracker</a>'),
    (wrong_links, '<a href="mailto:someone@keras.io">mail</a>'),
    (page.labels_of_links, '<article><a href="b.html"></a></article>'),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_good_page_passes(rule):
    assert rule(GOOD) == []


@pytest.mark.parametrize(
    ("rule", "html"), BAD, ids=[f"{r.__name__}-{i}" for i, (r, _) in enumerate(BAD)]
)
def test_a_bad_page_is_rejected(rule, html):
    assert rule(html)


def test_every_rule_has_a_bad_page():
    assert {rule for rule, _ in BAD} == set(RULES)


def test_a_heavy_page_is_rejected():
    assert page.weight("x" * 11, limit=10)
    assert page.weight("x" * 10, limit=10) == []


def test_a_page_weighs_what_is_sent(tmp_path):
    site = tmp_path / "site"
    for name, data in {
        "_images/a.png": bytes(range(256)) * 4,
        "_images/unseen.png": bytes(9000),
        "_static/theme.css": b"a" * 9000,
        "_static/custom.css": b"a" * 9000,
        "_static/explorers/shift.js": b"b" * 9000,
        "_static/explorers/shapes.js": b"b" * 9000,
    }.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_bytes(data)
    page_file = site / "a.html"
    page_file.write_text(
        '<link rel="stylesheet" href="_static/custom.css?v=1">'
        '<link rel="stylesheet" href="_static/theme.css">'
        '<img src="_images/a.png"><img src="_images/a.png">'
        '<img src="https://a.org/b.png"><img src="data:image/png;base64,AA==">'
        '<div data-explorer="shift"></div>' + "c" * 9000
    )
    found = weight.parts(page_file, site)
    assert set(found) == {
        "a.html",
        "_images/a.png",
        "_static/custom.css",
        "_static/explorers/shift.js",
    }
    assert found["_images/a.png"] == 1024  # as it is
    assert all(size < 400 for name, size in found.items() if name[-3:] != "png")
    total = sum(found.values())
    assert weight.heavy(page_file, site, limit=total) == []
    (problem,) = weight.heavy(page_file, site, limit=total - 1)
    assert "_images/a.png 1,024" in problem


def test_a_style_sheet_that_fetches_is_rejected():
    assert offline.offsite_css("@font-face{src:url(//fonts.example.org/a.woff2)}")
    assert offline.offsite_css("@font-face{src:url(../webfonts/a.woff2)}") == []
    assert offline.offsite_css("a{background:url('data:image/svg+xml,http://')}") == []


@pytest.mark.parametrize(
    "address", ["missing.html", "b.html#missing", "#missing", "../../outside.html"]
)
def test_a_broken_link_is_found(tmp_path, address):
    (tmp_path / "b.html").write_text('<h1 id="there">B</h1>')
    start = tmp_path / "a.html"
    start.write_text(f'<a href="b.html#there">good</a><a href="{address}">bad</a>')
    (problem,) = links.broken_links(start, tmp_path)
    assert problem.startswith(address)
