"""A version appears whole or not at all, and is what its manifest says."""

import json
import os
import shutil
from datetime import UTC, datetime

import pytest

from cnnbook import deploy
from cnnbook.data import CLASS_NAMES
from cnnbook.deploy import __main__ as command
from cnnbook.deploy import versions
from cnnbook.deploy.gate import Limits
from cnnbook.manifest import ManifestError, verify


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A store with version 7, judged on 300 images."""
    store = tmp_path_factory.mktemp("store")
    deploy.build_version(store, version=7, formats=["onnx", "explain"], num_images=300)
    return store


def test_a_version_lies_where_it_is_looked_for(store):
    folder = store / "fashion" / "7"
    assert sorted(p.name for p in folder.iterdir()) == [
        "explain.onnx",
        "manifest.json",
        "model.onnx",
    ]
    assert [p.name for p in folder.parent.iterdir()] == ["7"]
    assert folder.stat().st_mode & 0o777 == 0o755


def test_its_manifest_holds(store):
    manifest = verify(store / "fashion" / "7")
    assert (manifest.model, manifest.version) == ("fashion", "7")
    assert manifest.labels == CLASS_NAMES
    assert set(manifest.files) == {"model.onnx", "explain.onnx"}
    age = datetime.now(UTC) - datetime.fromisoformat(manifest.created)
    assert 0 <= age.total_seconds() < 3600
    assert manifest.training == deploy.training_record()
    assert set(manifest.versions) == set(versions.SOFTWARE)


def test_its_metrics_are_measured(store):
    metrics = verify(store / "fashion" / "7").metrics
    assert metrics["num_images"] == 300
    assert metrics["accuracy"] > 0.88
    assert 0 < metrics["calibration_error"] < 0.2
    assert metrics["onnx agreement"] == metrics["explain agreement"] == 1


def test_a_version_is_never_replaced(store):
    before = (store / "fashion" / "7" / "manifest.json").read_bytes()
    with pytest.raises(ValueError, match="'7' is in the store already"):
        deploy.build_version(store, version="7", formats=["onnx"])
    assert (store / "fashion" / "7" / "manifest.json").read_bytes() == before


def test_one_changed_byte_is_refused(store, tmp_path):
    folder = shutil.copytree(store / "fashion" / "7", tmp_path / "7")
    content = bytearray((folder / "model.onnx").read_bytes())
    content[len(content) // 2] ^= 1
    (folder / "model.onnx").write_bytes(content)
    with pytest.raises(ManifestError, match=r"model\.onnx is not the file"):
        verify(folder)


def test_where_the_gate_closes_nothing_is_left(tmp_path, monkeypatch):
    impossible = deploy.Format("model.keras", Limits(agreement=1.1))
    monkeypatch.setitem(deploy.FORMATS, "keras", impossible)
    with pytest.raises(deploy.GateError, match=r"is 1, expected at least 1\.1"):
        deploy.build_version(tmp_path, version=1, formats=["keras"], num_images=10)
    assert list((tmp_path / "fashion").iterdir()) == []


def test_an_interrupted_version_leaves_nothing(tmp_path):
    def interrupt():
        with versions.new_folder(tmp_path / "1") as folder:
            (folder / "half").write_text("a file")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupt()
    assert list(tmp_path.iterdir()) == []


def test_of_two_that_build_one_version_the_second_gives_way(tmp_path):
    def build(inner=None):
        with versions.new_folder(tmp_path / "1") as folder:
            (folder / ("early" if inner is None else "late")).touch()
            if inner:
                inner()

    with pytest.raises(OSError, match="not empty"):
        build(build)
    assert os.listdir(tmp_path) == ["1"]
    assert os.listdir(tmp_path / "1") == ["early"]


def test_what_cannot_be_built_is_refused_before_work_begins(tmp_path):
    with pytest.raises(ValueError, match="`formats` must be one of 'onnx'"):
        deploy.build_version(tmp_path, version=1, formats=["pickle"])
    with pytest.raises(ValueError, match="`num_images` must be between 1 and 10000"):
        deploy.build_version(tmp_path, version=1, num_images=0)
    with pytest.raises(ValueError, match="`version` must be a positive whole number"):
        deploy.build_version(tmp_path, version="../1")
    assert list(tmp_path.iterdir()) == []


def test_the_next_version_is_one_more_than_the_highest(store, tmp_path):
    assert command.next_version(store) == 8
    assert command.next_version(tmp_path) == 1
    for name in ("2", "10", ".11.x", "old"):
        (tmp_path / "fashion" / name).mkdir(parents=True)
    assert command.next_version(tmp_path) == 11


def test_the_command_says_where_the_version_lies(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "3")
    command.main(["--store", str(tmp_path), "--formats", "keras", "--images", "50"])
    said = capsys.readouterr().out
    folder = tmp_path / "fashion" / "1"
    digest = json.loads((folder / "manifest.json").read_text())["files"]["model.keras"]
    assert said.startswith(f"{folder}\n")
    assert f"SHA-256 {digest['sha256'][:12]}…" in said
    assert "num_images: 50" in said
