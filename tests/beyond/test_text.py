"""Names: plain letters, no thing in both parts, codes that can be read back."""

import numpy as np
import pytest

from cnnbook.beyond import text


def test_accents_are_taken_off():
    assert text.plain("Čeština") == "cestina"
    assert text.plain("Türkçe, \u0131rak") == "turkce irak"
    assert text.plain("Großbritannien") == "grossbritannien"


def test_codes_by_hand():
    codes = text.encode(["ab", "z"], length=5)
    assert codes.tolist() == [[1, 2, 3, 1, 0], [1, 27, 1, 0, 0]]


def test_what_is_long_is_cut():
    assert text.encode(["abc"], length=3).tolist() == [[1, 2, 3]]


def test_no_word_is_in_both_parts_or_in_two_languages():
    train, test = text.load_names(seed=0)
    words = train.words + test.words
    assert len(set(words)) == len(words)
    assert len(words) > 2500
    assert all(set(word) <= set(text.LETTERS) for word in words)
    assert np.bincount(train.labels).min() > 100
    assert train.languages[1] == "de"


def test_no_thing_is_in_both_parts():
    train, test = text.load_names(seed=0)
    rows = text.FILE.read_text("utf-8").splitlines()[1:]
    trained, new = set(train.words), set(test.words)
    for row in rows:
        named = {text.plain(word) for word in row.split("\t")[1:]}
        assert not (named & trained and named & new)


def test_refusals_say_what_to_do():
    with pytest.raises(ValueError, match="Pass plain"):
        text.encode(["Über"])
    with pytest.raises(ValueError, match="`length` must be 1 or more"):
        text.encode(["a"], length=0)
    with pytest.raises(ValueError, match="`test_share` must be between"):
        text.load_names(test_share=1.0, seed=0)
