"""A server in a process of its own: started, measured, ended, or told why not."""

import sys

import pytest

from cnnbook.serving.processes import cnnbook_server, free_port, serving


@pytest.mark.slow
def test_a_server_is_started_measured_and_ended(store):
    with cnnbook_server(store, version=1) as server:
        assert server.seconds < 60
        # far below what TensorFlow takes, far above an empty interpreter
        assert 30 < server.memory() <= server.memory("VmHWM") < 300
    assert server.memory() == 0


@pytest.mark.slow
def test_a_server_that_cannot_start_says_why(tmp_path):
    with pytest.raises(RuntimeError, match=r"(?s)did not become ready.*it holds none"):
        with cnnbook_server(tmp_path):
            pass


@pytest.mark.slow
def test_a_command_runs_in_its_folder(tmp_path):
    (tmp_path / "here.txt").write_text("found")
    port = free_port()
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
    with serving(command, ready="/here.txt", port=port, folder=tmp_path) as server:
        assert server.address.endswith(str(port))
