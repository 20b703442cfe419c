"""The manifest of a version: what is written comes back, what was changed is seen."""

import hashlib
import json
from dataclasses import replace

import pytest

from cnnbook.manifest import (
    FileEntry,
    InputContract,
    Manifest,
    ManifestError,
    describe_files,
    read_manifest,
    verify,
    write_manifest,
)


@pytest.fixture
def version(tmp_path):
    """A folder with two files, one in a folder of its own, and its manifest."""
    folder = tmp_path / "fashion" / "3"
    (folder / "saved_model").mkdir(parents=True)
    (folder / "model.onnx").write_bytes(b"abc")
    (folder / "saved_model" / "graph.pb").write_bytes(b"graph")
    write_manifest(folder, manifest_of(folder))
    return folder


def manifest_of(folder):
    return Manifest(
        model="fashion",
        version="3",
        labels=("boot", "bag"),
        files=describe_files(folder, ["model.onnx", "saved_model"]),
        created="2026-01-31T12:00:00+00:00",
        metrics={"accuracy": 0.9},
        training={"seed": 0, "recipe": {"epochs": 3}, "finished": True},
        versions={"keras": "3.15.1"},
    )


def change(folder, **values):
    """Rewrite fields of the stored manifest without any check."""
    path = folder / "manifest.json"
    plain = json.loads(path.read_text()) | values
    path.write_text(json.dumps(plain))


def test_a_file_is_described_by_its_digest_and_size(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    # FIPS 180-2, appendix B.1
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert describe_files(tmp_path, ["a"]) == {"a": FileEntry(digest, 3)}


def test_a_folder_is_described_file_by_file(version):
    entries = describe_files(version, ["saved_model"])
    digest = hashlib.sha256(b"graph").hexdigest()
    assert entries == {"saved_model/graph.pb": FileEntry(digest, 5)}


def test_what_is_written_comes_back(version):
    assert read_manifest(version) == verify(version) == manifest_of(version)
    assert read_manifest(version).input == InputContract()


def test_the_file_is_stable_json(version):
    text = (version / "manifest.json").read_text()
    write_manifest(version, read_manifest(version))
    assert (version / "manifest.json").read_text() == text
    assert json.loads(text)["input"] == {
        "name": "image",
        "shape": [28, 28, 1],
        "dtype": "uint8",
        "meaning": InputContract().meaning,
    }


def test_one_changed_byte_is_seen(version):
    (version / "model.onnx").write_bytes(b"abe")
    with pytest.raises(ManifestError, match=r"model\.onnx is not the file.*d81a65c1"):
        verify(version)


def test_a_longer_file_is_seen(version):
    (version / "model.onnx").write_bytes(b"abc ")
    with pytest.raises(ManifestError, match=r"expected 3 bytes .* found 4 bytes"):
        verify(version)


def test_a_missing_file_is_seen(version):
    (version / "saved_model" / "graph.pb").unlink()
    with pytest.raises(ManifestError, match=r"saved_model/graph\.pb is missing"):
        verify(version)


@pytest.mark.parametrize("name", ["extra.bin", "saved_model/extra.bin", ".hidden"])
def test_a_file_that_is_not_listed_is_refused(version, name):
    (version / name).write_bytes(b"")
    with pytest.raises(ManifestError, match=f"{name} is not listed in the manifest"):
        verify(version)


@pytest.mark.parametrize("link", ["model.onnx", "saved_model"])
def test_links_are_refused(version, tmp_path, link):
    (version / link).rename(tmp_path / "elsewhere")
    (version / link).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ManifestError, match="is a link"):
        verify(version)
    with pytest.raises(ManifestError, match="is a link"):
        describe_files(version, [link])


def test_a_link_to_nothing_is_not_overlooked(version):
    (version / "more").symlink_to("nowhere")
    with pytest.raises(ManifestError, match="more is not listed"):
        verify(version)


