"""`write_atomically` leaves the old file or the new one, whatever happens."""

import os
import resource
import subprocess
import sys

import pytest

from cnnbook.files import write_atomically


def test_a_new_file_is_written(tmp_path):
    write_atomically(tmp_path / "page.txt", "größer\n")
    assert (tmp_path / "page.txt").read_bytes() == "größer\n".encode()


def test_bytes_are_written_as_they_are(tmp_path):
    write_atomically(tmp_path / "page.bin", b"\x00\r\n")
    assert (tmp_path / "page.bin").read_bytes() == b"\x00\r\n"


def test_an_old_file_is_replaced_and_keeps_its_mode(tmp_path):
    path = tmp_path / "page.txt"
    path.write_text("old")
    path.chmod(0o600)
    write_atomically(str(path), "new")
    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_new_file_can_be_read_by_all_and_run_by_nobody(tmp_path):
    write_atomically(tmp_path / "page.txt", "new")
    assert (tmp_path / "page.txt").stat().st_mode & 0o777 == 0o644


def test_nothing_else_is_left_in_the_folder(tmp_path):
    write_atomically(tmp_path / "page.txt", "new")
    assert [path.name for path in tmp_path.iterdir()] == ["page.txt"]


@pytest.mark.parametrize("step", ["fsync", "replace", "chmod"])
def test_a_failure_leaves_the_old_file_and_no_other(tmp_path, monkeypatch, step):
    path = tmp_path / "page.txt"
    path.write_text("old")

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, step, fail)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(path, "new")
    monkeypatch.undo()
    assert path.read_text() == "old"
    assert [found.name for found in tmp_path.iterdir()] == ["page.txt"]


def test_text_that_cannot_be_encoded_touches_nothing(tmp_path):
    path = tmp_path / "page.txt"
    path.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        write_atomically(path, "\ud800")
    assert path.read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_file_that_may_not_grow_leaves_the_old_one(tmp_path):
    path = tmp_path / "page.txt"
    path.write_text("old")
    program = (
        "import sys; from cnnbook.files import write_atomically; "
        "write_atomically(sys.argv[1], 'new' * 100_000)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, str(path)],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "File too large" in run.stderr
    assert path.read_text() == "old"
    assert [found.name for found in tmp_path.iterdir()] == ["page.txt"]
