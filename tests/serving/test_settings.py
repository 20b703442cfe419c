"""Settings: read from the environment, refused by name, described by --help."""

import pytest

from cnnbook.serving.settings import (
    PREFIX,
    Settings,
    SettingsError,
    describe_settings,
    read_settings,
)


def test_the_environment_is_read(monkeypatch):
    monkeypatch.setenv("CNNBOOK_PORT", "9000")
    monkeypatch.setenv("CNNBOOK_OPEN", "true")
    monkeypatch.setenv("CNNBOOK_ENGINE", "keras")
    settings = read_settings()
    assert (settings.port, settings.open) == (9000, True)
    assert settings.file_name == "model.keras"


def test_what_is_given_comes_before_the_environment(monkeypatch):
    monkeypatch.setenv("CNNBOOK_PORT", "9000")
    assert read_settings(open=True, port=9001).port == 9001


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "70000"),
        ("PORT", "http"),
        ("ENGINE", "torch"),
        ("MODEL", "../secrets"),
        ("VERSION", "01"),
        ("MAX_BATCH", "0"),
        ("BODY_TIMEOUT", "0"),
        ("RATE", "-1"),
        ("MAX_WAIT", "nan"),
    ],
)
def test_a_wrong_variable_is_named_with_what_came(monkeypatch, name, value):
    monkeypatch.setenv("CNNBOOK_OPEN", "true")
    monkeypatch.setenv(PREFIX + name, value)
    with pytest.raises(SettingsError, match=f"{PREFIX}{name}: .*got '{value}'"):
        read_settings()


def test_all_wrong_variables_are_told_at_once(monkeypatch):
    monkeypatch.setenv("CNNBOOK_PORT", "x")
    monkeypatch.setenv("CNNBOOK_THREADS", "0")
    with pytest.raises(SettingsError, match=r"(?s)CNNBOOK_PORT.*CNNBOOK_THREADS"):
        read_settings()


def test_a_service_that_nobody_could_ask_is_refused():
    with pytest.raises(SettingsError, match="set KEYS_FILE to a file of keys"):
        read_settings()


def test_a_service_is_open_only_when_told_so_and_then_has_no_keys():
    with pytest.raises(SettingsError, match="OPEN and KEYS_FILE exclude each other"):
        read_settings(open=True, keys_file="keys.json")


@pytest.mark.parametrize("large", ["max_body", "max_images"])
def test_one_request_cannot_be_larger_than_all(large):
    with pytest.raises(SettingsError, match="or more"):
        read_settings(open=True, **{large: 2**30 if large == "max_body" else 300})


def test_every_setting_is_described():
    text = describe_settings()
    assert all(PREFIX + name.upper() in text for name in Settings.model_fields)
    assert all(field.description for field in Settings.model_fields.values())
