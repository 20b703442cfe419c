"""`make records`: which runs there are, and what it says to a wrong name."""

import numpy as np
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


def test_scalings_run_with_all_rates_and_with_few_images(monkeypatch):
    monkeypatch.setattr(studies, "fashion_bytes", lambda **settings: None)
    monkeypatch.setattr(studies, "few", lambda data, num_images, seed: None)
    keys = set(records.normalization_runs())
    assert len(keys) == 5 * (4 + 3) * 3 + 5 * 2 * 5
    assert {"sgd 0.1 raw 0", "adam 0.0001 batch norm 2", "few 50 unit 4"} <= keys


def test_every_augmentation_runs_at_one_size_and_two_at_all(monkeypatch):
    monkeypatch.setattr(studies, "fashion_data", lambda **settings: None)
    keys = set(records.augmentation_runs())
    assert len(keys) == 3 * (len(studies.AUGMENTATIONS) + 2 * 2)
    assert {"none 250 0", "mirror+1px 4000 2", "source 1000 1"} <= keys


def test_detectors_run_with_few_and_many_canvases(monkeypatch):
    monkeypatch.setattr(records.boxes_and_noise, "garments", lambda: None)
    keys = list(records.detection_runs())
    assert keys[:4] == [*(f"detector 1500 {s}" for s in (0, 1, 2)), "detector 300 0"]
    assert keys[6:] == ["denoiser 0", "denoiser 1", "denoiser 2"]


def test_an_unknown_record_is_refused(capsys):
    with pytest.raises(SystemExit):
        records.main(["fashion"])
    assert "no such record: fashion" in capsys.readouterr().err


def test_learning_curves_run_from_small_to_large_with_every_seed(monkeypatch):
    monkeypatch.setattr(studies, "fashion_data", lambda **settings: None)
    keys = list(records.sample_size_runs())
    assert len(keys) == 3 * sum(map(len, studies.SAMPLE_SIZES.values()))
    assert keys[0] == "CNN 100 0"
    assert keys[-1] == "logistic regression 50000 2"
    assert "deep CNN 50000 0" not in keys


def test_few_labels_run_with_and_without_pre_training(monkeypatch):
    parts = [(np.zeros((1, 28, 28, 1)), np.zeros(1, int))] * 3
    data = studies.FashionData(*parts)
    monkeypatch.setattr(studies, "fashion_data", lambda **settings: data)
    keys = set(records.pretraining_runs())
    assert len(keys) == 3 * 3 * len(studies.LABEL_COUNTS)
    assert {"from scratch 50 0", "pre-trained 2000 2"} <= keys


def test_few_labels_are_used_on_clothes_first_and_on_two_other_tasks(monkeypatch):
    parts = [(np.zeros((1, 28, 28, 1)), np.zeros(1, int))] * 3
    data = studies.FashionData(*parts)
    monkeypatch.setattr(studies, "fashion_data", lambda **settings: data)
    keys = list(records.fewer_labels_runs())
    assert keys[0] == "clothes: contrastive, fine-tuned 10 0"
    assert keys[-1] == "shuffled digits: supervised, frozen 1000 2"
    assert len(keys) == len(set(keys)) == 195


def test_a_worker_dies_among_two_five_times_and_once_alone():
    keys = list(records.balancing_runs())
    assert keys[:3] == ["rates 0", "rates 1", "rates 2"]
    assert keys[3:] == [*(f"death of two {i}" for i in range(5)), "death alone"]