@pytest.mark.parametrize(
    "name",
    [
        "../secret",
        "a/../../b",
        "/etc/passwd",
        "a//b",
        "./a",
        "a\\b",
        "",
        "a/",
        "a\0b",
        "/",
    ],
)
def test_names_that_leave_the_folder_are_refused(version, name):
    entry = {"sha256": "0" * 64, "bytes": 0}
    change(version, files={name: entry})
    with pytest.raises(ManifestError, match="must name files below the folder"):
        read_manifest(version)


def test_the_manifest_does_not_list_itself(version):
    with pytest.raises(ManifestError, match="must name files below the folder"):
        describe_files(version, ["manifest.json"])


def test_a_folder_without_a_manifest_says_how_to_make_one(tmp_path):
    with pytest.raises(ManifestError, match=r"python -m cnnbook\.deploy"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("content", [b"{", b"\xff", b"[" * 100_000, b"9" * 9_999])
def test_what_is_not_json_is_refused(version, content):
    (version / "manifest.json").write_bytes(content)
    with pytest.raises(ManifestError, match="is not JSON in UTF-8"):
        read_manifest(version)


@pytest.mark.parametrize("content", ["[]", "3", "null", "{}", '{"model": "a"}'])
def test_json_that_is_no_manifest_is_refused(version, content):
    (version / "manifest.json").write_text(content)
    with pytest.raises(ManifestError, match="the manifest must have the fields"):
        read_manifest(version)


WRONG = [
    ("version", "0"),
    ("version", "../1"),
    ("version", "1\n"),
    ("version", 1),
    ("model", "Fashion/x"),
    ("created", "yesterday"),
    ("created", "2026-01-31T12:00:00+01:00"),
    ("output", ""),
    ("labels", []),
    ("labels", "boot"),
    ("labels", ["boot", "boot"]),
    ("labels", ["boot", 3]),
    ("files", {}),
    ("files", []),
    ("metrics", {"accuracy": "high"}),
    ("metrics", {"accuracy": True}),
    ("metrics", {"accuracy": float("nan")}),
    ("metrics", [0.9]),
    ("versions", {"keras": 3}),
    ("training", None),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_field_is_named(version, name, value):
    change(version, **{name: value})
    with pytest.raises(ManifestError, match=f"`{name}` must"):
        read_manifest(version)


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ({"shape": [28, 28]}, "`shape` must be three sizes"),
        ({"shape": [28, 28, 0]}, "`shape` must be three sizes"),
        ({"shape": [28, 28, 1.5]}, "`shape` must be three sizes"),
        ({"dtype": "object"}, "`dtype` must be text like 'uint8'"),
        ({"name": 3}, "`name` must be text like 'image'"),
        ({"scale": 255}, "`input` must have the fields"),
    ],
)
def test_a_wrong_input_contract_is_named(version, part, message):
    plain = json.loads((version / "manifest.json").read_text())
    change(version, input=plain["input"] | part)
    with pytest.raises(ManifestError, match=message):
        read_manifest(version)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"sha256": "A" * 64, "bytes": 1}, "`sha256` must be text like"),
        ({"sha256": "a" * 64, "bytes": -1}, "`bytes` of model.onnx must be a whole"),
        ({"sha256": "a" * 64, "bytes": True}, "`bytes` of model.onnx must be a whole"),
        ({"sha256": "a" * 64}, "the entry of model.onnx must have the fields"),
        (None, "the entry of model.onnx must have the fields"),
    ],
)
def test_a_wrong_file_entry_is_named(version, entry, message):
    change(version, files={"model.onnx": entry})
    with pytest.raises(ManifestError, match=message):
        read_manifest(version)


def test_a_malformed_manifest_is_not_written(version):
    before = (version / "manifest.json").read_bytes()
    for wrong in ({"version": "1.0"}, {"metrics": {"accuracy": float("nan")}}):
        with pytest.raises(ManifestError, match=r"`(version|metrics)` must"):
            write_manifest(version, replace(manifest_of(version), **wrong))
    assert (version / "manifest.json").read_bytes() == before
    assert not list(version.glob(".manifest*"))
