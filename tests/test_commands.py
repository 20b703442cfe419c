"""Commands, CI, pins and the sanitizer say and do what the documents promise."""

import os
import re
import subprocess
import tomllib
import xml.etree.ElementTree as ET
from importlib.metadata import version

import pytest
import yaml
from nbval.plugin import get_sanitize_patterns

from tools import ci_summary, kernel_report
from tools.notebook_files import ROOT

MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
TARGETS = set(re.findall(r"^([a-z-]+):(?!=)", MAKEFILE, re.MULTILINE))
PROMISED = {
    "alone",
    "mutate",
    "axe",
    "links",
    "bench",
    "bench-exports",
    "bench-serving",
    "fuzz",
    "fuzz-api",
    "image",
    "book",
    "check",
    "claims",
    "clean",
    "contracts",
    "lab",
    "lint",
    "notebooks",
    "pdf",
    "portability",
    "read",
    "records",
    "serve",
    "terms",
    "test",
}


def recipe(*arguments: str) -> str:
    """What make would run, joined; nothing is run but make itself."""
    done = subprocess.run(
        ["make", "--dry-run", "--always-make", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},  # no settings of a make that runs this test
        capture_output=True,
        text=True,
        check=True,
    )
    return re.sub(r"\\\n\s*", "", done.stdout)


def test_every_promised_command_is_a_target():
    assert PROMISED <= TARGETS


def test_every_command_in_the_readers_documents_is_a_target():
    named = set()
    for name in ("README.md", "CONTRIBUTING.md", "index.md"):
        path = ROOT / name
        text = path.read_text("utf-8") if path.exists() else ""
        named |= set(re.findall(r"(?:^|[`(])make ([a-z-]+)\b", text, re.MULTILINE))
    assert named <= TARGETS


@pytest.mark.parametrize("target", sorted(PROMISED - {"clean"}))
def test_a_command_sets_up_what_it_needs(target):
    steps = recipe(target)
    assert re.search(r"uv pip install .* -r requirements.txt \|\| ", steps)
    assert (
        "pip install --quiet --disable-pip-version-check -r requirements.txt" in steps
    )
    assert "--no-deps -e ." in steps


def test_every_target_is_phony_and_listed_with_help():
    phony = re.search(r"^\.PHONY: (.*?)(?<!\\)\n", MAKEFILE, re.MULTILINE | re.DOTALL)
    assert set(phony[1].replace("\\", " ").split()) == TARGETS
    helped = set(re.findall(r"^([a-z-]+):.*## \S", MAKEFILE, re.MULTILINE))
    assert helped == TARGETS


def test_a_failing_command_fails_its_line():
    assert ".SHELLFLAGS := -euo pipefail -c" in MAKEFILE


def test_make_test_runs_all_stages():
    steps = recipe("test")
    assert "make lint" in steps
    assert "--jobs=3 --keep-going" in steps
    assert re.search(r"unit nbval built \|\| ", steps)
    built = recipe("built")
    assert built.index("jupyter-book build") < built.index("-m site")


