"""Dockerfiles and ignore files, read by hand-made examples and by our own files."""

from pathlib import Path, PurePosixPath

import pytest

from cnnbook.deploy import containers

CONTAINER = Path(__file__).parents[2] / "deployment/container"
SMALL = """# a comment
ARG BASE=python:3.11

FROM ${BASE} AS first
RUN one && \\
    two

FROM ${BASE}
COPY --from=first /venv /venv
ENV PATH=/venv/bin:$PATH \\
    GREETING="good day"
HEALTHCHECK --interval=10s CMD ["python3", "-c", "pass"]
entrypoint ["python3", "-m"]
CMD ["serve"]
"""


def test_stages_by_hand():
    before, first, last = containers.read_stages(SMALL)
    assert before == [("ARG", "BASE=python:3.11")]
    assert first == [("FROM", "${BASE} AS first"), ("RUN", "one && two")]
    assert [instruction.name for instruction in last][:3] == ["FROM", "COPY", "ENV"]


def test_what_a_container_runs_and_is_given():
    last = containers.read_stages(SMALL)[-1]
    assert containers.command(last) == ["python3", "-m", "serve"]
    assert containers.health_check(last) == ["python3", "-c", "pass"]
    assert containers.variables(last)["GREETING"] == "good day"
    assert containers.health_check(last[:2]) == []


def test_our_image_starts_the_service():
    text = (CONTAINER / "Dockerfile").read_text("utf-8")
    last = containers.read_stages(text)[-1]
    assert containers.command(last) == ["python3", "-m", "cnnbook.serving", "serve"]
    assert containers.variables(last)["CNNBOOK_PORT"] == "8080"


@pytest.mark.parametrize(
    ("path", "rules", "taken"),
    [
        ("a", [], True),
        ("a", ["*"], False),
        ("a/b", ["*"], False),  # a rule speaks of all below it
        ("a/b", ["*", "!a"], True),
        ("a/b", ["!a", "*"], False),  # the last one decides
        ("a/b.py", ["*.py"], True),  # a star stays within a name
        ("a/b.py", ["**/*.py"], False),
        ("b.py", ["**/*.py"], False),
        ("ab", ["a?"], False),
        ("a/b", ["a?b"], True),
        ("ab/c", ["a"], True),
        ("a.py", ["a?py"], False),
        ("axpy", ["a.py"], True),  # a dot is a dot
    ],
)
def test_rules_by_hand(path, rules, taken):
    assert containers.let_in(path, rules) is taken


def test_files_are_found_below_exceptions_alone(tmp_path):
    for name in ("a/keep/x", "a/keep/__pycache__/y", "a/drop/z", "key.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    rules = ["*", "!a/keep", "**/__pycache__"]
    found = containers.context_files(tmp_path, rules)
    assert found == [PurePosixPath("a/keep/x")]
    copied = containers.copy_context(tmp_path, rules, tmp_path / "to", below="a")
    assert (copied / "keep/x").read_text() == "a/keep/x"
    assert [p.name for p in copied.rglob("*") if p.is_file()] == ["x"]


def test_our_image_gets_no_data_and_no_key():
    rules = containers.read_rules(CONTAINER / "Dockerfile.dockerignore")
    assert containers.let_in("cnnbook/serving/app.py", rules)
    assert containers.let_in("build/models/fashion/1/model.onnx", rules)
    for private in ("keys.json", ".git/config", "cnnbook/data/files/x.gz"):
        assert not containers.let_in(private, rules)
