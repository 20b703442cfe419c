"""Figures look as they looked when someone last looked at them."""

import pytest
from matplotlib.testing.compare import compare_images
from PIL import Image

from cnnbook import plots
from tools.figures import FIGURES, FOLDER, draw, main

NEARLY = 0.1  # of 255, root mean square: another processor rounds an edge otherwise


def test_every_function_is_drawn_and_no_figure_is_left_over():
    functions = {name for name in plots.__all__ if callable(getattr(plots, name))}
    assert functions - {"use_style"} == {name.split("-")[0] for name in FIGURES}
    assert {path.stem for path in FOLDER.iterdir()} == set(FIGURES)


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_looks_as_it_looked(name, tmp_path):
    drawn = draw(name, tmp_path / f"{name}.png")
    difference = compare_images(FOLDER / f"{name}.png", drawn, NEARLY)
    assert difference is None, (
        f"{difference} If this is meant, run `make contracts`, look at the figure, and "
        "say so in CHANGELOG.md."
    )


def test_the_command_draws_all_of_them(tmp_path, capsys):
    assert main(["--folder", str(tmp_path / "new")]) == 0
    assert {path.stem for path in (tmp_path / "new").iterdir()} == set(FIGURES)


def test_a_change_that_the_eye_would_see_is_seen(tmp_path):
    drawn = draw("bars", tmp_path / "bars.png")
    with Image.open(drawn) as image:
        changed = image.convert("RGB")
    changed.paste("black", (60, 40, 64, 44))  # sixteen pixels
    changed.save(drawn)
    assert compare_images(FOLDER / "bars.png", drawn, NEARLY) is not None
    assert changed.width * changed.height > 30_000
