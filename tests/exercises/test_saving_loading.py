"""The checkers of *Saving and loading*: right answers pass, wrong ones get a hint."""

import keras
import numpy as np
import pytest

from cnnbook.exercises.training import saving_loading as exercises

# h5py asks Keras variables for arrays in the way of NumPy 1
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't")


def scores(model, images):
    return np.asarray(model(images))


def largest_difference(first, second, images):
    return np.abs(scores(first, images) - scores(second, images)).max()


def save_for_inference(model, path):
    model.save(path)
    keras.saving.load_model(path, compile=False).save(path)


def safe_load(path):
    try:
        return keras.saving.load_model(path)
    except ValueError as error:
        if "arbitrary code execution" in str(error):
            return None
        raise


def test_the_largest_difference_is_accepted():
    assert exercises.check_largest_difference(largest_difference).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (0.5, "must be a function"),
        (lambda a, b, x: 1.0, "agrees with itself"),
        (lambda a, b, x: (scores(a, x) - scores(b, x)).max(), "absolute"),
        (lambda a, b, x: np.abs(scores(a, x) - scores(b, x)).mean(), "largest"),
        (lambda a, b, x: largest_difference(a, b, x[:1]), "all images"),
        (
            lambda a, b, x: np.abs(scores(a, x) - scores(b, x))[:, 0].max(),
            "and classes",
        ),
        (lambda a, b, x: np.abs(scores(a, x) - scores(b, x)), "must be a number"),
        (lambda a, b, x: float("nan"), "agrees with itself"),
        (lambda a, b: 0.0, "raised TypeError"),
    ],
)
def test_other_differences_are_rejected(answer, hint):
    feedback = exercises.check_largest_difference(answer)
    assert not feedback.correct
    assert hint in feedback.message


def rebuilt(model, path):
    copy = keras.Model.from_config(model.get_config())  # clone_model would compile it
    copy.set_weights(model.get_weights())
    copy.save(path)


@pytest.mark.parametrize("answer", [save_for_inference, rebuilt])
def test_files_without_optimizer_are_accepted(answer):
    assert exercises.check_save_for_inference(answer).correct


def loses_the_state(model, path):
    save_for_inference(model, path)
    model.compile("adam", "mse")


def forgets_the_weights(model, path):
    keras.Model.from_config(model.get_config()).save(path)


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda model, path: None, "wrote no file"),
        (lambda model, path: model.export(path, verbose=False), "wrote no file"),
        (lambda model, path: model.save(path), "still holds an optimizer"),
        (lambda model, path: model.save_weights(path), "raised ValueError"),
        (lambda model, path: path.write_bytes(b"half"), "cannot read"),
        # accepted and ignored by Keras 3
        (lambda model, path: model.save(path, include_optimizer=False), "optimizer"),
        (forgets_the_weights, "answers differently"),
        (loses_the_state, "lost its optimizer"),
    ],
)
def test_other_files_are_rejected(answer, hint):
    feedback = exercises.check_save_for_inference(answer)
    assert not feedback.correct
    assert hint in feedback.message


def test_the_careful_loader_is_accepted():
    assert exercises.check_safe_load(safe_load).correct


def swallow_all(path):
    try:
        return keras.saving.load_model(path)
    except ValueError:
        return None


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda path: None, "must be loaded and returned"),
        (lambda path: keras.saving.load_model(path), "return None"),
        (lambda path: keras.saving.load_model(path, safe_mode=False), "its code ran"),
        (swallow_all, "missing file"),
        (lambda path: 1 / 0, "raised ZeroDivisionError"),
    ],
)
def test_careless_loaders_are_rejected(answer, hint):
    feedback = exercises.check_safe_load(answer)
    assert not feedback.correct
    assert hint in feedback.message


def test_checking_leaves_the_random_numbers_alone():
    keras.utils.set_random_seed(3)
    expected = np.random.random()  # noqa: NPY002  the global state is the subject
    keras.utils.set_random_seed(3)
    exercises.check_save_for_inference(save_for_inference)
    assert np.random.random() == expected  # noqa: NPY002
