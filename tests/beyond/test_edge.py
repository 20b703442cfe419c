"""The file for small devices answers as its network, and memory is measured alone."""

import json
from types import SimpleNamespace

import keras
import numpy as np
import pytest

from cnnbook.beyond import edge
from cnnbook.beyond.blocks import block_network


def test_bytes_are_scaled_inside():
    model = block_network("separable", 4, num_blocks=1)
    images = np.random.default_rng(0).integers(0, 256, (3, 14, 14, 1), dtype=np.uint8)
    scaled = ((images / 255 - 0.3) / 0.4).astype("float32")
    expected = keras.ops.softmax(model(scaled))
    found = edge.bytes_model(model, 0.3, 0.4)(images)
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_a_deviation_of_zero_is_refused():
    with pytest.raises(ValueError, match="`deviation` must be above 0, got 0"):
        edge.bytes_model(block_network("plain", 4), 0.3, 0)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"'none\.tflite' does not exist"):
        edge.lite_memory(tmp_path / "none.tflite")


def test_memory_is_that_of_one_image_at_a_time(monkeypatch, capsys):
    asked = []
    engine = SimpleNamespace(image_shape=(4, 5, 1), predict=asked.append)
    monkeypatch.setattr(edge, "LiteRuntime", lambda path: engine)
    monkeypatch.setattr(edge, "peak_memory", iter([10.0, 12.5]).__next__)
    edge.main("some.tflite")
    assert {(image.shape, image.dtype.name) for image in asked} == {
        ((1, 4, 5, 1), "uint8")
    }
    assert json.loads(capsys.readouterr().out) == {"engine": 10.0, "network": 2.5}