def test_a_stage_that_fails_fails_make_test_and_the_others_still_run(tmp_path):
    """Stages of one line each in place of ours; all else is the Makefile's."""
    stages = "".join(
        f"{name}:\n\t@echo ran {name}; {end}\n"
        for name, end in [
            ("lint", "true"),
            ("unit", "exit 3"),
            ("nbval", "true"),
            ("built", "true"),
        ]
    )
    own = re.sub(
        r"^(?:lint|unit|nbval|built): .*\n(?:\t.*\n)+", "", MAKEFILE, flags=re.MULTILINE
    )
    (tmp_path / "Makefile").write_text(own + stages)
    ran = subprocess.run(
        ["make", "--old-file=.venv/.installed", "test"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode != 0
    assert {"ran lint", "ran unit", "ran nbval", "ran built"} <= set(
        ran.stdout.splitlines()
    )
    assert "a stage failed" in ran.stderr
    assert "all stages passed" not in ran.stdout


def test_nbval_compares_in_strict_mode_with_the_guards():
    steps = recipe("nbval", "CELL_TIMEOUT=77")
    for option in (
        "--nbval --nbval-current-env",
        "--nbval-cell-timeout=77",
        "--nbval-sanitize-with tests/nbval_sanitize.cfg",
        "tests/ipython",
    ):
        assert option in steps
    assert "--nbval-lax" not in steps


def test_workers_of_nbval_take_whole_pages():
    steps = recipe("nbval")
    assert "-n 3 --dist loadfile" in steps
    assert "no:xdist" not in steps
    alone = recipe("nbval", "NBVAL_WORKERS=1")
    assert "-p no:xdist" in alone
    assert "--dist" not in alone


def test_the_book_is_built_anew_and_warnings_are_errors():
    steps = recipe("book")
    assert "jupyter-book build . --all -n -W --keep-going" in steps
    assert steps.index("-m tools.downloads") > steps.index("jupyter-book build")


@pytest.mark.parametrize("given", ["1", "0"])
def test_every_command_asks_for_onednn_unless_it_is_told_otherwise(given):
    environment = {**os.environ, "TF_ENABLE_ONEDNN_OPTS": given}
    if given == "1":
        del environment["TF_ENABLE_ONEDNN_OPTS"]
    asked = ["make", "--eval", "show:; @echo $$TF_ENABLE_ONEDNN_OPTS", "show"]
    run = subprocess.run(
        asked, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == given


def test_portability_names_its_three_rounds():
    steps = recipe("portability")
    for setting in (
        "ONEDNN_MAX_CPU_ISA=AVX2",
        "TF_ENABLE_ONEDNN_OPTS=0",
        "TF_NUM_INTRAOP_THREADS=1 TF_NUM_INTEROP_THREADS=1 OMP_NUM_THREADS=1",
    ):
        assert setting in steps
    assert "--nbval-cell-timeout=1200" in steps


def test_portability_without_a_round_is_no_success():
    asked = ["make", "--old-file=.venv/.installed", "portability", "ROUNDS=avx"]
    ran = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode != 0
    assert "names none of the three" in ran.stderr


# --- CI ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    sorted((ROOT / ".github/workflows").glob("*.yml")),
    ids=lambda path: path.name,
)
def test_each_step_of_a_workflow_is_a_make_target(path):
    jobs = yaml.safe_load(path.read_text("utf-8"))["jobs"]
    for job in jobs.values():
        commands = [step["run"] for step in job["steps"] if "run" in step]
        assert commands
        for command in commands:
            tool, target = command.split()
            assert tool == "make"
            assert target in TARGETS


def test_the_script_of_ci_runs_make_test():
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert re.search(r"^make test\b", script.read_text("utf-8"), re.MULTILINE)


def junit(folder, stage, *cases):
    """A JUnit file with one case for each of `cases`: what the case holds."""
    suite = ET.Element("testsuite")
    for held in cases:
        case = ET.SubElement(suite, "testcase", name="a test")
        if held:
            kind, _, type_ = held.partition(" ")
            ET.SubElement(case, kind, **({"type": type_} if type_ else {}))
    ET.ElementTree(suite).write(folder / f"{stage}.xml")


def closing_line(folder, capsys, status):
    code = ci_summary.main([str(folder), "--make-status", str(status)])
    return code, capsys.readouterr().out.splitlines()[-1]


def test_the_closing_line_counts_all_stages(tmp_path, capsys):
    junit(tmp_path, "unit", "", "", "skipped pytest.skip", "skipped pytest.xfail")
    junit(tmp_path, "nbval", "", "")
    junit(tmp_path, "site", "")
    assert closing_line(tmp_path, capsys, 0) == (0, "5 passed, 0 failed")


def test_failures_errors_and_expected_failures_of_pages_count_as_failed(
    tmp_path, capsys
):
    junit(tmp_path, "unit", "", "failure", "error")
    junit(tmp_path, "nbval", "", "skipped pytest.xfail")
    junit(tmp_path, "site", "")
    assert closing_line(tmp_path, capsys, 2) == (1, "3 passed, 3 failed")


def test_a_stage_without_tests_that_fails_is_one_failure(tmp_path, capsys):
    assert closing_line(tmp_path, capsys, 2) == (1, "0 passed, 1 failed")
    junit(tmp_path, "unit", "", "")
    assert closing_line(tmp_path, capsys, 2) == (1, "2 passed, 1 failed")


def test_a_stage_that_left_no_results_cannot_pass(tmp_path, capsys):
    junit(tmp_path, "unit", "")
    junit(tmp_path, "site", "")
    (tmp_path / "nbval.xml").write_text("<testsuite>")  # cut off
    assert closing_line(tmp_path, capsys, 0) == (1, "2 passed, 1 failed")


# --- pins ----------------------------------------------------------------------------


def requirements(name: str) -> list[str]:
    lines = (ROOT / name).read_text("utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


@pytest.mark.parametrize("line", requirements("requirements.txt"))
def test_a_pin_is_exact_has_a_reason_and_is_installed(line):
    pin, _, reason = line.partition("  # ")
    name, _, number = pin.partition("==")
    assert re.fullmatch(r"[A-Za-z0-9_.-]+(\[[a-z]+\])?==[0-9][A-Za-z0-9.]*", pin)
    name = name.partition("[")[0]  # without what it installs beside itself
    assert len(reason.split()) >= 3
    assert version(name) == number


def test_pins_for_a_gpu_agree_with_the_others():
    pins = {line.split("  # ")[0] for line in requirements("requirements.txt")}
    for line in requirements("requirements-gpu.txt"):
        pin = re.sub(r"\[.*?\]", "", line.split("  # ")[0])
        assert pin in pins


def test_the_package_itself_pins_nothing():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert not [need for need in project["dependencies"] if "==" in need or "<" in need]


# --- what nbval reads ----------------------------------------------------------------


def test_the_sanitizer_is_read_whole():
    text = (ROOT / "tests" / "nbval_sanitize.cfg").read_text("utf-8")
    pairs = get_sanitize_patterns(text)
    assert len(pairs) == text.count("regex:") == text.count("replace:")
    assert all(replacement.strip() for _, replacement in pairs)
    assert all(re.compile(pattern) for pattern, _ in pairs)


def test_a_pair_without_replacement_would_be_dropped():
    assert get_sanitize_patterns("regex: a\nreplace:\n") == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "\x1b[1m63/63\x1b[0m \x1b[32m━━\x1b[0m \x1b[1m0s\x1b[0m 2ms/step",
            "\x1b[1m63/63\x1b[0m \x1b[32m━━\x1b[0m \x1b[1m1s\x1b[0m 9ms/step",
        ),
        ("63/63 - 0s - 3ms/step - loss: 0.5", "63/63 - 1s - 12ms/step - loss: 0.5"),
        ("<Dense at 0x7f3a5c0012d0>", "<Dense at 0x7f0000000001>"),
    ],
)
def test_the_sanitizer_makes_two_runs_alike(one, other):
    text = (ROOT / "tests" / "nbval_sanitize.cfg").read_text("utf-8")

    def clean(said):
        for pattern, replacement in get_sanitize_patterns(text):
            said = re.sub(pattern, replacement, said)
        return said

    assert one != other
    assert clean(one) == clean(other)


