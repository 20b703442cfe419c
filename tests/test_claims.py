"""Claims: the verdict, the citation, and the box that they print."""

import dataclasses
import subprocess
import sys
from html.parser import HTMLParser

import numpy as np
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from cnnbook.claims import (
    MIME,
    Claim,
    ClaimError,
    cited,
    outcome,
    verdict,
)
from cnnbook.claims.register import REGISTER

CLAIM = Claim("Z01", "3, 5", "exact", "<b>2</b> < 3 & $x$", "upheld", "", "training/a")
FACT = dataclasses.replace(CLAIM, id="Z02", kind="fact", lines="7")
OPEN = dataclasses.replace(CLAIM, id="Z03", verdict=None, page=None)
SOMETIMES = dataclasses.replace(
    CLAIM, id="Z04", verdict="conditional", condition="only on <even> days"
)
REGISTERED = {claim.id: claim for claim in (CLAIM, FACT, OPEN, SOMETIMES)}

BIBLIOGRAPHY = """
@article{three, author = {LeCun, Yann and Bottou, Leon and Haffner, Patrick},
  title = {{Gradient-Based} learning}, year = {1998}, doi = {10.1109/5.726791}}
@misc{one, author = {{Zalando SE}}, title = {Terms}, url = {https://example.org/t_1}}
@misc{loose, author = {Nobody}, title = {Hearsay}, year = 2020}
"""


@pytest.fixture
def shown():
    """Run something that displays, and return the one bundle it displayed."""
    InteractiveShell.instance()

    def run(function, *arguments, **options):
        with capture_output() as captured:
            assert function(*arguments, register=REGISTERED, **options) is None
        [output] = captured.outputs
        return output.data

    yield run
    InteractiveShell.clear_instance()


@pytest.fixture
def bibliography(tmp_path):
    path = tmp_path / "references.bib"
    path.write_text(BIBLIOGRAPHY, encoding="utf-8")
    return path


@given(st.dictionaries(st.sampled_from("abcdef"), st.booleans(), min_size=1))
def test_outcome_is_upheld_for_all_refuted_for_none_and_else_conditional(cases):
    held = sum(cases.values())
    expected = {len(cases): "upheld", 0: "refuted"}.get(held, "conditional")
    assert outcome(cases) == expected
    assert outcome({case: np.bool_(value) for case, value in cases.items()}) == expected


def test_outcome_of_a_single_answer():
    assert outcome(True) == outcome(np.bool_(True)) == "upheld"
    assert outcome(False) == outcome(np.float32(1) > 2) == "refuted"


@pytest.mark.parametrize(
    "holds",
    [
        1,
        0.0,
        "yes",
        None,
        [],
        [True],
        {},
        {"a": 1},
        {"a": None},
        np.array([True, True]),
    ],
)
def test_anything_but_true_and_false_is_refused(holds):
    with pytest.raises(ValueError, match=r"`holds` must be True or False.*comparison"):
        outcome(holds)


@pytest.mark.parametrize("case", ["", "  ", 3])
def test_a_case_is_named_in_words(case):
    with pytest.raises(ValueError, match="`holds` must name each case in words"):
        outcome({case: True})


def test_a_verdict_emits_exactly_the_bundle_that_checkers_read(shown):
    data = shown(verdict, "Z01", holds=np.bool_(True), because="it is so.")
    assert sorted(data) == [MIME, "text/html", "text/plain"]
    assert MIME == "application/vnd.cnnbook.claim+json"
    assert data[MIME] == {"id": "Z01", "verdict": "upheld"}
    assert data["text/plain"].splitlines() == [
        "Z01 upheld (source lines 3, 5): <b>2</b> < 3 & $x$",
        "  Because: it is so.",
    ]


