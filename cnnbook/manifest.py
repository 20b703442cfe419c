"""What a version of a model consists of, and whether that is what lies on the disk.

A version is a folder `<store>/<model>/<version>/` with `manifest.json` and the files
that it names. Only the standard library is needed to read and to verify one.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, fields
from math import inf
from pathlib import Path, PurePosixPath

from cnnbook.files import write_atomically

MANIFEST = "manifest.json"
VERSION = r"[1-9][0-9]{0,8}"
# what the text fields look like, and an example of each for messages
TEXTS = {
    "model": (r"[a-z0-9][a-z0-9_-]{0,63}", "fashion"),
    "version": (VERSION, "1"),
    "created": (
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)",
        "2030-01-31T12:00:00+00:00",
    ),
    "output": (r"\w+", "probabilities"),
    "name": (r"\w+", "image"),
    "dtype": (r"u?int8|float32", "uint8"),
    "meaning": (r".+", "gray levels"),
    "sha256": (r"[0-9a-f]{64}", "e3b0c442… (64 digits)"),
}


class ManifestError(ValueError):
    """A manifest is malformed, or the files beside it are not those that it names."""


@dataclass(frozen=True)
class FileEntry:
    """Digest (64 hexadecimal digits) and size in bytes of a file."""

    sha256: str
    bytes: int


@dataclass(frozen=True)
class InputContract:
    """What a model takes: a batch (n, *shape) of `dtype`, and what a value means."""

    name: str = "image"
    shape: tuple[int, ...] = (28, 28, 1)
    dtype: str = "uint8"
    meaning: str = "gray levels, 0 black to 255 white, the object bright on black"


@dataclass(frozen=True)
class Manifest:
    """Everything a server has to know of a version before it loads it.

    `labels` are the names of the classes in the order of the probabilities, `files`
    the entries by path below the folder, with "/" between parts; `metrics` numbers
    by name, measured on the file that is served; `training` says how the weights
    arose, `versions` which software wrote the files, `created` when, in UTC.
    """

    model: str
    version: str
    labels: tuple[str, ...]
    files: dict[str, FileEntry]
    created: str
    input: InputContract = field(default_factory=InputContract)
    output: str = "probabilities"
    metrics: dict[str, float] = field(default_factory=dict)
    training: dict = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)


def describe_files(folder: str | Path, names: Iterable[str]) -> dict[str, FileEntry]:
    """Digest and size of the files `names` of `folder`, those of a folder one by one.

    Raises `ManifestError` where one is missing, a link, or lies outside.
    """
    folder = Path(folder)
    entries = {}
    for name in names:
        place = _inside(folder, name)
        paths = sorted(place.rglob("*")) if place.is_dir() else [place]
        for path in paths:
            if path.is_dir() and not path.is_symlink():
                continue
            key = path.relative_to(folder).as_posix()
            entries[key] = _entry(folder, key)
    return entries


def write_manifest(folder: str | Path, manifest: Manifest) -> None:
    """Check `manifest` and write it to `folder`, whole or not at all."""
    plain = asdict(manifest)
    _parse(plain)
    text = json.dumps(plain, indent=1, sort_keys=True, allow_nan=False) + "\n"
    write_atomically(Path(folder) / MANIFEST, text)


def read_manifest(folder: str | Path) -> Manifest:
    """Read and check the manifest of `folder`; its files are not looked at.

    Raises `ManifestError`, which names the field that is wrong.
    """
    path = Path(folder) / MANIFEST
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ManifestError(
            f"`folder` must hold a {MANIFEST}, {Path(folder).name!r} does not. Make a "
            "version with `python -m cnnbook.deploy`."
        ) from error
    except (ValueError, RecursionError) as error:
        raise ManifestError(f"{MANIFEST} is not JSON in UTF-8: {error}.") from error
    return _parse(plain)


def verify(folder: str | Path) -> Manifest:
    """Read the manifest of `folder` and compare every file with it.

    Raises `ManifestError` where a file is missing, of another size or content, not
    listed, or a link.
    """
    folder = Path(folder)
    manifest = read_manifest(folder)
    for name, expected in manifest.files.items():
        found = _entry(folder, name)
        if found != expected:
            raise ManifestError(
                f"{name} is not the file of the manifest: expected {expected.bytes} "
                f"bytes with SHA-256 {expected.sha256[:12]}…, found {found.bytes} "
                f"bytes with {found.sha256[:12]}…. Build the version anew."
            )
    there = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir()
    }
    if unlisted := sorted(there - set(manifest.files) - {MANIFEST}):
        raise ManifestError(
            f"{unlisted[0]} is not listed in the manifest. Remove what does not belong "
            "to the version, or build it anew."
        )
    return manifest


def _inside(folder: Path, name: str) -> Path:
    """The place of `name` in `folder`, if it is a plain path below it."""
    parts = PurePosixPath(name).parts if isinstance(name, str) else ()
    plain = bool(parts) and name == "/".join(parts) and not name.startswith("/")
    if not plain or ".." in parts or "\\" in name or "\0" in name or name == MANIFEST:
        raise ManifestError(
            f"`files` must name files below the folder, got {name!r}. Use relative "
            'paths with "/" between parts.'
        )
    return folder / name


def _entry(folder: Path, name: str) -> FileEntry:
    path = _inside(folder, name)
    links = [folder / place for place in PurePosixPath(name).parents][:-1]
    if any(place.is_symlink() for place in (path, *links)):
        raise ManifestError(f"{name} is a link. Put the file itself into the folder.")
    if not path.is_file():
        raise ManifestError(f"{name} is missing. Build the version anew.")
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return FileEntry(digest, path.stat().st_size)


def _parse(plain: object) -> Manifest:
    """A `Manifest` from what JSON holds, each field checked."""
    values = _fields(Manifest, plain, "the manifest")
    labels = values["labels"]
    texts = isinstance(labels, list | tuple) and all(map(_is_text, labels))
    if not texts or not labels or len(set(labels)) < len(labels):
        raise ManifestError(
            f"`labels` must be different names, one for each class, got {labels!r}."
        )
    values["labels"] = tuple(labels)
    values["input"] = _input(values["input"])
    if not isinstance(values["files"], dict) or not values["files"]:
        raise ManifestError(f"`files` must name a file or more, got {values['files']}.")
    values["files"] = {
        name: _file(name, entry) for name, entry in values["files"].items()
    }
    for name, allowed in (("metrics", _is_number), ("versions", _is_text)):
        _require_values(name, values[name], allowed)
    _require_values("training", values["training"], lambda value: True)
    return Manifest(**values)


def _input(plain: object) -> InputContract:
    values = _fields(InputContract, plain, "`input`")
    shape = values["shape"]
    sizes = isinstance(shape, list | tuple) and all(map(_counts, shape))
    if not sizes or len(shape) != 3 or min(shape) < 1:
        raise ManifestError(f"`shape` must be three sizes (h, w, c), got {shape!r}.")
    return InputContract(**values | {"shape": tuple(shape)})


def _file(name: str, plain: object) -> FileEntry:
    _inside(Path(), name)
    values = _fields(FileEntry, plain, f"the entry of {name}")
    if not _counts(values["bytes"]):
        raise ManifestError(
            f"`bytes` of {name} must be a whole number, got {values['bytes']!r}."
        )
    return FileEntry(**values)


def _fields(kind: type, plain: object, what: str) -> dict:
    """The fields of the dataclass `kind`, no more and no less; texts are checked."""
    names = [each.name for each in fields(kind)]
    if not isinstance(plain, dict) or set(plain) != set(names):
        found = sorted(plain) if isinstance(plain, dict) else type(plain).__name__
        raise ManifestError(f"{what} must have the fields {names}, got {found}.")
    for name in set(names) & set(TEXTS):
        pattern, example = TEXTS[name]
        text = plain[name]
        if not _is_text(text) or not re.fullmatch(pattern, text):
            raise ManifestError(
                f"`{name}` must be text like {example!r}, got {text!r}."
            )
    return dict(plain)


def _require_values(name: str, plain: object, allowed: Callable) -> None:
    if not isinstance(plain, dict) or not all(map(allowed, plain.values())):
        raise ManifestError(f"`{name}` must map names to plain values, got {plain!r}.")


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_number(value: object) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and -inf < value < inf  # false for NaN, which JSON of Python reads


def _counts(value: object) -> bool:
    """Whether `value` is a whole number of 0 or more."""
    return _is_number(value) and isinstance(value, int) and value >= 0
