"""The four pieces of inference, each by hand, and parity between engines."""

import json
import shutil

import numpy as np
import pytest

from cnnbook.manifest import ManifestError
from cnnbook.serving import load_predictor
from tests.serving.small_model import build_small_version, expected


@pytest.fixture(scope="module")
def predictor(store):
    return load_predictor(store / "fashion" / "1")


def test_the_answers_are_those_of_the_formula(predictor, images):
    found = predictor.predict(images)
    np.testing.assert_allclose(found, expected(images), atol=1e-6)


def test_many_images_are_split_and_answered_in_order(store, images):
    small = load_predictor(store / "fashion" / "1", max_batch=7)
    np.testing.assert_allclose(small.predict(images), expected(images), atol=1e-6)


def test_a_file_is_preprocessed_to_one_image(predictor, images, file_of):
    assert (predictor.preprocess(file_of(images[3])) == images[3:4]).all()


def test_classes_are_named_best_first_and_of_equals_the_first(predictor):
    probabilities = np.array([[0.1, 0.4, 0.1, 0.4, 0, 0, 0, 0, 0, 0]], np.float32)
    (top,) = predictor.postprocess(probabilities, top_k=3)
    assert [(c["label"], c["index"]) for c in top] == [
        ("Trouser", 1),
        ("Dress", 3),
        ("T-shirt/top", 0),
    ]
    assert top[0]["probability"] == pytest.approx(0.4)


@pytest.mark.parametrize("top_k", [0, 11])
def test_the_number_of_classes_is_checked(predictor, images, top_k):
    with pytest.raises(ValueError, match="`top_k` must be between 1 and 10"):
        predictor.postprocess(predictor.predict(images[:1]), top_k=top_k)


def test_a_changed_file_is_refused_before_it_is_loaded(store, tmp_path):
    folder = shutil.copytree(store / "fashion" / "1", tmp_path / "1")
    path = folder / "model.onnx"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(ManifestError, match=r"model\.onnx"):
        load_predictor(folder)


def test_an_engine_without_its_file_says_what_there_is(store):
    with pytest.raises(
        ValueError, match=r"must be one of 'explain.onnx', 'model.onnx'"
    ):
        load_predictor(store / "fashion" / "1", file_name="model.tflite")


class Wrong:
    name, threads = "wrong", 1

    def __init__(self, answer):
        self.answer = answer

    def predict(self, images):
        return self.answer(len(images))


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda n: np.full((n, 10), np.nan), "finite"),
        (lambda n: np.full((n, 9), 1 / 9), "must answer with finite"),
        (lambda n: np.full((n, 10), 0.3), "do not add up to 1"),
    ],
)
def test_warming_up_refuses_what_does_not_answer_probabilities(
    predictor, answer, message
):
    wrong = type(predictor)(predictor.folder, predictor.manifest, Wrong(answer))
    with pytest.raises(ManifestError, match=message):
        wrong.warm_up()


def test_a_sound_model_warms_up(predictor):
    predictor.warm_up()


@pytest.mark.slow
def test_keras_and_onnx_runtime_agree(tmp_path, images):
    folder = build_small_version(tmp_path, keras=True)
    keras, onnx = (
        load_predictor(folder, file_name=name) for name in ("model.keras", "model.onnx")
    )
    keras.warm_up()
    assert keras.runtime.name != onnx.runtime.name
    np.testing.assert_allclose(keras.predict(images), onnx.predict(images), atol=1e-6)


def test_an_answer_is_plain_json(predictor, images):
    top = predictor.postprocess(predictor.predict(images[:2]), top_k=10)
    assert json.loads(json.dumps(top)) == top
    assert [len(classes) for classes in top] == [10, 10]
