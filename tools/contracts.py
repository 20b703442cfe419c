"""What others rely on, written down: defaults, commands, networks, settings, HTTP.

`python -m tools.contracts` writes the files of `tests/contracts/`, and a test compares
them with the package. Who changes one of them on purpose sees it there, and says it in
CHANGELOG.md. Records, stored outputs and callers stand on them.
"""

import argparse
import importlib
import inspect
import json
import os
import pkgutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

import cnnbook
from cnnbook.files import write_atomically
from cnnbook.serving import Settings
from cnnbook.serving.app import create_app
from tools.network_lines import network_lines
from tools.notebook_files import ROOT

FOLDER = Path("tests") / "contracts"


def modules() -> Iterator[ModuleType]:
    """All modules of the package."""
    for found in pkgutil.walk_packages(cnnbook.__path__, "cnnbook."):
        yield importlib.import_module(found.name)


def defaults() -> str:
    """What a caller gets without asking: a line for each function and class."""
    lines = []
    for module in modules():
        for name, function in _public(module):
            parameters = inspect.signature(function).parameters.values()
            given = [
                f"{parameter.name}={_value(parameter.default)}"
                for parameter in parameters
                if parameter.default is not parameter.empty
            ]
            if given:
                lines.append(f"{module.__name__}.{name}: {', '.join(given)}")
    return "\n".join(lines) + "\n"


def _public(module: ModuleType) -> Iterator[tuple[str, Callable]]:
    """Functions, classes and methods that are defined in `module` for others."""
    for name, value in sorted(vars(module).items()):
        if name.startswith("_") or getattr(value, "__module__", "") != module.__name__:
            continue
        if inspect.isfunction(value):
            yield name, value
        elif inspect.isclass(value):
            if not issubclass(value, Exception) or "__init__" in vars(value):
                yield name, value
            for method, function in sorted(vars(value).items()):
                if inspect.isfunction(function) and not method.startswith("_"):
                    yield f"{name}.{method}", function


def _value(default: Any) -> str:
    """A default as text that is the same in every process."""
    if inspect.isfunction(default) or inspect.isclass(default):
        return default.__qualname__
    text = repr(default)
    return type(default).__name__ if " at 0x" in text else text


class _Seen(Exception):
    """Carries the parser that a command made."""


def commands() -> str:
    """The help of each command of the package, and its defaults."""

    def see(parser: argparse.ArgumentParser, *_: object) -> None:
        raise _Seen(parser)

    pieces = []
    patches = (
        mock.patch.object(argparse.ArgumentParser, "parse_args", see),
        mock.patch.dict(os.environ, {"COLUMNS": "88", "NO_COLOR": "1"}),
    )
    with patches[0], patches[1]:
        for module in modules():
            if not hasattr(module, "argparse"):
                continue
            try:
                module.main()
            except _Seen as seen:
                pieces.append(_told(*seen.args))
    return "\n\n".join(pieces)


def _told(parser: argparse.ArgumentParser) -> str:
    given = {
        action.dest: action.default
        for action in parser._actions
        if action.default not in (None, argparse.SUPPRESS)
    }
    return f"{parser.format_help()}\ndefaults: {given}\n"


def settings() -> str:
    """The settings of the service, with their limits."""
    return _json(Settings.model_json_schema())


def requests() -> str:
    """What each route of the service takes and gives, from its OpenAPI document.

    Without words and examples, and without errors, which are the same for all routes.
    """
    document = create_app(Settings(open=True)).openapi()
    taken = {
        f"{method.upper()} {path}": {
            "parameters": [
                {key: given[key] for key in ("name", "in", "required", "schema")}
                for given in operation.get("parameters", ())
            ],
            "body": operation.get("requestBody"),
            "answer": operation["responses"]["200"].get("content"),
        }
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    schemas = document["components"]["schemas"]
    return _json({"routes": without_words(taken), "schemas": without_words(schemas)})


def without_words(value: Any) -> Any:
    """A part of the document without what is there for readers."""
    words = ("description", "example", "examples", "title")
    if isinstance(value, dict):
        return {
            k: without_words(v)
            for k, v in value.items()
            if k not in words or (isinstance(v, dict) and "type" in v)
        }
    return [without_words(one) for one in value] if isinstance(value, list) else value


def _json(value: Any) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


CONTRACTS: dict[str, Callable[[], str]] = {
    "defaults.txt": defaults,
    "commands.txt": commands,
    "networks.txt": network_lines,
    "settings.json": settings,
    "requests.json": requests,
}


def main(arguments: list[str] | None = None) -> int:
    """Write all of them."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.contracts", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--folder", type=Path, default=ROOT / FOLDER)
    folder = parser.parse_args(arguments).folder
    folder.mkdir(exist_ok=True)
    for name, make in CONTRACTS.items():
        write_atomically(folder / name, make())
        print(folder / name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
