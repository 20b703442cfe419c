"""The command line: what it says, what it refuses before anything is served."""

import pytest

from cnnbook.serving import logs
from cnnbook.serving.__main__ import main


def test_the_command_line_explains_itself(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "CNNBOOK_MAX_BATCH" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"port": "x", "open": "true"}, "CNNBOOK_PORT: "),
        ({}, "nobody could ask this service"),
        ({"open": "true", "store": "nowhere"}, "must hold version latest"),
        ({"keys_file": "nowhere.json"}, "the file of keys nowhere.json cannot be used"),
    ],
)
def test_what_cannot_be_served_is_refused_in_a_sentence(
    monkeypatch, capsys, settings, message
):
    for name, value in settings.items():
        monkeypatch.setenv(f"CNNBOOK_{name.upper()}", value)
    monkeypatch.setattr(logs, "configure", lambda level: None)
    assert main(["serve"]) == 2
    assert message in capsys.readouterr().err


def test_a_second_key_for_one_name_is_refused(tmp_path, capsys):
    arguments = ["key", "ops", "--file", str(tmp_path / "keys.json")]
    assert [main(arguments), main(arguments)] == [0, 2]
    captured = capsys.readouterr()
    assert len(captured.out.split()) == 1
    assert "which has a key already" in captured.err
