"""`make notebooks` writes a page whole or leaves it as it was: errors, kills, disks."""

import os
import resource
import signal
import subprocess
import sys
import time

import nbformat
import pytest

from tests.small_book import small_book, write_page
from tools.notebook_files import ROOT, read_notebook
from tools.notebooks import main

pytestmark = pytest.mark.slow  # each starts kernels


@pytest.fixture
def book(tmp_path):
    return small_book(tmp_path)


def run_tool(book, *arguments):
    return main([*arguments, "--root", str(book)])


def test_a_run_stores_outputs_and_a_second_run_the_same_bytes(book, capsys):
    path = write_page(book, "a", "import os\nprint(os.getcwd()[-4:])\n1 + 1", "2 * 3")
    assert run_tool(book, "run", "a") == 0
    first = path.read_bytes()
    cells = read_notebook(path).cells
    assert cells[1].outputs[0].text == "part\n"  # it runs in the folder of the page
    assert [cell.execution_count for cell in cells[1:]] == [1, 2]
    assert run_tool(book, "run", "a") == 0
    assert path.read_bytes() == first
    said = capsys.readouterr().out
    assert "[1/1]" in said
    assert "1 of 1 pages written" in said
    assert run_tool(book, "check", "a") == 0


def test_a_failing_page_stays_and_the_others_are_written(book, capsys):
    broken = write_page(book, "b", "1", "open('/nowhere/at-all')")
    before = broken.read_bytes()
    assert run_tool(book, "run", "a", "b") == 1
    said = capsys.readouterr().out
    assert "FAILED: cell 2 raised FileNotFoundError" in said
    assert "failed: " in said.splitlines()[-1]
    assert broken.read_bytes() == before
    assert read_notebook(book / "chapters/part/a.ipynb").cells[1].execution_count == 1


def test_a_dead_kernel_is_told_with_its_last_words(book, capsys):
    path = write_page(
        book, "a", "import os\nos.write(2, b'out of luck')\nos._exit(3)", "print(1)"
    )
    before = path.read_bytes()
    assert run_tool(book, "run", "a") == 1
    said = capsys.readouterr().out
    assert "the kernel died in cell 1; its last words" in said
    assert "out of luck" in said
    assert path.read_bytes() == before


def test_a_cell_that_takes_too_long_fails_the_page(book, capsys):
    path = write_page(book, "a", "import time\ntime.sleep(60)")
    before = path.read_bytes()
    assert run_tool(book, "run", "a", "--cell-timeout", "1") == 1
    assert "cell 1 ran longer than 1 s" in capsys.readouterr().out
    assert path.read_bytes() == before


def start_tool(book, *arguments, **more):
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tools.notebooks",
            "run",
            "--root",
            str(book),
            *arguments,
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        **more,
    )


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def test_kill_9_in_the_middle_leaves_the_page_as_it_was(book):
    started = book / "started"
    path = write_page(
        book, "a", f"open({str(started)!r}, 'w').close()\nimport time\ntime.sleep(60)"
    )
    before = path.read_bytes()
    with start_tool(book, "a") as process:
        wait_for(started.exists)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert path.read_bytes() == before
    nbformat.validate(read_notebook(path))


KILL_WHILE_WRITING = """
import os, signal, sys
import cnnbook.files
def stop(handle):  # the bytes are in the temporary file, the name is still the old one
    os.kill(os.getpid(), signal.SIGKILL)
cnnbook.files.os.fsync = stop
from tools.notebooks import main
sys.exit(main(["run", "--root", sys.argv[1], "a"]))
"""


def test_kill_9_while_writing_leaves_the_page_and_the_next_run_sweeps(book):
    path = book / "chapters" / "part" / "a.ipynb"
    before = path.read_bytes()
    killed = subprocess.run(
        [sys.executable, "-c", KILL_WHILE_WRITING, str(book)],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert path.read_bytes() == before
    (half,) = path.parent.glob(".a.ipynb.*")
    os.utime(half, (1, 1))
    assert run_tool(book, "run", "a") == 0
    assert not half.exists()
    assert read_notebook(path).cells[1].outputs[0].text == "a\n"


def test_a_file_that_may_not_grow_leaves_the_page(book):
    path = write_page(book, "a", "print('x' * 200_000)")
    before = path.read_bytes()
    limit = 50_000  # bytes: enough for the kernel's own files, not for the page

    def cap():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    with start_tool(book, "a", preexec_fn=cap) as process:
        said, _ = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "could not be written" in said
    assert path.read_bytes() == before
    assert list(path.parent.glob(".a.ipynb.*")) == []


def test_a_full_disk_leaves_the_page(tmp_path, request):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("mounting a small disk is not allowed here")
    request.addfinalizer(lambda: subprocess.run(["umount", str(disk)], check=False))
    (disk / "chapters" / "part").mkdir(parents=True)
    path = write_page(disk, "a", "print('x' * 200_000)")
    before = path.read_bytes()
    with start_tool(disk, "a") as process:
        said, _ = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "No space left on device" in said
    assert path.read_bytes() == before
    assert list(path.parent.glob(".a.ipynb.*")) == []
