"""`_config.yml` holds known keys and the settings that the book depends on.

jupyter-book ignores a key that it does not know, so a slip of the pen would go
unnoticed until a reader does.
"""

import hashlib
import re
from pathlib import Path

import pytest
import yaml
from pybtex.database import parse_file, parse_string

ROOT = Path(__file__).parents[1]
# Every key that may stand in `_config.yml`. A dictionary has keys of its own; ANY is
# a value, or a dictionary that is handed on as it is.
ANY = None
ALLOWED = {
    "title": ANY,
    "author": ANY,
    "copyright": ANY,
    "logo": ANY,
    "only_build_toc_files": ANY,
    "exclude_patterns": ANY,
    "execute": {"execute_notebooks": ANY, "stderr_output": ANY},
    "parse": {"myst_enable_extensions": ANY},
    "html": {
        "favicon": ANY,
        "use_repository_button": ANY,
        "use_issues_button": ANY,
        "use_edit_page_button": ANY,
        "home_page_in_navbar": ANY,
        "extra_footer": ANY,
    },
    "launch_buttons": {"colab_url": ANY},
    "downloads": {"install_from": ANY},  # ours, see tools/downloads.py
    "bibtex_bibfiles": ANY,
    "sphinx": {
        "recursive_update": ANY,
        "config": {
            "extensions": ANY,
            "language": ANY,
            "html_static_path": ANY,
            "html_css_files": ANY,
            "html_js_files": ANY,
            "html_theme_options": {
                "search_bar_text": ANY,
                "show_toc_level": ANY,
                "logo": {"text": ANY, "alt_text": ANY},
            },
            "mathjax_path": ANY,
            "mathjax3_config": {"tex": {"packages": {"[-]": ANY}}},
            "myst_heading_anchors": ANY,
            "nb_merge_streams": ANY,
            "bibtex_default_style": ANY,
            "bibtex_reference_style": ANY,
            "bibtex_cite_id": ANY,
            "exercise_style": ANY,
            "numfig": ANY,
            "suppress_warnings": ANY,
        },
    },
}


def unknown_keys(config: dict, allowed: dict, path: str = "") -> list[str]:
    """Keys of `config`, with their path, that `allowed` does not list."""
    unknown = []
    for key, value in config.items():
        if key not in allowed:
            unknown.append(path + key)
        elif isinstance(allowed[key], dict):
            unknown += unknown_keys(value, allowed[key], f"{path}{key}.")
    return unknown


def unreachable_entries(bibliography) -> list[str]:
    """Keys of entries without DOI, arXiv id and stable address."""
    return [
        key
        for key, entry in bibliography.entries.items()
        if not {"doi", "eprint", "url"} & {name.lower() for name in entry.fields}
    ]


def unlike_requirements(page: str, requirements: str) -> list[str]:
    """Packages of the page's version table that `requirements` pins otherwise."""
    pins = dict(re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==([\w.]+)", requirements, re.M))
    rows = re.findall(r"^\| ([\w.-]+) \| (\d[\w.]*) \|", page, re.M)
    return [
        f"{name}: page {version}, requirements.txt {pins.get(name)}"
        for name, version in rows
        if name != "Python" and pins.get(name) != version
    ]


@pytest.fixture(scope="module")
def config():
    return yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))


def test_all_keys_are_known(config):
    assert unknown_keys(config, ALLOWED) == []


def test_misspelt_keys_are_found():
    config = {"htmml": {}, "execute": {"execute_notebook": "off"}}
    assert unknown_keys(config, ALLOWED) == ["htmml", "execute.execute_notebook"]


def test_the_build_executes_nothing(config):
    assert config["execute"]["execute_notebooks"] == "off"


def test_only_pages_of_the_toc_are_built(config):
    assert config["only_build_toc_files"] is True
    assert {".venv", "tests", "tools", "_build"} <= set(config["exclude_patterns"])


def test_prose_is_not_turned_into_links(config):
    assert "linkify" not in config["parse"]["myst_enable_extensions"]


def test_no_button_leads_to_a_repository_that_does_not_exist(config):
    buttons = [value for key, value in config["html"].items() if key.startswith("use_")]
    assert buttons == [False, False, False]
    assert config["launch_buttons"] == {"colab_url": ""}
    assert "repository" not in config
    assert "repository" not in config


def test_nothing_is_loaded_from_elsewhere_by_an_extension(config):
    assert "sphinx_thebe" not in config["sphinx"]["config"]["extensions"]


@pytest.mark.parametrize("name", ["logo", "favicon"])
def test_pictures_of_the_book_exist(config, name):
    path = config.get(name) or config["html"][name]
    assert (ROOT / path).is_file()


def test_static_files_exist_and_stay_out_of_the_static_folder(config):
    sphinx = config["sphinx"]["config"]
    assert sphinx["html_static_path"] == ["assets"]
    scripts = [path for path, _ in sphinx["html_js_files"]]
    for path in [*sphinx["html_css_files"], *scripts, sphinx["mathjax_path"]]:
        assert (ROOT / "assets" / path).is_file()
    # jupyter-book loads each script below `_static` on each page.
    assert not (ROOT / "_static").exists()


def test_scripts_wait_for_the_page_and_open_from_a_disk(config):
    for path, attributes in config["sphinx"]["config"]["html_js_files"]:
        assert attributes == {"defer": "defer"}, path
        assert path == "access.js" or path.startswith("explorers/")


def test_mathjax_is_the_file_that_its_readme_describes():
    folder = ROOT / "assets" / "mathjax"
    digest = hashlib.sha256((folder / "tex-mml-chtml.js").read_bytes()).hexdigest()
    assert digest in (folder / "README.md").read_text(encoding="utf-8")
    assert "Apache License" in (folder / "LICENSE").read_text(encoding="utf-8")


def test_references_can_be_reached():
    assert unreachable_entries(parse_file(ROOT / "references.bib")) == []


def test_a_reference_without_an_address_is_found():
    text = "@misc{a, title={A}, doi={10.1/x}} @misc{b, title={B}, year={2020}}"
    assert unreachable_entries(parse_string(text, "bibtex")) == ["b"]


def test_environment_page_names_the_pinned_versions():
    page = (ROOT / "chapters/appendix/environment.md").read_text(encoding="utf-8")
    pins = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert page.count("| keras |") == 1
    assert unlike_requirements(page, pins) == []


def test_a_version_that_differs_is_found():
    page = "| keras | 3.15.1 | layers |"
    assert unlike_requirements(page, "keras==3.15.1") == []
    assert unlike_requirements(page, "keras==3.15.0")
