"""A serverless function as a folder: the handler, the model, and what they import.

What is packed here is ours; `pip install --target` adds the packages of others.
"""

import shutil
from collections.abc import Iterable
from dataclasses import replace
from importlib import metadata
from pathlib import Path

import cnnbook
from cnnbook.deploy.versions import new_folder
from cnnbook.manifest import verify, write_manifest

LIMIT = 250 * 2**20  # bytes of an unpacked AWS Lambda package, layers among them
MODULES = (
    "__init__.py",
    "checks.py",
    "files.py",
    "manifest.py",
    "reading.py",
    "runtimes",
)


def pack_function(
    handler: str | Path, version_folder: str | Path, target: str | Path
) -> Path:
    """Write the folder of a function: `handler.py`, `cnnbook`, `model`.

    Only the manifest and `model.onnx` of the version go along, under a manifest that
    names no other file. Raises ValueError where `target` exists.
    """
    package = Path(cnnbook.__file__).parent
    with new_folder(Path(target)) as folder:
        shutil.copy(handler, folder / "handler.py")
        for name in MODULES:
            place = folder / "cnnbook" / name
            place.parent.mkdir(exist_ok=True)
            if (package / name).is_dir():
                ignored = shutil.ignore_patterns("__pycache__")
                shutil.copytree(package / name, place, ignore=ignored)
            else:
                shutil.copy(package / name, place)
        _copy_model(Path(version_folder), folder / "model")
    return Path(target)


def _copy_model(version_folder: Path, target: Path) -> None:
    manifest = verify(version_folder)
    target.mkdir()
    shutil.copy(version_folder / "model.onnx", target)
    entry = manifest.files["model.onnx"]
    write_manifest(target, replace(manifest, files={"model.onnx": entry}))


def installed_size(distributions: Iterable[str]) -> int:
    """Bytes of installed packages and all that they require, unpacked.

    What an extra or another system would require does not count.
    """
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    waiting, seen, size = list(distributions), set(), 0
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in seen:
            continue
        seen.add(name)
        package = metadata.distribution(name)
        for file in package.files or ():
            place = Path(file.locate())
            if place.suffix != ".pyc" and place.is_file():
                size += place.stat().st_size
        for text in package.requires or ():
            required = Requirement(text)
            if required.marker is None or required.marker.evaluate({"extra": ""}):
                waiting.append(required.name)
    return size


def folder_size(folder: str | Path) -> int:
    """Bytes of all files below `folder`."""
    return sum(p.stat().st_size for p in Path(folder).rglob("*") if p.is_file())
