"""Early stopping on a curve stops where Keras stops on the run."""

import keras
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnbook.training import Stop, early_stop


def test_stopping_by_hand():
    losses = [3, 2, 2.5, 2.6, 1, 1.5, 1.6, 1.7, 0.1]
    assert early_stop(losses, patience=1) == (3, 2)
    assert early_stop(losses, patience=3) == Stop(epochs=8, best=5)
    assert early_stop(losses, patience=4) == Stop(epochs=9, best=9)


def test_an_accuracy_is_better_when_higher_and_a_tie_is_no_progress():
    assert early_stop([0.5, 0.7, 0.7, 0.6, 0.9], patience=2, better="higher") == (4, 2)


def keras_stop(values, patience, better):
    """Feed Keras's own callback with the values, as `fit` would."""
    callback = keras.callbacks.EarlyStopping(
        "val", patience=patience, mode={"lower": "min", "higher": "max"}[better]
    )
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    callback.set_model(model)
    model.stop_training = False
    callback.on_train_begin()
    for epoch, value in enumerate(values):
        callback.on_epoch_end(epoch, {"val": value})
        if model.stop_training:
            break
    return epoch + 1, callback.best_epoch + 1


@settings(deadline=None, max_examples=30)
@given(
    st.lists(st.integers(0, 6), min_size=1, max_size=15),
    st.integers(1, 5),
    st.sampled_from(["lower", "higher"]),
)
def test_it_stops_and_restores_where_keras_does(values, patience, better):
    ours = early_stop(values, patience=patience, better=better)
    assert tuple(ours) == keras_stop(values, patience, better)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"values": [], "patience": 1}, r"`len\(values\)` must be 1 or more"),
        ({"values": [1.0], "patience": 0}, "`patience` must be 1 or more, got 0"),
        (
            {"values": [1.0], "patience": 1, "better": "max"},
            "`better` must be one of 'lower', 'higher', got 'max'",
        ),
    ],
)
def test_impossible_rules_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        early_stop(**arguments)
