"""One row for each export, and the numbers of a row."""

import gzip

import numpy as np
import pytest

from cnnbook.deploy import calibration_error, export_table


def test_a_row_holds_size_quality_and_speed(artifacts, pixels, answered):
    names = ["onnx", "litert-int8", "saved_model"]
    labels = answered.argmax(axis=1)
    labels[0] = (labels[0] + 1) % 10  # one image of twelve is wrong
    rows = export_table(
        {name: artifacts[name] for name in names}, pixels, labels, answered, rounds=1
    )
    assert [row["name"] for row in rows] == names
    assert [row["runtime"] for row in rows] == ["onnxruntime", "litert", "savedmodel"]
    content = artifacts["onnx"].read_bytes()
    assert rows[0]["bytes"] == len(content)
    assert rows[0]["gzip_bytes"] == len(gzip.compress(content))
    files = [p for p in artifacts["saved_model"].rglob("*") if p.is_file()]
    assert rows[2]["bytes"] == sum(p.stat().st_size for p in files)
    assert len(files) > 2
    assert rows[0]["accuracy"] == pytest.approx(11 / 12)
    assert rows[0]["disagreement"] == 0
    assert rows[0]["difference"] < 1e-5 < rows[1]["difference"]
    assert all(0 < row["p50"] <= row["p95"] <= row["p99"] for row in rows)
    assert all(row["images_per_second"] > 0 for row in rows)


def test_the_calibration_error_by_hand():
    sure = np.array([[0.9, 0.1]] * 10)  # sure of 0.9, right 6 times of 10
    assert calibration_error(np.array([0] * 6 + [1] * 4), sure) == pytest.approx(0.3)


def test_probabilities_in_steps_of_256_are_accepted():
    rounded = np.array([[231, 26], [230, 26]]) / 256  # sums 1.004 and 1
    expected = 1 - np.mean([231 / 257, 230 / 256])
    assert calibration_error(np.array([0, 0]), rounded) == pytest.approx(expected)
