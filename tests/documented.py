"""Commands that documents and pages name, and whether they can be run.

A command is taken out of code in the text: `make …`, `python -m …`, `.venv/bin/…`.
"""

import re
import shlex
import subprocess
import sys
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

from tools.notebook_files import list_pages, read_notebook, select_pages
from tools.records import RECORDS

ROOT = Path(__file__).parents[1]
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
DOCUMENTS = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "index.md"]
FOLDERS = ["chapters/appendix", "deployment"]
SIDE_BY_SIDE = re.search(r"--output-sync=recurse ([a-z ]+?) \|\|", MAKEFILE)[1]
STAGES = ["lint", "book", "site", *SIDE_BY_SIDE.split()]
STAMP = ".venv/.installed"

COMMAND = re.compile(r"(?<!`)`((?:make|python3?|\.venv/bin/\S+) [^`\n]+)`(?!`)")
BLOCK = re.compile(r"^```(?:sh|bash|console)\n(.*?)^```", re.M | re.S)


def commands(text: str) -> set[str]:
    """The commands that a text names in code, comments taken off."""
    found = set(COMMAND.findall(text))
    for block in BLOCK.findall(text):
        joined = re.sub(r"\\\n\s*", "", block).splitlines()
        lines = [line.removeprefix("$ ").strip() for line in joined]
        found |= {
            line for line in lines if re.match(r"(make|python3?|\.venv/bin/\S+) ", line)
        }
    return {line.split(" #")[0].split("  ")[0].strip() for line in found}


def documented() -> dict[str, str]:
    """Each command with one place that names it."""
    texts = {name: (ROOT / name).read_text("utf-8") for name in DOCUMENTS}
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*.md"):
            texts[path.relative_to(ROOT).as_posix()] = path.read_text("utf-8")
    for page in list_pages():
        cells = read_notebook(page).cells
        prose = [cell.source for cell in cells if cell.cell_type == "markdown"]
        texts[page.relative_to(ROOT).as_posix()] = "\n".join(prose)
    return {line: name for name, text in texts.items() for line in commands(text)}


def recipe(*arguments: str) -> str:
    """What make would run after its set-up; nothing is run but make itself."""
    done = subprocess.run(
        ["make", "--dry-run", "--always-make", "-o", STAMP, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ValueError(done.stderr.strip().splitlines()[-1])
    return re.sub(r"\\\n\s*", "", done.stdout)


def modules(steps: str) -> set[str]:
    return set(re.findall(r"python -m ([\w.]+)", steps)) - {"pip", "pytest", "venv"}


def wrong_variables(assignments: list[str]) -> list[str]:
    """What is wrong with settings such as PAGES=first-cnn."""
    problems = []
    for assignment in assignments:
        name, _, value = assignment.partition("=")
        if not re.search(rf"^{name} \?=", MAKEFILE, re.M):
            problems.append(f"make does not know {name}")
        elif name == "NAMES":
            unknown = set(value.split()) - set(RECORDS)
            problems += [f"there is no record {one}" for one in sorted(unknown)]
        elif name == "PAGES":
            try:
                select_pages(value.split())
            except ValueError as error:
                problems.append(str(error))
    return problems


def wrong(command: str, tried: dict[str, str]) -> list[str]:
    """Why a command cannot be run, or is not tried anywhere."""
    program, *arguments = shlex.split(command.replace("…", ""))
    if program == "make":
        target, *assignments = arguments
        problems = wrong_variables(assignments)
        try:
            needed = modules(recipe(target, *assignments))
        except ValueError as error:
            return [*problems, str(error)]
    elif arguments[:2] == ["-m", "pip"]:
        files = [b for a, b in pairwise(arguments) if a == "-r"]
        return [f"no file {name}" for name in files if not (ROOT / name).is_file()]
    elif arguments[:1] == ["-c"]:
        ran = subprocess.run(
            [sys.executable, *arguments], capture_output=True, text=True, check=False
        )
        return [ran.stderr] if ran.returncode else []
    elif arguments[:1] == ["-m"] or program.startswith(".venv/bin/python"):
        target, problems, needed = arguments[1], [], {arguments[1]}
    else:
        return [f"{program} is not a program that this test knows"]
    problems += [f"no module {name}" for name in sorted(needed) if not there(name)]
    if target not in tried:
        problems.append(f"nothing tries {target}: enter it in TRIED")
    return problems


def there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False
