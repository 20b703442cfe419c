"""Every engine answers as the network in Keras does, for any number of images."""

import gc
import os
import subprocess
import sys
import threading

import keras
import numpy as np
import pytest

from cnnbook import runtimes
from cnnbook.runtimes import LiteRuntime, OnnxRuntime, load_runtime

EXACT = ["onnx", "explain", "keras", "saved_model", "litert-float32"]
ROUNDED = ["litert-float16", "litert-dynamic", "litert-int8", "onnx-int8"]


@pytest.mark.parametrize("name", EXACT)
def test_the_answer_is_that_of_the_original(artifacts, pixels, answered, name):
    found = load_runtime(artifacts[name]).predict(pixels)
    np.testing.assert_allclose(found, answered, atol=1e-5)
    assert found.dtype == np.float32


@pytest.mark.parametrize("name", ROUNDED)
def test_eight_bits_answer_nearly_so(artifacts, pixels, answered, name):
    found = load_runtime(artifacts[name]).predict(pixels)
    np.testing.assert_allclose(found, answered, atol=0.2)
    assert np.abs(found - answered).max() > 1e-6  # it is not the float32 one
    assert found.dtype == np.float32


@pytest.mark.parametrize("name", [*EXACT, *ROUNDED])
def test_the_number_of_images_may_change_from_call_to_call(artifacts, pixels, name):
    runtime = load_runtime(artifacts[name])
    whole = runtime.predict(pixels)
    for n in (1, 5, 1, 12):
        np.testing.assert_allclose(runtime.predict(pixels[:n]), whole[:n], atol=1e-5)


@pytest.mark.parametrize("name", [*EXACT, *ROUNDED])
def test_the_first_call_may_bring_one_image(artifacts, pixels, name):
    first = load_runtime(artifacts[name]).predict(pixels[:1])
    whole = load_runtime(artifacts[name]).predict(pixels)
    np.testing.assert_allclose(first, whole[:1], atol=1e-5)


@pytest.mark.parametrize("name", EXACT)
def test_a_view_is_read_as_it_looks(artifacts, pixels, name):
    runtime = load_runtime(artifacts[name])
    mirrored = pixels[:, :, ::-1]
    expected = runtime.predict(mirrored.copy())
    np.testing.assert_array_equal(runtime.predict(mirrored), expected)


@pytest.mark.parametrize("name", EXACT)
@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda x: x / 255, r"must be bytes \(uint8\).*scaled inside the model"),
        (lambda x: x[:, :14], r"must be bytes .* \(n, \*\(28, 28, 1\)\), got uint8"),
        (lambda x: x[0], "add the batch axis"),
        (lambda x: x[:0], "is empty along n"),
    ],
)
def test_other_images_are_refused(artifacts, pixels, name, spoil, message):
    with pytest.raises(ValueError, match=message):
        load_runtime(artifacts[name]).predict(spoil(pixels))


def test_an_engine_says_its_name_and_its_threads(artifacts):
    said = {
        name: (loaded.name, loaded.threads)
        for name in ("onnx", "litert-float32", "keras", "saved_model")
        for loaded in [load_runtime(artifacts[name], threads=2)]
    }
    assert said == {
        "onnx": ("onnxruntime", 2),
        "litert-float32": ("litert", 2),
        "keras": ("keras", 0),
        "saved_model": ("savedmodel", 0),
    }


def test_run_answers_with_every_output_by_name(artifacts, pixels):
    runtime = OnnxRuntime(artifacts["explain"])
    outputs = runtime.run(pixels)
    shapes = {name: output.shape for name, output in outputs.items()}
    assert shapes == {"probabilities": (12, 10), "class_maps": (12, 7, 7, 10)}
    np.testing.assert_array_equal(outputs["probabilities"], runtime.predict(pixels))


def test_callers_in_several_threads_do_not_disturb_each_other(artifacts, pixels):
    runtime = LiteRuntime(artifacts["litert-float32"])
    expected = runtime.predict(pixels)
    wrong = []

    def ask(n):
        for _ in range(50):
            found = runtime.predict(pixels[:n])
            if found.shape != (n, 10) or np.abs(found - expected[:n]).max() > 1e-5:
                wrong.append(n)

    callers = [threading.Thread(target=ask, args=(n,)) for n in (1, 3, 12)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert wrong == []


def test_a_saved_model_outlives_what_loaded_it(artifacts, pixels, answered):
    predict = load_runtime(artifacts["saved_model"]).predict
    gc.collect()
    np.testing.assert_allclose(predict(pixels), answered, atol=1e-5)


def test_code_in_a_keras_file_is_refused(tmp_path):
    made = tmp_path / "made"
    image = keras.Input((28, 28, 1), dtype="uint8")
    harmful = eval(f"lambda x: (open({str(made)!r}, 'w').close(), x)[1]")  # noqa: S307
    model = keras.Model(image, keras.layers.Lambda(harmful)(image))
    model.save(tmp_path / "model.keras")
    made.unlink()  # to build the network ran the code once
    with pytest.raises(ValueError, match=r"Lambda.*unsafe"):
        load_runtime(tmp_path / "model.keras")
    assert not made.exists()
    keras.saving.load_model(tmp_path / "model.keras", safe_mode=False)
    assert made.exists()  # so it is a trap, and the safe mode is what closed it


def test_a_file_that_is_missing_is_named(tmp_path):
    for name in ("a.onnx", "a.tflite", "a.keras"):
        with pytest.raises(ValueError, match=f"must be a file, '{name}' is none"):
            load_runtime(tmp_path / name)


def test_an_unknown_suffix_is_refused():
    with pytest.raises(ValueError, match=r"must end in \.onnx.*got 'model\.pt'"):
        load_runtime("model.pt")


@pytest.mark.parametrize("engine", ["OnnxRuntime", "LiteRuntime"])
def test_at_least_one_thread_is_needed(artifacts, engine):
    with pytest.raises(ValueError, match="`threads` must be 1 or more, got 0"):
        getattr(runtimes, engine)(artifacts["onnx"], threads=0)


def test_importing_the_light_parts_imports_no_engine():
    code = (
        "import sys, cnnbook.manifest, cnnbook.runtimes, cnnbook.deploy\n"
        "heavy = {'tensorflow', 'keras', 'onnxruntime', 'onnx', 'ai_edge_litert'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert run.stdout.strip() == "[]"
