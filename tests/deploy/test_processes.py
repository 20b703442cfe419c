"""Programs run as a platform would: nothing private is inherited, and they end."""

import sys

from cnnbook.deploy.processes import execute, running

# exits with 1 where a variable that is named does not hold what follows it
CODE = "import os, sys; pairs = zip(sys.argv[1::2], sys.argv[2::2]); "
CODE += "sys.exit(any(os.environ.get(n, '') != v for n, v in pairs))"


def told(folder, *pairs, **variables):
    return execute(["python3", "-c", CODE, *pairs], folder, variables) == 0


def test_variables_are_given_and_private_ones_are_not_inherited(tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a secret")
    monkeypatch.setenv("CNNBOOK_OPEN", "true")
    monkeypatch.setenv("OF_ALL", "shared")
    assert told(tmp_path, "AWS_SECRET_ACCESS_KEY", "", "CNNBOOK_OPEN", "")
    assert told(tmp_path, "OF_ALL", "shared", "NUMBER", "8", NUMBER=8)
    assert not told(tmp_path, "NUMBER", "9", NUMBER=8)


def test_python3_is_this_interpreter_whatever_the_path_says(tmp_path):
    code = f"import sys; sys.exit(sys.executable != {sys.executable!r})"
    assert execute(["python3", "-c", code], tmp_path, {"PATH": "/usr/bin:/bin"}) == 0


def test_the_folder_is_where_modules_are_looked_for(tmp_path):
    (tmp_path / "only_here.py").write_text("")
    assert execute(["python3", "-c", "import only_here"], tmp_path, {}) == 0
    assert execute(["python3", "-c", "import nowhere"], tmp_path, {}) == 1


def test_a_program_ends_with_the_block(tmp_path):
    code = "import time; time.sleep(600)"
    with running([sys.executable, "-c", code], tmp_path, {}) as process:
        assert process.poll() is None
    assert process.returncode is not None
