"""What README, CONTRIBUTING and the landing page promise can be done."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [
    "README.md",
    "CONTRIBUTING.md",
    "index.md",
    "chapters/appendix/environment.md",
]
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")


def commands(text: str) -> list[str]:
    """Make targets that a text names in code, `make` alone not among them."""
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.M | re.S)
    lines = [line for block in blocks for line in block.splitlines()]
    lines += re.findall(r"`(make [^`]+)`", text)
    return [line.split()[1] for line in lines if line.startswith("make ")]


def missing_targets(text: str, makefile: str) -> list[str]:
    """Targets that `text` names and `makefile` does not have."""
    targets = set(re.findall(r"^([a-z][a-z-]*):(?!=)", makefile, re.M))
    return [name for name in commands(text) if name not in targets]


def broken_links(text: str, folder: Path) -> list[str]:
    """Relative addresses that lead to no file; a page may lack its suffix."""
    addresses = [address.split("#")[0] for _, _, address in LINK.findall(text)]
    return [
        address
        for address in addresses
        if address
        and not re.match(r"[a-z]+:", address)
        and not any(
            (folder / f"{address}{suffix}").exists() for suffix in ("", ".md", ".ipynb")
        )
    ]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_commands_are_targets_of_the_makefile(name):
    assert commands(read(name)) != []
    assert missing_targets(read(name), read("Makefile")) == []


@pytest.mark.parametrize("name", [*PAGES, "chapters/appendix/source-notes.md"])
def test_links_lead_somewhere(name):
    assert broken_links(read(name), (ROOT / name).parent) == []


def test_readme_has_three_commands_and_one_figure():
    text = read("README.md")
    assert len(re.findall(r"^make ", text, re.M)) == 3
    (figure,) = [match for match in LINK.findall(text) if match[0]]
    assert len(figure[1]) >= 20
    assert (ROOT / figure[2]).is_file()


def test_contributing_is_short():
    assert len(read("CONTRIBUTING.md").splitlines()) < 50


def version() -> str:
    return re.search(r'^version = "(.+)"', read("pyproject.toml"), re.M).group(1)


def test_changelog_has_the_version_of_the_package():
    assert f"## {version()}\n" in read("CHANGELOG.md")


def test_wheels_are_named_by_the_version_of_the_package():
    named = [re.findall(r"cnnbook-([\d.]+)-py3", read(name)) for name in PAGES]
    assert {found for names in named for found in names} == {version()}


def test_licences_say_what_they_cover():
    assert "MIT License" in read("LICENSE")
    assert "https://creativecommons.org/licenses/by/4.0/legalcode" in read(
        "LICENSE-text"
    )


def test_a_command_without_a_target_is_found():
    text = "```sh\nmake book  # build\nmake tea\n```\nand `make coffee`"
    assert missing_targets(text, "book: x\n\tdo\n") == ["tea", "coffee"]


def test_a_broken_link_is_found(tmp_path):
    (tmp_path / "there.ipynb").touch()
    text = "[a](there) [b](gone.md) [c](https://keras.io) [d](#part)"
    assert broken_links(text, tmp_path) == ["gone.md"]
