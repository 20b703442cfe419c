"""A small book on disk, for tests of what reads and writes pages."""

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tools.notebook_files import write_text


def page_of(*cells):
    notebook = new_notebook(cells=list(cells))
    for index, cell in enumerate(notebook.cells):
        cell.id = f"cell-{index}"
    return notebook


def write_page(book, name, *sources, tags=()):
    cells = [new_code_cell(source, metadata={"tags": list(tags)}) for source in sources]
    path = book / "chapters" / "part" / f"{name}.ipynb"
    path.write_text(write_text(page_of(new_markdown_cell(f"# {name}"), *cells)))
    return path


def small_book(folder):
    """A book in `folder`: four pages, one missing in the table of contents."""
    part = folder / "chapters" / "part"
    part.mkdir(parents=True)
    for name in ("b", "a", "c", "extra"):
        page = page_of(
            new_markdown_cell(f"# {name}"), new_code_cell(f"print({name!r})")
        )
        (part / f"{name}.ipynb").write_text(write_text(page))
    (part / ".ipynb_checkpoints").mkdir()
    (part / ".ipynb_checkpoints" / "a-checkpoint.ipynb").write_text("{}")
    (folder / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nparts:\n  - caption: One\n    chapters:\n"
        "      - file: chapters/part/b\n        sections:\n"
        "          - file: chapters/part/c.ipynb\n      - file: chapters/part/a\n"
    )
    return folder
