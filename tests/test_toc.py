"""The table of contents and the folders of `chapters/` say the same."""

from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
FOLDERS = {"mathematics": "math"}  # where a folder is not called as its part


def entries(toc: dict) -> list[str]:
    """Files that the table of contents names, in order, without suffix."""
    return [entry["file"] for part in toc["parts"] for entry in part["chapters"]]


def disagreements(toc: dict, root: Path) -> list[str]:
    """What the table of contents and the files below `root` do not agree on."""
    named = [toc["root"], *entries(toc)]
    problems = [
        f"{name} is named twice" for name in set(named) if named.count(name) > 1
    ]
    for name in named:
        found = [s for s in (".ipynb", ".md") if (root / f"{name}{s}").is_file()]
        if len(found) != 1:
            problems.append(f"{name} should be one page, found {found or 'no file'}")
    pages = [*root.glob("chapters/**/*.ipynb"), *root.glob("chapters/**/*.md")]
    for path in pages:
        name = path.relative_to(root).with_suffix("").as_posix()
        if ".ipynb_checkpoints" not in name and name not in named:
            problems.append(f"{name} is not in _toc.yml")
    for part in toc["parts"]:
        name = part["caption"].lower()
        folder = f"chapters/{FOLDERS.get(name, name)}/"
        problems += [
            f"{entry['file']} is outside {folder}"
            for entry in part["chapters"]
            if not entry["file"].startswith(folder)
        ]
    return problems


@pytest.fixture
def small_book(tmp_path):
    """One root, one page, and the table of contents that names both."""
    (tmp_path / "index.md").touch()
    (tmp_path / "chapters/training").mkdir(parents=True)
    (tmp_path / "chapters/training/a.ipynb").touch()
    part = {"caption": "Training", "chapters": [{"file": "chapters/training/a"}]}
    return {"root": "index", "parts": [part]}, tmp_path


def test_toc_and_folders_agree():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    assert disagreements(toc, ROOT) == []


def test_a_small_book_agrees(small_book):
    assert disagreements(*small_book) == []


def test_a_page_without_a_file_is_found(small_book):
    toc, root = small_book
    (root / "chapters/training/a.ipynb").unlink()
    assert disagreements(toc, root) == [
        "chapters/training/a should be one page, found no file"
    ]


def test_a_file_without_an_entry_is_found(small_book):
    toc, root = small_book
    (root / "chapters/training/b.ipynb").touch()
    assert disagreements(toc, root) == ["chapters/training/b is not in _toc.yml"]


def test_a_page_in_two_formats_is_found(small_book):
    toc, root = small_book
    (root / "chapters/training/a.md").touch()
    assert "should be one page" in disagreements(toc, root)[0]


def test_a_page_in_the_wrong_folder_is_found(small_book):
    toc, root = small_book
    toc["parts"][0]["caption"] = "Tuning"
    assert disagreements(toc, root) == [
        "chapters/training/a is outside chapters/tuning/"
    ]


def test_a_page_named_twice_is_found(small_book):
    toc, root = small_book
    toc["parts"][0]["chapters"] *= 2
    assert "chapters/training/a is named twice" in disagreements(toc, root)
