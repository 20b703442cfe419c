"""The command that classifies a file and a folder without a server."""

import json
import subprocess
import sys

import pytest

from cnnbook.serving.classify import find_images, main
from tests.serving.small_model import expected


@pytest.fixture
def folder(tmp_path, images, file_of):
    """Two images, one of them in a folder below, and a file that is none."""
    (tmp_path / "below").mkdir()
    (tmp_path / "b.png").write_bytes(file_of(images[0]))
    (tmp_path / "below" / "a.JPG").write_bytes(file_of(images[1], "JPEG"))
    (tmp_path / "notes.txt").write_text("no image")
    return tmp_path


def test_a_folder_is_searched_for_images_by_name(folder):
    found = [path.relative_to(folder).as_posix() for path in find_images([folder])]
    assert found == ["b.png", "below/a.JPG"]


def test_a_file_is_taken_as_it_is_named(folder):
    assert list(find_images([folder / "notes.txt"])) == [folder / "notes.txt"]


def test_a_line_for_each_image(store, folder, capsys):
    assert main([str(store / "fashion" / "1"), str(folder), "--top", "2"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == f"{folder / 'b.png'}: Ankle boot 0.494, Sneaker 0.140"
    assert second.startswith(f"{folder / 'below' / 'a.JPG'}: Pullover 0.")


def test_json_for_each_image(store, folder, images, capsys):
    assert main([str(store / "fashion" / "1"), str(folder / "b.png"), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["top"][0]["probability"] == pytest.approx(expected(images[:1]).max())


def test_a_bad_file_is_told_and_the_others_are_classified(store, folder, capsys):
    files = [folder / "notes.txt", folder / "none.png", folder / "b.png"]
    assert main([str(store / "fashion" / "1"), *map(str, files)]) == 1
    captured = capsys.readouterr()
    assert captured.out.startswith(f"{folder / 'b.png'}: Ankle boot")
    told = captured.err.splitlines()
    assert "must be an image" in told[0]
    assert "No such file" in told[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["{store}/fashion/9", "x.png"], "manifest.json"),
        (["{store}/fashion/1", "x.png", "--top", "11"], "--top must be 1 to 10"),
        (["{store}/fashion/1", "x.png", "--engine", "keras"], "must be one of"),
    ],
)
def test_a_model_that_cannot_be_used_is_2(store, capsys, arguments, message):
    assert main([part.format(store=store) for part in arguments]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.slow
def test_it_runs_as_a_module(store, folder):
    command = [sys.executable, "-m", "cnnbook.serving.classify"]
    command += [str(store / "fashion" / "1"), str(folder)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    assert len(run.stdout.splitlines()) == 2
