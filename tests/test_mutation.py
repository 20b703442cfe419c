"""Faults are put where the table says, in a copy, and a planted survivor is found."""

import json
import subprocess
import sys

import pytest

from tools.mutation import equivalent, faults, judges
from tools.mutation.__main__ import draw, report
from tools.mutation.copies import copy_tree
from tools.mutation.runs import SLOW, Jury, Trial
from tools.notebook_files import ROOT


def after(source):
    return [mutant.after for mutant in faults.mutants(source)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = a < b", ["a >= b", "a <= b"]),
        ("x = a == b", ["a != b"]),
        ("x = a in b", ["a not in b"]),
        ("x = a + b", ["a - b"]),
        ("x = a * b", ["a / b"]),
        ("x += a", ["x -= a"]),
        ("x = a and b", ["a or b"]),
        ("x = not a", ["a"]),
        ("x = -a", ["a"]),
        ("f(3)", ["f(4)"]),
        ("f(True)", ["f(False)"]),
        ("def f():\n    return a", ["return None"]),
        ("while a:\n    break", ["continue"]),
    ],
)
def test_each_fault_of_the_table(source, expected):
    assert after(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        '"""A docstring with 1 < 2."""',
        "def f(x: tuple[int, 3]) -> 'a < b':\n    pass",
        "raise ValueError(f'{a + 1}')",
        "plot(x, linewidth=2, fontsize=9)",
        "default_rng(3)",
        "f(seed=3)",
        "x = f'{a + 1}'",
        'x = "a" + b',
        "def f():\n    return None",
    ],
)
def test_what_is_never_changed(source):
    assert after(source) == []


def test_a_mutant_is_the_whole_module_with_one_fault():
    source = "def f(a):\n    # why\n    return a - 1\n"
    mutants = {m.after: m for m in faults.mutants(source)}
    assert mutants["a + 1"].source == "def f(a):\n    return a + 1\n"
    assert mutants["a + 1"].before == "a - 1"
    assert mutants["a + 1"].line == 3


def test_looks_guards_and_chosen_numbers_are_left_alone():
    source = "f(0.5, strict=True, timeout=5, figsize=3, seed=1, size=2)\n"
    sources = [m.source for m in faults.mutants(source)]
    assert sources == [source.replace("0.5", "1.5"), source.replace("=2)", "=3)")]


def test_a_sample_is_the_same_for_the_same_seed():
    files = judges.modules(ROOT, ["claims"])

    def places(seed):
        drawn = draw(ROOT, files, 20, seed)
        return [(str(path), m.line, m.after) for path, m in drawn]

    assert places(1) == places(1)
    assert places(1) != places(2)
    # one of each module, before a second of any; __init__.py has no code
    assert len({path for path, *_ in places(1)}) == len(files) - 1


def test_names_mean_modules_and_an_unknown_one_is_refused():
    [limits] = judges.modules(ROOT, ["serving.limits"])
    assert limits == ROOT / "cnnbook" / "serving" / "limits.py"
    with pytest.raises(ValueError, match="is no module of cnnbook"):
        judges.modules(ROOT, ["serving.nothing"])


@pytest.mark.parametrize(
    ("module", "test"),
    [
        ("reference/pooling.py", "reference/test_pooling.py"),
        ("exercises/math/pooling.py", "exercises/test_math_pooling.py"),
        ("data/tabular.py", "test_data_tabular.py"),
        ("models.py", "test_models.py"),
        ("serving/routes/inference.py", "serving/test_inference.py"),
    ],
)
def test_the_first_judge_is_the_test_that_is_called_after_the_module(module, test):
    first, *_ = judges.tests_of(ROOT, ROOT / "cnnbook" / module)
    assert first == ROOT / "tests" / test


def test_every_module_has_a_judge():
    files = judges.modules(ROOT, [])
    code = [
        path
        for path in files
        if faults.mutants(path.read_text("utf-8"), lambda places: places[:1])
    ]
    every = ROOT / judges.EVERY
    assert [path for path in code if judges.tests_of(ROOT, path) == [every]] == []
    assert all(every in judges.tests_of(ROOT, path) for path in code)


