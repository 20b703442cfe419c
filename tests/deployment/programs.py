"""Where the files of `deployment/` lie, and the programs that read them for real."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

DEPLOYMENT = Path(__file__).parents[2] / "deployment"
# code that prints where the imported modules of the package lie
FILES_OF_CNNBOOK = """
import sys
print(*(m.__file__ for name, m in sys.modules.items() if name.startswith("cnnbook")))
"""
PACKAGES = {"nginx": "nginx-light", "promtool": "prometheus"}


def program(name):
    """The path of a program of Debian; the test fails where it is not installed."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
    found = shutil.which(name, path=path)
    if found is None:
        package = PACKAGES.get(name, name)
        pytest.fail(f"{name} is needed (Debian: apt install {package})")
    return found


def run(*command, **options):
    """A finished program with what it said."""
    return subprocess.run(
        list(map(str, command)),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        **options,
    )


def read_yaml(name):
    """The documents of a YAML file of `deployment/`."""
    return list(yaml.safe_load_all((DEPLOYMENT / name).read_text("utf-8")))
