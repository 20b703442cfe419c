"""The table of trials: whole files, the best of the largest budget, refusals."""

import json

import pytest

from cnnbook.tuning import Trial, TrialTable, best_trial


def trial(number, score, *, epochs=1, **options):
    options = {"status": "done" if score is not None else "failed"} | options
    return Trial(number, {"x": number}, epochs, (0,), score=score, **options)


def test_what_is_written_comes_back(tmp_path):
    table = TrialTable(tmp_path / "new" / "folder")
    written = [
        trial(3, 0.5, curve=((1, 0.4), (2, 0.5)), metrics=({"score": 0.5},)),
        trial(0, None, error="ValueError: no"),
    ]
    for each in written:
        table.write(each)
    assert table.trials() == [written[1], written[0]]


def test_a_half_written_file_of_a_killed_process_is_not_a_trial(tmp_path):
    table = TrialTable(tmp_path)
    table.write(trial(0, 0.5))
    # the temporary name of cnnbook.files.write_atomically
    (tmp_path / ".trial-00001.json.x8k2").write_text('{"number": 1, "con')
    assert [t.number for t in table.trials()] == [0]


def test_the_frame_has_a_row_for_each_trial_and_a_column_for_each_knob(tmp_path):
    table = TrialTable(tmp_path)
    table.write(trial(0, 0.5))
    table.write(trial(1, None, error="no"))
    frame = table.frame()
    assert frame["x"].tolist() == [0, 1]
    assert frame["status"].tolist() == ["done", "failed"]
    assert frame["score"].isna().tolist() == [False, True]


def test_the_best_is_sought_among_those_of_the_largest_budget():
    trials = [trial(0, 0.9), trial(1, 0.6, epochs=9), trial(2, 0.7, epochs=9)]
    assert best_trial(trials).number == 2


def test_without_a_finished_trial_the_errors_are_told():
    with pytest.raises(ValueError, match=r"none is done\. Errors: no such layer"):
        best_trial([trial(0, None, error="no such layer")])


def test_an_unknown_status_is_refused():
    with pytest.raises(ValueError, match="`status` must be one of 'done'"):
        trial(0, 0.5, status="fine")


def test_a_trial_is_plain_json(tmp_path):
    TrialTable(tmp_path).write(trial(7, 0.25))
    stored = json.loads((tmp_path / "trial-00007.json").read_text())
    assert (stored["number"], stored["score"], stored["seeds"]) == (7, 0.25, [0])
