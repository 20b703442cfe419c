"""Every command that a document or a page names can be run.

What make would run for it is looked at program by program, and each program is run in
its cheapest form, unless `make test` runs it anyway. TRIED says where the command is
run for what it does; a command that is not in it fails here.
"""

import re
import runpy
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.error import URLError

import pytest

from tests.documented import (
    ROOT,
    STAGES,
    STAMP,
    commands,
    documented,
    modules,
    recipe,
    wrong,
)

# target of make, or module: the test that runs it, "make test" for what CI runs
TRIED = {
    "test": "make test",
    "book": "make test",
    "check": "make test",  # fewer tests, the same programs
    "lint": "make test",
    "hygiene": "tests/test_hygiene.py",
    "notebooks": "tests/test_notebooks_run.py",
    "claims": "tests/test_claims_page.py",
    "terms": "tests/test_terms.py",
    "contracts": "tests/test_contracts.py",
    "pdf": "tests/test_printing.py",
    "alone": "tests/test_alone.py",
    "axe": "tests/browser/test_book_axe.py",
    "links": "tests/test_site_rules.py",
    "mutate": "tests/test_mutation.py",
    "setup": "make test",
    "portability": "tests/test_commands.py",
    "records": "tests/test_records_tool.py",
    "image": "tests/deployment/test_container.py",
    "serve": "tests/serving/test_process.py",
    "fuzz": "tests/reference/test_against_keras.py",
    "fuzz-api": "tests/test_documented_commands.py",
    "bench": "tests/serving/test_tools.py",
    "bench-exports": "tests/test_documented_commands.py",
    "bench-serving": "tests/serving/test_tools.py",
    "read": "tests/test_documented_commands.py",
    "lab": "tests/test_documented_commands.py",
    "clean": "tests/test_documented_commands.py",
    "tools.claims_page": "tests/test_claims_page.py",
    "tools.measure_gpu": "tests/test_documented_commands.py",
    "tools.measure_transformers": "tests/test_documented_commands.py",
    "tools.build_image": "tests/deployment/test_container.py",
    "cnnbook.serving": "tests/serving/test_process.py",
    "cnnbook.deploy": "tests/deploy/test_processes.py",
    "cnnbook.tuning.ray_tune": "tests/tuning/test_ray_tune.py",
}
FOUND = documented()


@pytest.mark.parametrize("command", sorted(FOUND))
def test_a_command_of_the_documents_can_be_run(command):
    assert wrong(command, TRIED) == [], FOUND[command]


def test_the_documents_name_commands():
    assert {"make book", "make test", "make lab"} <= set(FOUND)
    assert "make notebooks PAGES=first-cnn" in FOUND
    assert len(FOUND) > 25


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("make nonsense", "No rule to make target"),
        ("make unit", "nothing tries unit"),
        ("make records NAMES=nonsense", "there is no record nonsense"),
        ("make notebooks PAGES=nonsense", "'nonsense' is no page"),
        ("make notebooks PAGE=first-cnn", "make does not know PAGE"),
        ("python -m tools.nonsense", "no module tools.nonsense"),
        ("python -m tools.balancing", "nothing tries tools.balancing"),
        (".venv/bin/nonsense --all", "is not a program"),
        (".venv/bin/python -c 'import nonsense'", "No module named 'nonsense'"),
        (".venv/bin/python -m pip install -r nonsense.txt", "no file nonsense.txt"),
    ],
)
def test_a_command_that_cannot_be_run_is_found(command, message):
    text = f"Run `{command}` now.\n\n```sh\n{command}   # a comment\n```\n"
    assert commands(text) == {command}
    assert any(message in problem for problem in wrong(command, TRIED))


def names_of(target: str) -> set[str]:
    """How a test may name what a target runs."""
    if "." in target:
        return {target.rpartition(".")[2]}
    programs = modules(recipe(target))
    return {name.rpartition(".")[2] for name in programs} | {target}


@pytest.mark.parametrize("target", sorted(TRIED))
def test_what_is_said_to_try_a_command_does(target):
    tester = TRIED[target]
    if tester == "make test":
        assert target == "test" or modules(recipe(target)) <= in_stages()
        return
    text = (ROOT / tester).read_text("utf-8")
    assert any(name in text for name in names_of(target))


def in_stages() -> set[str]:
    """Modules that `make test` runs."""
    return modules("\n".join(recipe(stage) for stage in STAGES)) | {
        "tools.hygiene",  # by tests/test_hygiene.py, on every page
        "tools.notebooks",
    }


def run_modules() -> list[str]:
    """Modules behind the documented commands that understand --help."""
    targets = [t for t in TRIED if t not in ("test", *STAGES)]
    found = set().union(*(modules(recipe(t)) for t in targets if "." not in t))
    found |= {t for t in TRIED if "." in t}
    without = modules("\n".join(recipe(stage) for stage in STAGES))
    return sorted(found - without - {"http.server"})


@pytest.mark.filterwarnings("ignore:.*found in sys.modules:RuntimeWarning")
@pytest.mark.parametrize("module", run_modules())
def test_a_program_says_how_it_is_used(module, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", [module, "--help"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module(module, run_name="__main__", alter_sys=False)
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("usage: ")


@pytest.fixture
def copy(tmp_path):
    """A folder with the Makefile, a built book, and the environment of this test."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "_build" / "html").mkdir(parents=True)
    (tmp_path / "_build" / "html" / "index.html").write_text("the book")
    binaries = tmp_path / ".venv" / "bin"
    binaries.mkdir(parents=True)
    python = binaries / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    return tmp_path


def test_make_read_shows_the_built_book(copy):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["make", "-o", STAMP, "read", f"PORT={port}"]
    running = subprocess.Popen(
        command, cwd=copy, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        assert fetched(f"http://127.0.0.1:{port}/") == b"the book"
    finally:
        running.terminate()
        said = running.communicate(timeout=30)[0].decode()
    assert f"The book is at http://127.0.0.1:{port}/" in said


def fetched(address: str, seconds: float = 30) -> bytes:
    deadline = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return answer.read()
        except (URLError, ConnectionError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def test_make_clean_removes_what_was_built_and_nothing_else(copy):
    (copy / "chapters" / "__pycache__").mkdir(parents=True)
    (copy / "chapters" / "page.ipynb").write_text("{}")
    subprocess.run(["make", "clean"], cwd=copy, check=True, capture_output=True)
    left = {path.relative_to(copy).as_posix() for path in copy.rglob("*")}
    assert left == {"Makefile", "chapters", "chapters/page.ipynb"}


def test_make_lab_starts_a_program_that_is_there():
    assert "jupyter lab --notebook-dir=chapters" in recipe("lab")
    jupyter = str(Path(sys.executable).with_name("jupyter"))
    done = subprocess.run(
        [jupyter, "lab", "--version"], capture_output=True, text=True, check=True
    )
    assert re.match(r"\d+\.\d+", done.stdout)


def test_make_alone_lists_the_commands():
    done = subprocess.run(
        ["make"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert {f"make {target}" for target in TRIED if "." not in target} <= {
        " ".join(line.split()[:2]) for line in done.stdout.splitlines()
    }
