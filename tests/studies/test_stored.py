"""What other pages have stored is quoted as it is, or refused."""

import json

import pytest

from cnnbook.studies.stored import number, quoted, stored_text


@pytest.fixture
def chapters(tmp_path):
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": ["gap: 1,234.5\n"]},
        {"output_type": "error", "ename": "ValueError", "evalue": "no"},
        {
            "output_type": "display_data",
            "metadata": {"scrapbook": {"name": "gain"}},
            "data": {"application/papermill.record/text/plain": "0.25"},
        },
        {"output_type": "display_data", "metadata": {}, "data": {"image/png": "…"}},
    ]
    cells = [{"cell_type": "markdown", "source": "gap: 7"}]
    cells.append({"cell_type": "code", "source": "", "outputs": outputs})
    (tmp_path / "math").mkdir()
    page = tmp_path / "math" / "a.ipynb"
    page.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    return tmp_path


def test_text_by_hand(chapters):
    text = stored_text("math/a", chapters=chapters)
    assert text.split("\n") == ["gap: 1,234.5", "", "ValueError: no", "gain = 0.25", ""]


def test_a_number_is_read_with_its_separators(chapters):
    assert number("math/a", r"gap: ([\d,.]+)", chapters=chapters) == 1234.5
    assert number("math/a", r"gain = (.+)", chapters=chapters) == 0.25
    assert quoted("math/a", r"(\w+): no", chapters=chapters) == "ValueError"


def test_what_is_not_said_any_more_is_refused(chapters):
    with pytest.raises(ValueError, match="Look at what the page says now"):
        quoted("math/a", "gap: (7)", chapters=chapters)
    with pytest.raises(ValueError, match="must be a notebook below chapters"):
        stored_text("math/b", chapters=chapters)


def test_a_page_of_the_book_is_found():
    assert "optimism = " in stored_text("tuning/search")
