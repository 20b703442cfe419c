"""A page that was downloaded alone: `python -m tools.alone [PAGE …]`.

Builds the wheel from a copy of the tree, installs it into a virtual environment that
sees the packages of this one but not this checkout, puts one notebook into an empty
folder and runs it there. Says for each page which cell fails, and by what.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import venv
from pathlib import Path

from tools.mutation.copies import copy_to
from tools.notebook_files import ROOT, missing_package, select_pages

QUIETLY = ("--quiet", "--disable-pip-version-check", "--no-deps")
# what runs in the other environment; it can import nothing of this repository
PROGRAM = """
import json, sys
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

page, timeout = sys.argv[1], float(sys.argv[2])
notebook = nbformat.read(page, as_version=4)
at = {"cell": -1}
client = NotebookClient(notebook, timeout=timeout, startup_timeout=180,
                        kernel_name="python3")
client.on_cell_start = lambda cell_index, **_: at.update(cell=cell_index)
try:
    client.execute()
    wrong = ""
except CellExecutionError as error:
    wrong = f"{error.ename}: {error.evalue}"
except (CellTimeoutError, DeadKernelError) as error:
    wrong = f"{type(error).__name__}: {error}"
print("\\n" + json.dumps({"cell": at["cell"], "wrong": wrong}))
"""


def build_wheel(folder: Path, root: Path = ROOT) -> Path:
    """Build the wheel of the tree at `root` in the new folder `folder`."""
    tree = copy_to(root, folder / "tree")
    # no isolation: setuptools and wheel are here, and nothing has to be fetched
    pip = [sys.executable, "-m", "pip", "wheel", *QUIETLY, "--no-build-isolation"]
    done = subprocess.run(
        [*pip, "--wheel-dir", folder, tree], capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"the wheel was not built:\n{done.stdout}{done.stderr}")
    return next(folder.glob("cnnbook-*.whl"))


def environment(wheel: Path, folder: Path) -> Path:
    """A virtual environment in `folder` with the wheel installed; its interpreter.

    The packages of this environment are put on its path by name. Python does not read
    the .pth files of such a place, so an editable install of this checkout is unseen.
    """
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    scheme = {"base": str(folder), "platbase": str(folder)}
    site = Path(sysconfig.get_path("purelib", "venv", scheme))
    pip = [sys.executable, "-m", "pip", "install", *QUIETLY, "--no-index"]
    subprocess.run([*pip, "--target", site, wheel], check=True)
    shared = sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
    (site / "shared.pth").write_text("\n".join(shared) + "\n", "utf-8")
    for program in Path(sysconfig.get_path("scripts")).iterdir():
        if not (python.parent / program.name).exists():
            (python.parent / program.name).symlink_to(program)
    return python


def run_alone(
    page: Path, python: Path, *, cell_timeout: float = 600
) -> tuple[int, str, str]:
    """Run `page` in an empty folder: (last cell, what is wrong or "", the package)."""
    hidden = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    variables = {k: v for k, v in os.environ.items() if k not in hidden}
    variables["PATH"] = f"{python.parent}{os.pathsep}{variables.get('PATH', '')}"
    variables.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    with tempfile.TemporaryDirectory(prefix="alone-") as room:
        folder = Path(room) / "empty"
        folder.mkdir()
        variables["IPYTHONDIR"] = str(Path(room) / "ipython")
        asked = [python, "-c", "import cnnbook; print(cnnbook.__file__)"]
        package = subprocess.run(
            asked, cwd=folder, env=variables, capture_output=True, text=True, check=True
        ).stdout.strip()
        shutil.copy(page, folder)
        done = subprocess.run(
            [python, "-c", PROGRAM, page.name, str(cell_timeout)],
            cwd=folder,
            env=variables,
            capture_output=True,
            text=True,
        )
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        return -1, done.stderr[-1000:], package
    said = json.loads(lines[-1])
    return said["cell"], said["wrong"], package


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tools.alone", description=__doc__.splitlines()[0]
    )
    parser.add_argument("pages", nargs="*", metavar="PAGE")
    parser.add_argument("--cell-timeout", type=float, default=600, metavar="SECONDS")
    parser.add_argument(
        "--python", type=Path, help="use this interpreter, where the wheel is installed"
    )
    options = parser.parse_args(arguments)
    try:
        pages = select_pages(options.pages)
    except ValueError as error:
        parser.error(str(error))
    with tempfile.TemporaryDirectory(prefix="cnnbook-alone-") as room:
        python = options.python
        if python is None:
            wheel = build_wheel(Path(room))
            print(f"{wheel.name}: {wheel.stat().st_size / 1e6:.1f} MB", flush=True)
            python = environment(wheel, Path(room) / "venv")
        failed = [p for p in pages if not passes(p, python, options.cell_timeout)]
    print(f"{len(pages) - len(failed)} of {len(pages)} pages run alone")
    return 1 if failed else 0


def passes(page: Path, python: Path, cell_timeout: float) -> bool:
    """Run one page and say how it went; a page whose packages are missing passes."""
    name = page.relative_to(ROOT)
    package = missing_package(page.read_text("utf-8"))
    if package:
        print(f"{name}: skipped, it needs {package}, see its opening", flush=True)
        return True
    cell, wrong, where = run_alone(page, python, cell_timeout=cell_timeout)
    if Path(where).is_relative_to(ROOT):
        wrong = wrong or f"it ran with {where}, which is this checkout"
    print(f"{name}: " + (f"cell {cell}: {wrong}" if wrong else "runs"), flush=True)
    return not wrong


if __name__ == "__main__":
    sys.exit(main())
