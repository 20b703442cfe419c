"""`make records`: which runs there are, and what it says to a wrong name."""

import pytest

from cnnbook import studies
from tools import records


def test_three_poolings_run_at_both_budgets_with_every_seed(monkeypatch):
    monkeypatch.setattr(records.studies, "fashion_data", lambda **options: None)
    keys = set(records.pooling_runs())
    assert len(keys) == 3 * 2 * 3
    assert {"max short 0", "average long 2", "stride long 1"} <= keys


def test_every_network_runs_at_every_budget_with_every_seed(monkeypatch):
    monkeypatch.setattr(studies, "fashion_data", lambda **settings: None)
    keys = set(records.network_runs())
    assert len(keys) == len(studies.NETWORKS) * len(studies.BUDGETS) * 3
    assert "source_cnn full 2" in keys
    assert list(records.accurate_runs()) == ["seed 0", "seed 1", "seed 2"]


def test_an_unknown_record_is_refused(capsys):
    with pytest.raises(SystemExit):
        records.main(["fashion"])
    assert "no such record: fashion" in capsys.readouterr().err
