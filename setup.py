"""What pyproject.toml cannot say: a wheel carries the files that pages read."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent
CARRIED = (  # see cnnbook/book.py
    "chapters/records",
    "deployment",
    "references.bib",
    "chapters/deployment/export.ipynb",
    "chapters/math/activations.ipynb",
    "chapters/math/convolution.ipynb",
    "chapters/preprocessing/normalization.ipynb",
    "chapters/tuning/architecture.ipynb",
    "chapters/tuning/optimization.ipynb",
    "chapters/tuning/search.ipynb",
)


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
