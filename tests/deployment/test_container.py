"""The Dockerfile: linted, pinned, without root; what goes into the image and what not.

That it is built, run and asked is `make image`.
"""

import fnmatch
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from cnnbook.records import load_record
from tests.deployment.programs import DEPLOYMENT, FILES_OF_CNNBOOK, run
from tools import build_image

CONTAINER = DEPLOYMENT / "container"
HADOLINT = shutil.which("hadolint", path=str(Path(sys.executable).parent))
BAD = """FROM python:latest
RUN apt-get update && apt-get install curl
ADD app.py /app/
CMD python /app/app.py
"""


def pins():
    lines = (CONTAINER / "requirements-serving.txt").read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_hadolint_has_nothing_to_say():
    linted = run(HADOLINT, CONTAINER / "Dockerfile")
    assert (linted.returncode, linted.stdout) == (0, "")


def test_hadolint_catches_a_bad_file(tmp_path):
    (tmp_path / "Dockerfile").write_text(BAD)
    linted = run(HADOLINT, tmp_path / "Dockerfile")
    assert linted.returncode == 1
    # a floating tag, packages without a version, a shell around the command
    assert {"DL3007", "DL3008", "DL3025"} <= set(re.findall(r"DL\d+", linted.stdout))


def test_the_base_is_pinned():
    # hadolint does not look behind the name of an argument
    text = (CONTAINER / "Dockerfile").read_text("utf-8")
    assert re.search(r"^ARG BASE=python:3\.11-slim-\w+$", text, re.MULTILINE)


def test_the_process_is_not_root_and_its_health_is_asked():
    stages = (CONTAINER / "Dockerfile").read_text("utf-8").split("\nFROM ")
    assert len(stages) == 3  # what comes before, packages, service
    assert re.search(r"^USER 65532", stages[-1], re.MULTILINE)
    assert "HEALTHCHECK" in stages[-1]
    assert "/v2/health/ready" in stages[-1]


@pytest.mark.parametrize("line", pins())
def test_a_pin_is_the_version_that_is_tested_and_has_a_reason(line):
    pin, _, reason = line.partition("  # ")
    name, _, pinned = pin.partition("==")
    assert pinned == version(name)
    assert len(reason) > 10


def test_tensorflow_is_not_in_the_image():
    assert not [line for line in pins() if re.match("tensorflow|keras|tf2onnx", line)]


@pytest.mark.slow
def test_the_service_imports_from_what_is_copied_alone(tmp_path):
    root = DEPLOYMENT.parent
    rules = (CONTAINER / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    kept = [rule[1:] for rule in rules if rule.startswith("!")]
    ours = [name for name in kept if name.startswith("cnnbook")]
    for name in ours:
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (root / name).is_dir() else shutil.copy
        copy(root / name, target)
    code = (
        "import cnnbook.serving.server, cnnbook.serving.__main__, sys\n"
        + FILES_OF_CNNBOOK
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
    files = done.stdout.split()
    assert len(files) > 10
    # the package is installed here, too, and would lend what is missing
    assert [file for file in files if not file.startswith(str(tmp_path))] == []


def test_data_and_keys_stay_out_of_the_image():
    rules = (CONTAINER / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    rules = [rule for rule in rules if rule and not rule.startswith("#")]
    assert rules[0] == "*"  # all is out that is not let in
    for private in ("keys.json", "deployment/keys.json", ".git", "cnnbook/data/files"):
        assert not any(fnmatch.fnmatch(private, rule[1:]) for rule in rules[1:])


def test_the_record_is_of_an_image_of_these_pins():
    folder = DEPLOYMENT.parent / "chapters/records"
    image = load_record("image", folder=folder)["entries"]["image"]
    installed = {
        name.lower().replace("_", "-"): v for name, v in image["packages"].items()
    }
    for line in pins():
        name, _, pinned = line.partition("  #")[0].partition("==")
        assert installed[name.lower().replace("_", "-")] == pinned
    assert image["uid"] == build_image.USER
    assert image["largest_difference"] < 1e-5


def test_a_file_with_two_names_counts_once_and_a_link_never(tmp_path):
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner/a").write_bytes(bytes(10))
    os.link(tmp_path / "inner/a", tmp_path / "b")
    os.symlink("/dev/zero", tmp_path / "c")
    assert build_image.size(tmp_path) == 10
    assert build_image.size(tmp_path / "b") == 10


def test_a_processor_is_described_by_its_first_core():
    text = "model name\t: A\nflags\t\t: fpu avx2\n\nmodel name\t: B\nflags\t: fpu\n"
    assert build_image.line_of("flags", text) == "fpu avx2"
    assert build_image.line_of("model name", text) == "A"
    assert build_image.line_of("flags", "") == ""
