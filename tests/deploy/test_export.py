"""What the files hold: names, types, sizes; and what an export refuses."""

import os
import zipfile

import h5py
import keras
import numpy as np
import onnx
import pytest
from ai_edge_litert.interpreter import Interpreter

from cnnbook import deploy
from cnnbook.deploy import export
from cnnbook.deploy.graph import serving_model


@pytest.fixture(scope="module")
def model(trained):
    return serving_model(trained.model, trained.preprocessor)


def described(value):
    tensor = value.type.tensor_type
    dims = [dim.dim_param or dim.dim_value for dim in tensor.shape.dim]
    return value.name, onnx.TensorProto.DataType.Name(tensor.elem_type), dims


IMAGE = ("image", "UINT8", ["batch", 28, 28, 1])
PROBABILITIES = ("probabilities", "FLOAT", ["batch", 10])


@pytest.mark.parametrize("name", ["onnx", "onnx-int8"])
def test_an_onnx_file_has_the_names_of_the_contract(artifacts, name):
    graph = onnx.load(artifacts[name]).graph
    assert list(map(described, graph.input)) == [IMAGE]
    assert list(map(described, graph.output)) == [PROBABILITIES]


def test_the_explaining_file_answers_with_maps_too(artifacts):
    graph = onnx.load(artifacts["explain"]).graph
    maps = ("class_maps", "FLOAT", ["batch", 7, 7, 10])
    assert list(map(described, graph.input)) == [IMAGE]
    assert list(map(described, graph.output)) == [PROBABILITIES, maps]


def test_litert_files_take_bytes_and_answer_with_floats(artifacts):
    for name, path in artifacts.items():
        if name.startswith("litert"):
            interpreter = Interpreter(str(path))
            (image,) = interpreter.get_input_details()
            (answer,) = interpreter.get_output_details()
            assert (image["dtype"], answer["dtype"]) == (np.uint8, np.float32)
            assert image["shape_signature"].tolist() == [-1, 28, 28, 1]


def test_int8_is_int8_inside(artifacts):
    def kinds(name):
        details = Interpreter(str(artifacts[name])).get_tensor_details()
        return {np.dtype(each["dtype"]).name for each in details}

    assert "int8" not in kinds("litert-float32")
    assert {"int8", "float32"} <= kinds("litert-dynamic")
    assert "int8" in kinds("litert-int8")
    weights = onnx.load(artifacts["onnx-int8"]).graph.initializer
    assert onnx.TensorProto.INT8 in {w.data_type for w in weights}


def test_every_rounding_makes_the_file_smaller(artifacts):
    sizes = {name: path.stat().st_size for name, path in artifacts.items()}
    assert sizes["litert-float16"] < sizes["litert-float32"]
    assert sizes["litert-int8"] < sizes["litert-float16"]


def test_a_keras_file_leaves_the_optimizer_behind(trained, tmp_path):
    model = keras.models.clone_model(serving_model(trained.model, trained.preprocessor))
    model.compile("adam", "sparse_categorical_crossentropy")
    model.optimizer.build(model.trainable_variables)
    export.export_keras(model, tmp_path / "model.keras")
    with (
        zipfile.ZipFile(tmp_path / "model.keras") as archive,
        archive.open("model.weights.h5") as stream,
        h5py.File(stream) as weights,
    ):
        assert "optimizer" not in weights
        assert "layers" in weights


@pytest.mark.slow
def test_an_export_says_nothing(trained, pixels, tmp_path, capfd):
    deploy.export_formats(trained, tmp_path, ["litert-int8", "onnx-int8"], pixels)
    assert capfd.readouterr() == ("", "")


def test_what_was_said_comes_out_where_an_export_fails(capfd):
    def fail():
        with export._held_back():
            os.write(2, b"the reason\n")
            raise OSError("broken")

    with pytest.raises(OSError, match="broken"):
        fail()
    assert capfd.readouterr().err == "the reason\n"
    os.write(2, b"later\n")
    assert capfd.readouterr().err == "later\n"


@pytest.mark.parametrize("function", [export.export_litert, export.export_onnx_int8])
def test_calibration_images_must_be_bytes(model, pixels, tmp_path, function):
    kind = {"kind": "int8"} if function is export.export_litert else {}
    for images, message in (
        (pixels / 255, r"`calibration` must be bytes \(uint8\) .* got float64"),
        (pixels[:, 1:], r"`calibration` must be bytes .* got uint8 of shape \(12, 27"),
        (pixels[0], "add the batch axis"),
        (None, "`calibration` must be images for int8, got None"),
    ):
        with pytest.raises(ValueError, match=message):
            function(model, tmp_path / "model", calibration=images, **kind)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_kind_is_refused(model, tmp_path):
    with pytest.raises(ValueError, match="`kind` must be one of 'float32'"):
        export.export_litert(model, tmp_path / "a.tflite", "int4")


def test_a_folder_that_exists_is_left_alone(model, tmp_path):
    with pytest.raises(ValueError, match="`folder` must be new"):
        export.export_saved_model(model, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_notebooks_are_not_told_of_temporary_folders():
    import tensorflow as tf

    level = tf.get_logger().level
    with export._unlogged():
        assert tf.get_logger().level == 30  # WARNING
    assert tf.get_logger().level == level


def largest_weight(path):
    weights = [
        onnx.numpy_helper.to_array(tensor)
        for tensor in onnx.load(path).graph.initializer
        if tensor.data_type == onnx.TensorProto.INT8 and len(tensor.dims) > 1
    ]
    return max(np.abs(each.astype(int)).max() for each in weights)


def test_int8_weights_of_onnx_have_seven_bits_unless_told(
    model, pixels, artifacts, tmp_path
):
    assert largest_weight(artifacts["onnx-int8"]) <= 64
    path = tmp_path / "full.onnx"
    export.export_onnx_int8(model, path, calibration=pixels, reduce_range=False)
    assert largest_weight(path) == 127
