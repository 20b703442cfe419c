"""Every term of the glossary is linked where the book first uses it."""

import doctest

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from tests.small_book import page_of, small_book
from tools import glossary, linkable, terms
from tools.notebook_files import ROOT, read_notebook, write_text

GLOSSARY = """# Glossary

```{glossary}
.. also: filter
kernel
  Weights that a {term}`convolution` multiplies.

convolution
  Sums of products.

.. not: first class
class
  A kind.

intersection over union
IoU
  An overlap.

.. from: part/c
step
  One change of the weights.
```
"""
PAGE_B = [
    "# Kernels\n\n**Claims tried.** kernels",
    "Code `kernel`, a formula $kernel$, a [kernel](x) of first class.\n"
    "One step. *Filters* slide, and kernels too; the IoU is 1.",
    "```{note}\nA class.\n```\n\n| kernel | class |\n|---|---|\n\n> A class.",
]
PAGE_C = ["Two classes. A *convolution*. Then a step, a\nkernel."]


@pytest.fixture
def book(tmp_path):
    """Pages b, c and a, in this order, and a glossary of five terms."""
    small_book(tmp_path)
    for name, sources in {"b": PAGE_B, "c": PAGE_C, "a": ["# a"]}.items():
        cells = [new_markdown_cell(source) for source in sources]
        path = tmp_path / "chapters" / "part" / f"{name}.ipynb"
        cells.append(new_code_cell("kernel = 'a class'"))
        path.write_text(write_text(page_of(*cells)))
    (tmp_path / "chapters" / "appendix").mkdir()
    (tmp_path / "chapters" / "appendix" / "glossary.md").write_text(GLOSSARY)
    return tmp_path


def source(book, page, cell):
    return (
        read_notebook(book / "chapters" / "part" / f"{page}.ipynb").cells[cell].source
    )


def rewrite(book, page, cell, old, new):
    path = book / "chapters" / "part" / f"{page}.ipynb"
    notebook = read_notebook(path)
    assert old in notebook.cells[cell].source
    notebook.cells[cell].source = notebook.cells[cell].source.replace(old, new)
    path.write_text(write_text(notebook))


def test_every_term_of_the_book_is_linked_at_its_first_use():
    assert terms.problems(ROOT) == []


def test_first_uses_are_linked_in_prose_alone(book):
    assert len(terms.mark(book)) == 5
    assert source(book, "b", 0) == PAGE_B[0]
    assert source(book, "b", 1) == (
        "Code `kernel`, a formula $kernel$, a [kernel](x) of first class.\n"
        "One step. *{term}`Filters <kernel>`* slide, and kernels too; "
        "the {term}`IoU` is 1."
    )
    assert source(book, "b", 2) == PAGE_B[2]
    assert source(book, "b", 3) == "kernel = 'a class'"
    assert source(book, "c", 0) == (
        "Two {term}`classes <class>`. A *{term}`convolution`*. Then a {term}`step`, a\n"
        "kernel."
    )


def test_marking_twice_changes_nothing(book):
    terms.mark(book)
    pages = {p: p.read_bytes() for p in book.glob("chapters/**/*.ipynb")}
    assert terms.mark(book) == []
    assert {p: p.read_bytes() for p in pages} == pages
    assert terms.problems(book) == []


def test_a_term_over_the_end_of_a_line_is_one_term(book):
    rewrite(book, "b", 1, "the IoU", "the intersection\nover union")
    terms.mark(book)
    assert "{term}`intersection\nover union`" in source(book, "b", 1)


def test_a_first_use_without_link_is_found(book):
    terms.mark(book)
    rewrite(book, "b", 1, "One step.", "One step of a class.")
    assert terms.problems(book) == [
        "part/b cell 1 uses 'class' first and does not link it; run `make terms`"
    ]


def test_a_link_later_on_does_not_do(book):
    rewrite(book, "c", 0, "kernel", "{term}`kernel`")
    found = "\n".join(terms.problems(book))
    assert "part/b cell 1 uses 'kernel' first" in found


def test_a_term_that_no_page_uses_is_found(book):
    rewrite(book, "b", 1, "; the IoU is 1", "")
    terms.mark(book)
    assert terms.problems(book) == [
        "no page uses 'intersection over union': take it out, or say `.. also:`"
    ]


def test_a_link_to_no_term_is_found(book):
    terms.mark(book)
    rewrite(book, "c", 0, "Two", "{term}`Two <pair>`")
    assert terms.problems(book) == ["part/c cell 0 links 'pair', which is no term"]


def test_a_term_defined_twice_and_a_start_on_no_page_are_found(book):
    path = book / "chapters" / "appendix" / "glossary.md"
    path.write_text(
        GLOSSARY.replace("part/c", "part/z").replace("\nIoU", "\nIoU\nkernel")
    )
    found = "\n".join(terms.problems(book))
    assert "'kernel' is defined twice" in found
    assert "'step' starts on 'part/z', which is no page" in found


def test_the_command_fails_until_marked(book, capsys):
    assert terms.main(["--root", str(book)]) == 1
    assert terms.main(["--root", str(book), "--mark"]) == 0
    assert "part/b cell 1: linked 'kernel'" in capsys.readouterr().out
    assert terms.main(["--root", str(book)]) == 0


@pytest.mark.parametrize(
    "text",
    [
        "## A kernel",
        "```python\nkernel\n```",
        ":::{note}\nkernel\n:::",
        "$$\nkernel\n$$",
        "A {cite:p}`kernel`",
        "![a kernel](kernel.png)",
        "(kernel)=",
        "<span title='kernel'>",
        "**1. What is a kernel?**",
        "| kernel | 1 |",
        "> kernel",
    ],
)
def test_what_may_not_carry_a_link_is_hidden(text):
    hidden = linkable.linkable(text)
    assert len(hidden) == len(text)
    assert "kernel" not in hidden


def test_prose_is_left_as_it_is():
    text = "A kernel [sic] and **a class**\n(see *this*) of 3 < 4 > 2, for 5 $."
    assert linkable.HIDDEN not in linkable.linkable(text)


@pytest.mark.parametrize("module", [glossary, linkable, terms])
def test_the_examples_in_the_tools_are_right(module):
    assert doctest.testmod(module).failed == 0
