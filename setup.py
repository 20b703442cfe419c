"""What pyproject.toml cannot say: a wheel carries the files that pages read."""

import runpy
import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent
# the package cannot be imported before it is built; this file of it needs nothing
CARRIED = runpy.run_path(str(ROOT / "cnnbook" / "book.py"))["WHAT_PAGES_READ"]


class BuildWithBook(build_py):
    """Copies them into `cnnbook/carried`; an editable install finds them in place."""

    def run(self):
        super().run()
        if self.editable_mode:
            return
        carried = Path(self.build_lib) / "cnnbook" / "carried"
        shutil.rmtree(carried, ignore_errors=True)
        for name in CARRIED:
            (carried / name).parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / name).is_dir():
                hidden = shutil.ignore_patterns("__pycache__", ".*.????????")
                shutil.copytree(ROOT / name, carried / name, ignore=hidden)
            else:
                shutil.copy(ROOT / name, carried / name)


setup(cmdclass={"build_py": BuildWithBook})