# --- the report before each round of portability --------------------------------------

SAID = """onednn_verbose,v1,info,cpu,runtime:threadpool,nthr:2
onednn_verbose,v1,info,cpu,isa:Intel AVX-512 with Intel DL Boost
onednn_verbose,v1,primitive,exec,cpu,convolution,brg_conv_fwd:avx512_core
graph threads: 2
"""


def test_a_setting_without_effect_is_noticed():
    seen = kernel_report.read(SAID)
    asked = {
        "ONEDNN_MAX_CPU_ISA": "AVX2",
        "TF_ENABLE_ONEDNN_OPTS": "0",
        "TF_NUM_INTRAOP_THREADS": "1",
        "TF_NUM_INTEROP_THREADS": "1",
    }
    assert kernel_report.without_effect(asked, seen) == list(asked)
    assert kernel_report.without_effect({}, seen) == []


def test_a_setting_with_effect_is_believed():
    said = SAID.replace("nthr:2", "nthr:1").replace("threads: 2", "threads: 1")
    asked = {name: "1" for name in kernel_report.VARIABLES}
    narrow = said.replace("AVX-512 with Intel DL Boost", "AVX2")
    asked["ONEDNN_MAX_CPU_ISA"] = "AVX2"
    assert kernel_report.without_effect(asked, kernel_report.read(narrow)) == []
    without = narrow.replace("cpu,convolution", "cpu,gemm_api")
    asked["TF_ENABLE_ONEDNN_OPTS"] = "0"
    assert kernel_report.without_effect(asked, kernel_report.read(without)) == [
        "ONEDNN_MAX_CPU_ISA"
    ], "nothing is left that it could limit"
