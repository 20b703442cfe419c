"""What the download button gives, and the button to Colab when it is switched on."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell

from tests.small_book import page_of
from tools import downloads
from tools.notebook_files import ROOT, list_pages, read_notebook, write_text

SITE = ROOT / "_build" / "html"
ENVIRONMENT = (ROOT / "chapters/appendix/environment.md").read_text("utf-8")


@pytest.fixture
def built(tmp_path):
    """A book of one page as it lies on disk after the build of jupyter-book."""
    root, site = tmp_path / "book", tmp_path / "site"
    text = write_text(page_of(new_markdown_cell("# A"), new_code_cell("1 + 1")))
    for folder in (root, site / "_sources"):
        (folder / "chapters" / "part").mkdir(parents=True)
        (folder / "chapters" / "part" / "a.ipynb").write_text(text)
    (root / "_config.yml").write_text("downloads:\n  install_from: a/wheel.whl\n")
    (site / "chapters" / "part").mkdir(parents=True)
    (site / "chapters" / "part" / "a.html").write_text(
        '<a href="../../_sources/chapters/part/a.ipynb" target="_blank">.ipynb</a>'
    )
    return root, site


def test_a_download_gets_a_hidden_cell_before_its_code(built):
    root, site = built
    assert downloads.prepare(site, root) == 1
    first, added, own = read_notebook(site / "_sources/chapters/part/a.ipynb").cells
    assert first.source == "# A"
    assert own.source == "1 + 1"
    assert added.metadata.tags == ["remove-cell"]
    assert added.metadata.jupyter.source_hidden is True
    assert "CNNBOOK_FROM\", 'a/wheel.whl')" in added.source
    page = root / "chapters" / "part" / "a.ipynb"
    assert downloads.BOOTSTRAP_ID not in [cell.id for cell in read_notebook(page).cells]


def test_a_download_is_saved_under_the_name_of_its_page(built):
    root, site = built
    downloads.prepare(site, root)
    html = (site / "chapters" / "part" / "a.html").read_text()
    assert 'part/a.ipynb" download="a.ipynb"' in html


def test_a_page_without_its_download_is_refused(built):
    root, site = built
    (site / "_sources/chapters/part/a.ipynb").unlink()
    with pytest.raises(ValueError, match="there is no download"):
        downloads.prepare(site, root)


def bootstrap(where, folder, source, **variables):
    """Run the hidden cell in a Python that finds the modules of `where` alone."""
    program = downloads.BOOTSTRAP % source
    return subprocess.run(
        [
            sys.executable,
            "-I",
            "-S",
            "-c",
            f"import sys; sys.path += {where}\n{program}",
        ],
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
    )


def test_the_hidden_cell_does_nothing_where_the_package_is(tmp_path):
    (tmp_path / "cnnbook.py").touch()
    done = bootstrap([str(tmp_path)], tmp_path, "")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_hidden_cell_says_what_to_set(tmp_path):
    done = bootstrap([], tmp_path, "")
    assert done.returncode == 1
    assert "Set INSTALL_FROM in this cell, or the variable CNNBOOK_FROM" in done.stderr


def test_the_hidden_cell_installs_from_the_setting(tmp_path):
    """A stand-in for pip writes down what it was asked for."""
    (tmp_path / "pip.py").write_text("import sys; print(sys.argv[1:], file=sys.stderr)")
    (tmp_path / "my.whl").touch()
    own = downloads.BOOTSTRAP.replace('"-m", "pip"', '"pip.py"')
    assert own != downloads.BOOTSTRAP
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", own % "my.whl" + "print(done.stderr)"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    address = (tmp_path / "my.whl").resolve().as_uri()
    assert f"['install', 'cnnbook[book] @ {address}']" in done.stdout


# --- the built book -------------------------------------------------------------------


@pytest.mark.site
@pytest.mark.parametrize("page", list_pages(), ids=lambda path: path.stem)
def test_the_button_gives_the_notebook_of_its_page(page):
    html = SITE / page.relative_to(ROOT).with_suffix(".html")
    if not html.exists():
        pytest.skip("not in the table of contents")
    soup = BeautifulSoup(html.read_text("utf-8"), "html.parser")
    [link] = soup.select("a.btn-download-source-button")
    assert link["download"] == page.name
    given = read_notebook((html.parent / link["href"]).resolve())
    added = [cell for cell in given.cells if cell.id == downloads.BOOTSTRAP_ID]
    assert [cell.metadata.tags for cell in added] == [["remove-cell"]]
    given.cells.remove(added[0])
    assert write_text(given) == page.read_text("utf-8")
    assert not soup.select('a[href*="colab"]')  # switched off


# --- Colab ----------------------------------------------------------------------------


def documented_settings() -> dict:
    """The settings that the page on the environment tells to write."""
    [block] = re.findall(r"```yaml\n(.*?)```", ENVIRONMENT, re.DOTALL)
    return yaml.safe_load(block)


@pytest.mark.slow
def test_with_the_documented_settings_each_page_has_a_button_to_colab(tmp_path):
    book = tmp_path / "book"
    (book / "chapters" / "part").mkdir(parents=True)
    names = ("chapters/part/a", "chapters/part/b")
    for name in names:
        cells = new_markdown_cell(f"# {name[-1]}"), new_code_cell("1 + 1")
        page = page_of(*cells)
        page.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
        Path(book / f"{name}.ipynb").write_text(write_text(page))
    (book / "index.md").write_text("# First page\n")
    toc = "format: jb-book\nroot: index\nchapters:\n"
    (book / "_toc.yml").write_text(toc + "".join(f"  - file: {n}\n" for n in names))
    own = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    config = {"title": "A book", "execute": own["execute"], "html": own["html"]}
    del config["html"]["favicon"]
    config["launch_buttons"] = own["launch_buttons"]
    (book / "_config.yml").write_text(yaml.safe_dump(config | documented_settings()))
    done = subprocess.run(
        [Path(sys.executable).parent / "jupyter-book", "build", book, "-q"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    for name in names:
        soup = BeautifulSoup(
            (book / "_build" / "html" / f"{name}.html").read_text("utf-8"),
            "html.parser",
        )
        [link] = soup.select('a[href*="colab"]')
        assert link["href"] == (
            "https://colab.research.google.com/github/OWNER/REPOSITORY/blob/"
            f"gh-pages/_sources/{name}.ipynb"
        )


# --- what the page on the environment says --------------------------------------------


def test_commands_of_the_page_on_the_environment_exist():
    targets = set(re.findall(r"(?m)^([a-z-]+):(?!=)", (ROOT / "Makefile").read_text()))
    blocks = re.findall(r"```bash\n(.*?)```", ENVIRONMENT, re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line]
    assert len(lines) >= 5
    for line in lines:
        words = line.split("  #")[0].split()
        if words[0] == "make":
            assert words[1] in targets
        for name in re.findall(r"requirements\S*\.txt", line):
            assert (ROOT / name).exists()
    named = set(re.findall(r"`make ([a-z-]+)", ENVIRONMENT))
    assert named <= targets
