"""The register and the bibliography: what they must hold, and what they refuse."""

import dataclasses

import pytest
import yaml

from cnnbook.claims import (
    Claim,
    ClaimError,
    find_bibliography,
    find_reference,
    load_register,
)

CLAIM = Claim("Z01", "3, 5", "exact", "2 < 3", "upheld", "", "training/a")
GOOD = dataclasses.asdict(CLAIM)

BIBLIOGRAPHY = r"""
@article{three, author = {LeCun, Yann and Bottou, L{\'e}on and Haffner, Patrick},
  title = {{Gradient-Based} learning}, year = {1998}, journal = {Proceedings},
  doi = {10.1109/5.726791}}
@misc{two, author = {Xiao, Han and {van der Berg}, Ann}, title = {A \& B},
  year = 2017, eprint = {1708.07747}, archiveprefix = {arXiv}}
@misc{one, author = {{Zalando SE}}, title = {Terms}, url = {https://example.org/t_1}}
@misc{loose, author = {Nobody}, title = {Hearsay}, doi = {}, url = {see there}}
"""


@pytest.fixture
def bibliography(tmp_path):
    path = tmp_path / "references.bib"
    path.write_text(BIBLIOGRAPHY, encoding="utf-8")
    return path


def test_the_register_holds_the_claims_of_the_source_in_their_order():
    register = load_register()
    assert len(register) >= 186
    assert list(register)[:2] == ["I01", "I02"]
    assert register["T14"].statement == (
        "model.save('cnn_model') and load_model bring the model back."
    )
    assert (register["T14"].lines, register["T14"].kind) == ("256-264", "code")
    ids = [name for name in register if name.startswith("T")]
    assert ids[:16] == [f"T{number:02d}" for number in range(1, 17)]


def test_a_claim_names_its_source_lines():
    assert CLAIM.where == "source lines 3, 5"
    assert dataclasses.replace(CLAIM, lines="7").where == "source line 7"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "rumour"}, "`kind` must be one of exact"),
        ({"verdict": "true"}, "`verdict` must be null or one of upheld"),
        ({"verdict": "conditional"}, "`condition` must say when"),
        ({"condition": "at night"}, "`condition` must say when"),
        ({"condition": None}, "`condition` must say when"),
        ({"verdict": None}, "`page` must be given for a decided claim"),
        ({"page": None}, "`page` must be given for a decided claim"),
        ({"lines": 7}, "quote it"),
        ({"known": "yes"}, "An entry must have id, lines, kind"),
    ],
)
def test_an_entry_that_contradicts_itself_is_refused(tmp_path, change, message):
    path = tmp_path / "register.yml"
    path.write_text(yaml.safe_dump([GOOD]))
    assert load_register(path) == {"Z01": CLAIM}
    path.write_text(yaml.safe_dump([GOOD | change]))
    with pytest.raises(ClaimError, match=message):
        load_register(path)


def test_an_id_may_stand_once(tmp_path):
    path = tmp_path / "register.yml"
    path.write_text(yaml.safe_dump([GOOD, GOOD]))
    with pytest.raises(ClaimError, match="Z01 more than once"):
        load_register(path)


def test_references_are_read_as_plain_text(bibliography):
    three, two, one = (
        find_reference(key, bibliography=bibliography)
        for key in ("three", "two", "one")
    )
    assert dataclasses.astuple(three) == (
        "three",
        "LeCun et al.",
        "1998",
        "Gradient-Based learning",
        "https://doi.org/10.1109/5.726791",
    )
    assert (two.authors, two.title) == ("Xiao and van der Berg", "A & B")
    assert two.address == "https://arxiv.org/abs/1708.07747"
    assert (one.authors, one.year) == ("Zalando SE", "")
    assert one.address == "https://example.org/t_1"


def test_a_reference_without_an_address_or_an_entry_is_refused(bibliography):
    with pytest.raises(ClaimError, match=r"'loose' of references.bib has no valid doi"):
        find_reference("loose", bibliography=bibliography)
    with pytest.raises(ClaimError, match=r"has no entry 'absent'. Add it"):
        find_reference("absent", bibliography=bibliography)


def test_the_bibliography_is_found_above_the_working_directory(
    bibliography, tmp_path, monkeypatch
):
    deep = tmp_path / "chapters" / "training"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    assert find_bibliography() == bibliography
    assert find_reference("three").year == "1998"
    with pytest.raises(ClaimError, match="pass `bibliography`"):
        find_bibliography(tmp_path.anchor)