def test_the_tree_is_copied_and_the_copy_is_removed():
    with copy_tree(ROOT, 1) as [copy]:
        models = copy / "cnnbook" / "models.py"
        assert models.read_bytes() == (ROOT / "cnnbook" / "models.py").read_bytes()
        assert not (copy / ".git").exists()
    assert not copy.exists()


def test_an_equivalent_fault_still_stands_where_it_is_said_to():
    for module, before, change in equivalent.EQUIVALENT:
        found = faults.mutants((ROOT / module).read_text("utf-8"))
        assert (before, change) in [(m.before, m.after) for m in found]


def test_numbers_in_examples_of_a_checker_are_no_faults():
    [in_list, in_call] = faults.mutants("x = np.array([1])\ny = f(2)")
    checker = "cnnbook/exercises/math/pooling.py"
    assert equivalent.reason(checker, in_list) == equivalent.EXAMPLE
    assert equivalent.reason(checker, in_call) == ""
    assert equivalent.reason("cnnbook/reference/pooling.py", in_list) == ""


def test_the_share_counts_neither_equivalents_nor_survivors(capsys):
    [mutant] = faults.mutants("x = a == b")

    def trial(**found):
        return Trial("cnnbook/x.py", mutant, "", [], [], **found)

    caught = trial(kind="test", caught_by="tests/test_x.py::test_a")
    assert report([caught, trial(equivalent="no one asks"), trial()]) == 0.5
    said = capsys.readouterr().out
    assert "SURVIVOR cnnbook/x.py:1: `a == b` becomes `a != b`" in said
    assert "equivalent: cnnbook/x.py:1" in said


TESTED = """def above(x):
    return x > 3


def unseen(x):
    return x * 2
"""
TESTS = """from cnnbook.small import above, unseen


def test_above():
    assert above(4) and not above(3)


def test_unseen_looks_at_nothing():
    unseen(1)
"""


def test_what_looks_at_all_modules_is_asked_after_the_tests_of_one():
    [mutant] = faults.mutants("x = a == b")
    every = str(judges.EVERY)
    trial = Trial("cnnbook/x.py", mutant, "", ["tests/test_x.py", every], ["x.ipynb"])
    asked = [arguments for _, arguments in Jury(9, with_pages=True).judges(trial)]
    assert "tests/test_x.py" in asked[0]
    assert every not in asked[0]
    assert asked[1] == [every]
    assert asked[2] == ["tests/test_x.py", "-m", SLOW]
    assert asked[3][0] == "x.ipynb"


@pytest.mark.minutes
def test_a_planted_survivor_is_found_and_nothing_is_changed_in_place(tmp_path):
    files = {
        "cnnbook/__init__.py": "",
        "cnnbook/small.py": TESTED,
        "tests/test_small.py": TESTS,
        "pytest.ini": "[pytest]\npythonpath = .\nmarkers =\n  slow\n  site\n  gpu\n"
        "  browser\n",
    }
    root = tmp_path / "tree"
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    found = tmp_path / "found.json"
    command = [sys.executable, "-m", "tools.mutation", "small", "--root", root]
    command += ["--count", "12", "--jobs", "2", "--json", found]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    trials = {one["change"]: one for one in json.loads(found.read_text())}
    survivors = {change for change, one in trials.items() if not one["caught_by"]}
    assert survivors == {
        "`x * 2` becomes `x / 2`",
        "`x * 2` becomes `x * 3`",
        "`return x * 2` becomes `return None`",
    }
    by = trials["`x > 3` becomes `x >= 3`"]["caught_by"]
    assert by == "tests/test_small.py::test_above"
    assert done.returncode == 1, done.stderr
    assert "4 of 7 faults caught, 57%" in done.stdout
    assert (root / "cnnbook/small.py").read_text() == TESTED
