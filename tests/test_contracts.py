"""What others rely on changes on purpose alone."""

import re

import pytest

from tools import contracts
from tools.notebook_files import ROOT


@pytest.mark.parametrize("name", contracts.CONTRACTS)
def test_the_package_keeps_its_contract(name):
    stored = (ROOT / contracts.FOLDER / name).read_text(encoding="utf-8")
    assert contracts.CONTRACTS[name]() == stored, (
        "If this change is meant, run `make contracts` and say so in CHANGELOG.md."
    )


def test_defaults_are_those_of_functions_classes_and_methods():
    lines = contracts.defaults().splitlines()
    assert "cnnbook.evaluation.predict: mirror=False, batch_size=500" in lines
    assert "cnnbook.architecture.Architecture.build: image_shape=(28, 28, 1), " in (
        "\n".join(lines)
    )
    assert not any(" at 0x" in line for line in lines)  # another in each process
    assert not any(re.search(r"\._(?!_main__)", line.split(":")[0]) for line in lines)


def test_every_command_tells_its_options_and_their_defaults():
    told = contracts.commands()
    for command in ("deploy", "serving", "serving.classify", "training.workers"):
        assert f"usage: python -m cnnbook.{command} [-h]" in told
    assert "'top': 3" in told


def test_a_network_is_told_layer_by_layer():
    told = (ROOT / contracts.FOLDER / "networks.txt").read_text(encoding="utf-8")
    assert "source_cnn: 225,034 parameters\n  InputLayer (None, 28, 28, 1)\n" in told
    assert "  MaxPooling2D (None, 13, 13, 32) strides=(2,2) padding=valid " in told


def test_the_command_writes_all_of_them(tmp_path, capsys):
    assert contracts.main(["--folder", str(tmp_path / "new")]) == 0
    written = {path.name for path in (tmp_path / "new").iterdir()}
    assert written == set(contracts.CONTRACTS)
    assert written == {path.name for path in (ROOT / contracts.FOLDER).iterdir()}
    assert capsys.readouterr().out.count("\n") == len(written)


def test_words_are_left_out_and_a_field_called_title_is_not():
    schema = {
        "title": "Picture",
        "properties": {"title": {"type": "string", "description": "its name"}},
        "required": ["title"],
    }
    assert contracts.without_words(schema) == {
        "properties": {"title": {"type": "string"}},
        "required": ["title"],
    }
