"""The counts of the landing page come from the register and the pages."""

import dataclasses
import json
import re

import pytest
import yaml

from cnnbook.claims import Claim, load_register
from tools import landing
from tools.landing import INDEX, PARTS, passages, rewrite, toc_parts
from tools.notebook_files import ROOT

GUESSED = [
    Claim(name, "1", "exact", f"Sentence {name}.", "upheld", "", "math/a")
    for name in landing.GUESSES
]
MAYBE = Claim("M02", "1", "exact", "So.", "conditional", "If n is odd.", "math/a")
OPEN = dataclasses.replace(MAYBE, id="M03", verdict=None, condition="", page=None)
REGISTER = {claim.id: claim for claim in (*GUESSED, MAYBE, OPEN)}
FRAME = "\n".join(
    f"by hand\n\n% begin {name} (written)\nold\n% end {name}\n"
    for name in ("counts", "guesses", "parts")
)


@pytest.fixture
def book(tmp_path):
    """A book of two pages in one part, and an appendix."""
    chapters = [{"file": "chapters/math/a"}, {"file": "chapters/math/b"}]
    appendix = {"caption": "Appendix", "chapters": [{"file": "chapters/appendix/x"}]}
    toc = {"parts": [{"caption": "Mathematics", "chapters": chapters}, appendix]}
    (tmp_path / "_toc.yml").write_text(yaml.safe_dump(toc), encoding="utf-8")
    folder = tmp_path / "chapters" / "math"
    folder.mkdir(parents=True)
    for name, time in (("a", "90 s"), ("b", "3 min")):
        text = f"**Run time.** about {time} on 2 cores.\n```{{exercise-start}} E\n"
        cells = [{"cell_type": "markdown", "source": [text]}]
        cells.append({"cell_type": "code", "source": ["{exercise-start}"]})
        (folder / f"{name}.ipynb").write_text(json.dumps({"cells": cells}), "utf-8")
    (tmp_path / INDEX).write_text(FRAME, encoding="utf-8")
    return tmp_path


def test_passages_by_hand(book):
    written = passages(book, REGISTER)
    assert written["counts"] == (
        "**2 pages, 5 claims tried:** 4 upheld, 1 conditional and 0 refuted. 1 are "
        "still open. 2 exercises with checkers. Everything runs on two processor "
        "cores, in about 5 minutes altogether."
    )
    assert written["parts"].splitlines()[2:] == [
        f"| **[Mathematics](chapters/math/a)** | {PARTS['Mathematics'][1]} | 2 | 3 |"
    ]
    first, *_ = written["guesses"].split("\n\n")
    assert first == (
        ":::{dropdown} “Sentence P26.”\n**✓ Upheld.** See [](chapters/math/a).\n:::"
    )


def test_only_the_passages_are_rewritten():
    new = rewrite(FRAME, {"counts": "3 pages", "guesses": "a\n\nb", "parts": "table"})
    assert new.count("by hand") == 3
    assert "% begin counts (written)\n\n3 pages\n\n% end counts\n" in new
    assert "old" not in new
    assert rewrite(new, {"counts": "3 pages"}) == new


@pytest.mark.parametrize("text", ["", FRAME + FRAME])
def test_a_passage_that_is_missing_or_there_twice_is_refused(text):
    with pytest.raises(ValueError, match="must have one passage 'counts'"):
        rewrite(text, {"counts": "3 pages"})


def test_a_page_without_a_run_time_is_refused(book):
    page = book / "chapters" / "math" / "a.ipynb"
    page.write_text(page.read_text().replace("Run time", "Time"), encoding="utf-8")
    with pytest.raises(ValueError, match="math/a must open with its run time"):
        passages(book, REGISTER)


def test_check_ends_with_one_until_the_page_is_written(book, capsys, monkeypatch):
    monkeypatch.setattr(landing, "load_register", lambda: REGISTER)
    assert landing.main(["--check"], root=book) == 1
    assert "run `make claims`" in capsys.readouterr().err
    assert (book / INDEX).read_text(encoding="utf-8") == FRAME
    assert landing.main([], root=book) == 0
    assert landing.main(["--check"], root=book) == 0


def test_the_landing_page_of_the_book_is_current():
    assert landing.main(["--check"]) == 0


def test_every_part_of_the_book_and_of_the_register_is_counted():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    assert [*toc_parts(toc)] == [*PARTS, "Appendix"]
    letters = "".join(letters for letters, _ in PARTS.values())
    assert sorted(letters) == sorted({claim[0] for claim in load_register()})


def test_a_visitor_may_guess_at_every_verdict():
    register = load_register()
    verdicts = {register[name].verdict for name in landing.GUESSES}
    assert verdicts == {"upheld", "conditional", "refuted"}


def test_numbers_of_the_landing_page_are_not_typed_by_hand():
    text = (ROOT / INDEX).read_text(encoding="utf-8")
    by_hand = re.sub(r"^% begin.*?^% end \w+$", "", text, flags=re.M | re.S)
    assert re.findall(r"\b\d+ (?:pages|claims|exercises|upheld|refuted)", by_hand) == []