def test_the_box_says_everything_and_escapes_it(shown):
    holds = {"on <even> days": True, "else": False}
    data = shown(verdict, "Z04", holds=holds, because='a < b & "c"')
    assert data["text/html"].startswith(
        '<div class="claim claim-conditional" id="claim-Z04">'
    )
    box = BeautifulSoup(data["text/html"], "html.parser")
    assert box.select_one("div > .claim-title").text == (
        "Claim Z04: conditional (source lines 3, 5)"
    )
    assert box.select_one(".claim-statement").text == "“<b>2</b> < 3 & $x$”"
    assert [case.text for case in box.select("li")] == [
        "holds: on <even> days",
        "fails: else",
    ]
    assert box.select_one(".claim-condition").text == "Condition: only on <even> days"
    assert box.select_one(".claim-because").text == 'Because: a < b & "c"'
    assert data["text/plain"].splitlines()[1:3] == [
        "  holds: on <even> days",
        "  fails: else",
    ]


def test_the_box_is_balanced_and_needs_neither_style_nor_image(shown):
    stack, names = [], set()

    class Balance(HTMLParser):
        def handle_starttag(self, tag, attrs):
            stack.append(tag)
            names.update({tag}, (name for name, _ in attrs))

        def handle_endtag(self, tag):
            assert stack.pop() == tag

    holds = {"a": True, "b": False}
    html = shown(verdict, "Z04", holds=holds, because="c")["text/html"]
    Balance().feed(html)
    assert stack == []
    assert names == {"div", "p", "ul", "li", "strong", "class", "id"}


def test_a_verdict_shows_the_same_each_time(shown):
    first, again = (
        shown(verdict, "Z01", holds=True, because="it is so.") for _ in range(2)
    )
    assert first == again


@pytest.mark.parametrize(
    ("claim_id", "holds", "because", "message"),
    [
        ("Z99", True, "x", "no claim 'Z99'.*Check the id"),
        ("Z03", True, "x", "Z03 is open in the register, and this run says 'upheld'"),
        ("Z01", False, "x", "'upheld' in the register, and this run says 'refuted'"),
        ("Z01", {"a": True, "b": False}, "x", "says 'conditional'. Find out which"),
        ("Z04", True, "x", "'conditional' in the register, and this run says 'uph"),
        ("Z01", True, " ", "`because` must say what decides Z01"),
    ],
)
def test_a_verdict_the_register_does_not_have_is_an_error(
    claim_id, holds, because, message
):
    with capture_output() as captured:
        with pytest.raises(ClaimError, match=message):
            verdict(claim_id, holds=holds, because=because, register=REGISTERED)
    assert captured.outputs == []


def test_a_claim_error_is_an_assertion_error():
    assert issubclass(ClaimError, AssertionError)


def test_the_packages_own_register_is_asked_by_default():
    with pytest.raises(ClaimError, match="no claim 'Z01'"):
        verdict("Z01", holds=True, because="x")
    assert REGISTER.is_file()


def test_a_fact_is_decided_by_its_references(shown, bibliography):
    data = shown(cited, "Z02", ("three", "one"), bibliography=bibliography)
    assert data[MIME] == {"id": "Z02", "verdict": "upheld"}
    box = BeautifulSoup(data["text/html"], "html.parser")
    assert [entry.text for entry in box.select(".claim-reference")] == [
        "Reference: LeCun et al. (1998), Gradient-Based learning. "
        "https://doi.org/10.1109/5.726791",
        "Reference: Zalando SE (no date), Terms. https://example.org/t_1",
    ]
    assert box.a["href"] == "https://doi.org/10.1109/5.726791"
    assert "LeCun et al. (1998)" in data["text/plain"]


def test_only_facts_with_a_reference_are_cited(bibliography):
    options = {"bibliography": bibliography, "register": REGISTERED}
    with pytest.raises(ClaimError, match=r"Z01 is of the kind 'exact'.*use `verdict`"):
        cited("Z01", "three", **options)
    with pytest.raises(ClaimError, match="no valid doi"):
        cited("Z02", "loose", **options)
    with pytest.raises(ClaimError, match="must name what Z02 is cited from"):
        cited("Z02", (), **options)
    with pytest.raises(ClaimError, match="this run says 'refuted'"):
        cited("Z02", "three", holds=False, **options)
    with pytest.raises(ClaimError, match="no claim 'Z99'"):
        cited("Z99", "three", **options)


def test_importing_claims_imports_neither_tensorflow_nor_ipython():
    heavy = "{'tensorflow', 'keras', 'IPython', 'pybtex'} & set(sys.modules)"
    code = f"import sys, cnnbook.claims; print(sorted({heavy}))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
