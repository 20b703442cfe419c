"""Importing a module of `cnnbook` only defines; imports point one way."""

import ast
import json
import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import cnnbook

PACKAGE = Path(cnnbook.__file__).parent

# From the bottom up: a module may import those before it. `checks`, `files` and the
# like serve all of them and know none.
ORDER = [
    "reference",
    "data",
    "preprocessing",
    "models",
    "architecture",
    "training",
    "evaluation",
    "calibration",
    "detection",
    "generation",
    "assumptions",
    "interpretation",
    "tuning",
    "manifest",
    "runtimes",
    "deploy",
    "serving",
    "beyond",
]
FOUNDATION = {"book", "checks", "files", "named", "reading"}
ASIDE = {
    "claims",
    "exercises",
    "explorers",
    "plots",
    "records",
    "studies",
}  # beside the road, not on it
FOR_PAGES = {"explorers", "plots"}  # show things; the package itself never does


def subject(module: str) -> str:
    """`training` of `cnnbook.training.devices`; empty for the package itself."""
    return module.split(".")[1] if "." in module else ""


def module_files() -> dict[str, Path]:
    """Every module of the package with its file."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = ["cnnbook", *path.relative_to(PACKAGE).with_suffix("").parts]
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = path
    return found


MODULES = module_files()
IMPORTABLE = [name for name in MODULES if not name.endswith("__main__")]


def imports(path: Path) -> set[str]:
    """Modules imported anywhere in a file, in functions too; `from cnnbook import x`
    counts as `cnnbook.x`."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module == "cnnbook":
            found |= {f"cnnbook.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module)
    return found


def allowed(importer: str, imported: str) -> bool:
    """Whether the subject `importer` may import the subject `imported`."""
    if importer == imported or imported in FOUNDATION | {""}:
        return True
    if importer in FOUNDATION or imported in FOR_PAGES:
        return False
    if imported in ASIDE or importer in ASIDE:
        return imported not in ASIDE or importer in ASIDE
    return ORDER.index(imported) < ORDER.index(importer)


def test_every_subject_has_its_place_in_the_order():
    subjects = {subject(name) for name in MODULES} - {""}
    assert subjects <= set(ORDER) | FOUNDATION | ASIDE


@pytest.mark.parametrize("name", MODULES)
def test_imports_point_one_way(name):
    ours = {other for other in imports(MODULES[name]) if other.startswith("cnnbook")}
    wrong = [other for other in ours if not allowed(subject(name), subject(other))]
    assert wrong == []


@pytest.mark.parametrize(
    ("importer", "imported", "answer"),
    [
        ("training", "data", True),
        ("data", "training", False),
        ("models", "plots", False),
        ("exercises", "plots", False),
        ("claims", "explorers", False),
        ("checks", "data", False),
        ("exercises", "training", True),
        ("training", "exercises", False),
        ("claims", "files", True),
    ],
)
def test_the_order_is_read_as_it_is_meant(importer, imported, answer):
    assert allowed(importer, imported) is answer


@pytest.mark.parametrize("name", [n for n in MODULES if subject(n) == "reference"])
def test_the_reference_knows_only_numpy(name):
    outside = {other.split(".")[0] for other in imports(MODULES[name])}
    assert outside - set(sys.stdlib_module_names) <= {"numpy", "cnnbook"}


@pytest.mark.parametrize("name", [n for n in MODULES if subject(n) != "serving"])
def test_web_frameworks_stay_in_serving(name):
    outside = {other.split(".")[0] for other in imports(MODULES[name])}
    assert not outside & {"fastapi", "starlette", "uvicorn", "pydantic"}


@pytest.mark.parametrize("name", MODULES)
def test_modules_are_subjects_of_less_than_250_lines(name):
    assert len(MODULES[name].read_text("utf-8").splitlines()) < 250


# A fresh interpreter imports all modules, with a view on everything that they could
# do besides defining names. TensorFlow, Keras and Matplotlib are imported before the
# view opens: what they do at import is not ours.
WATCH = """
import json, os, random, sys, warnings
import numpy as np, tensorflow as tf, keras, matplotlib, matplotlib.pyplot
import sklearn.datasets, sklearn.metrics, PIL.Image, yaml
from tensorflow.python.eager import context
from keras.src.backend import config

events = []
def listen(event, args):
    if not armed or "importlib" in str(args[:1]):
        return
    if event in ("socket.connect", "socket.getaddrinfo", "subprocess.Popen",
                 "os.mkdir", "os.rename", "os.remove", "os.putenv", "os.system"):
        events.append([event, str(args)[:120]])
    mode = args[1] if event == "open" and isinstance(args[1], str) else ""
    if set(mode) & set("wax+") and "__pycache__" not in str(args[0]):
        events.append([event, str(args)[:120]])

def state():
    return {
        "environment": dict(os.environ),
        "python seed": str(random.getstate()),
        "numpy seed": str(np.random.get_state()),
        "precision": keras.config.dtype_policy().name,
        "float": keras.config.floatx(),
        "initialised": context.context()._initialized,
        "warning filters": len(warnings.filters),
        "style": str(dict(matplotlib.rcParams)),
        "figures": matplotlib.pyplot.get_fignums(),
    }

armed = False
sys.dont_write_bytecode = True
sys.addaudithook(listen)
before = state()
armed = True
import importlib
for name in sys.argv[1:]:
    importlib.import_module(name)
armed = False
after = state()
changed = [key for key in before if before[key] != after[key]]
print("RESULT" + json.dumps({"events": events, "changed": changed,
                             "initialised": after["initialised"]}))
"""


def watch_imports(folder, *names: str, path: str = "") -> dict:
    places = os.pathsep.join([str(PACKAGE.parent), path])  # the package under test
    run = subprocess.run(
        [sys.executable, "-c", WATCH, *names],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env=os.environ | {"MPLBACKEND": "Agg", "PYTHONPATH": places},
    )
    assert run.returncode == 0, run.stderr[-2000:]
    line = next(row for row in run.stdout.splitlines() if row.startswith("RESULT"))
    said = [row for row in run.stdout.splitlines() if not row.startswith("RESULT")]
    return json.loads(line.removeprefix("RESULT")) | {"printed": said}


@pytest.mark.slow
def test_importing_every_module_does_nothing(tmp_path):
    seen = watch_imports(tmp_path, *IMPORTABLE)
    assert seen == {"events": [], "changed": [], "initialised": False, "printed": []}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_module_that_does_something_is_noticed(tmp_path):
    source = (
        "import os, numpy as np, tensorflow as tf\n"
        "np.random.seed(42)\n"  # what the test must notice
        "os.environ['TF_SEED'] = '1'\n"
        "open('made', 'w').close()\n"
        "tf.zeros(1)\n"
        "print('hello')\n"
    )
    (tmp_path / "loud.py").write_text(source)
    seen = watch_imports(tmp_path, "loud", path=str(tmp_path))
    assert {"environment", "numpy seed", "initialised"} <= set(seen["changed"])
    assert "open" in {event for event, _ in seen["events"]}
    assert seen["printed"] == ["hello"]


def test_the_list_of_modules_is_whole():
    walked = {m.name for m in pkgutil.walk_packages(cnnbook.__path__, "cnnbook.")}
    assert walked <= set(MODULES)
