"""What a Dockerfile and its ignore file say, read without an engine.

Only what the files of `deployment/container` use is understood: no here-documents, no
ONBUILD, commands as JSON lists.
"""

import json
import os
import re
import shlex
import shutil
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

Stage = list["Instruction"]
COMMANDS = ("ENTRYPOINT", "CMD")


class Instruction(NamedTuple):
    """A line of a Dockerfile, continuation lines joined: `name` in capitals."""

    name: str
    argument: str


def read_stages(dockerfile: str) -> list[Stage]:
    """The instructions before the first FROM, then those of each stage."""
    stages: list[Stage] = [[]]
    joined = ""
    for line in map(str.strip, dockerfile.splitlines()):
        if not line or line.startswith("#"):
            continue
        joined += line.removesuffix("\\")
        if line.endswith("\\"):
            continue
        name, _, argument = joined.partition(" ")
        joined = ""
        if name.upper() == "FROM":
            stages.append([])
        stages[-1].append(Instruction(name.upper(), argument.strip()))
    return stages


def variables(stage: Stage) -> dict[str, str]:
    """What the ENV instructions of a stage set."""
    texts = [word for i in stage if i.name == "ENV" for word in shlex.split(i.argument)]
    pairs = [text.partition("=") for text in texts]
    return {name: value for name, _, value in pairs}


def command(stage: Stage) -> list[str]:
    """What a container of the stage runs: ENTRYPOINT, then CMD."""
    found = {i.name: json.loads(i.argument) for i in stage if i.name in COMMANDS}
    return [word for name in COMMANDS for word in found.get(name, [])]


def health_check(stage: Stage) -> list[str]:
    """The command that tells whether a container is well; empty if there is none."""
    for instruction in stage:
        if instruction.name == "HEALTHCHECK":
            return json.loads(instruction.argument.partition("CMD ")[2])
    return []


def read_rules(ignore_file: str | Path) -> list[str]:
    """The rules of an ignore file, without comments."""
    lines = map(str.strip, Path(ignore_file).read_text("utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def let_in(path: str, rules: Sequence[str]) -> bool:
    """Whether an engine takes `path` along, by the rules of an ignore file.

    A rule speaks of a path and of everything below it; `!` lets it in again; the last
    rule that speaks of a path decides.

    >>> let_in("cnnbook/data.py", ["*", "!cnnbook"])
    True
    """
    inside = PurePosixPath(path)
    places = [str(inside), *map(str, inside.parents)][:-1]  # the last one is "."
    taken = True
    for rule in rules:
        pattern = _pattern(rule.removeprefix("!").strip("/"))
        if any(pattern.fullmatch(place) for place in places):
            taken = rule.startswith("!")
    return taken


def context_files(root: str | Path, rules: Sequence[str]) -> list[PurePosixPath]:
    """The files below `root` that an engine is given, sorted, relative to it."""
    exceptions = [rule[1:].strip("/") for rule in rules if rule.startswith("!")]

    def worth_a_look(folder: str) -> bool:
        below = any(place.startswith(folder + "/") for place in exceptions)
        return below or let_in(folder, rules)

    found = []
    for place, folders, names in os.walk(root):
        inside = PurePosixPath(Path(place).relative_to(root).as_posix())
        folders[:] = [name for name in folders if worth_a_look(str(inside / name))]
        found += [inside / name for name in names if let_in(str(inside / name), rules)]
    return sorted(found)


def copy_context(
    root: str | Path, rules: Sequence[str], target: str | Path, *, below: str
) -> Path:
    """Copy what is let in of the folder `below` as COPY would; the copied folder."""
    for file in context_files(root, rules):
        if file.is_relative_to(below):
            place = Path(target) / file
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(Path(root) / file, place)
    return Path(target) / below


def _pattern(rule: str) -> re.Pattern:
    """`*` and `?` stay within a name, `**` crosses folders."""
    meaning = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", rule)
    return re.compile("".join(meaning.get(part, re.escape(part)) for part in parts))
