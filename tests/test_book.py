"""Files that pages read: found in the checkout or in the installed package."""

import pytest

from cnnbook import book
from tools.notebook_files import ROOT


def test_from_a_page_the_files_of_the_checkout_are_found():
    page = ROOT / "chapters" / "deployment"
    for name in ("chapters/records", "references.bib"):
        assert book.find_in_book(name, page) == ROOT / name
    # and not chapters/deployment, which is nearer
    assert book.deployment_files(page) == ROOT / "deployment"


def test_alone_the_files_of_the_package_are_found(tmp_path, monkeypatch):
    carried = tmp_path / "site" / "carried"
    carried.mkdir(parents=True)
    (carried / "references.bib").touch()
    monkeypatch.setattr(book, "CARRIED", carried)
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    assert book.find_in_book("references.bib") == carried / "references.bib"
    (empty / "references.bib").touch()
    assert book.find_in_book("references.bib") == empty / "references.bib"


def test_another_folder_called_deployment_is_not_taken(tmp_path):
    (tmp_path / "deployment").mkdir()
    with pytest.raises(ValueError, match="container/Dockerfile"):
        book.deployment_files(tmp_path)


def test_a_file_that_is_nowhere_is_refused(tmp_path):
    with pytest.raises(ValueError, match="install the package from a wheel"):
        book.find_in_book("chapters/nothing", tmp_path)
