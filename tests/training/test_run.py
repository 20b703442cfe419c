"""`train` and `repeat`: what is learned, repeated, recorded and refused."""

import json
from dataclasses import replace

import keras
import numpy as np
import pytest
from keras import layers

from cnnbook import models
from cnnbook.data import line_splits
from cnnbook.preprocessing import Variation
from cnnbook.training import (
    Recipe,
    Trainer,
    TrainingResult,
    available_devices,
    choose_precision,
    repeat,
    train,
)

FAST = Recipe(epochs=2, batch_size=16, precision="float32", steps_per_execution=2)


@pytest.fixture(scope="module")
def lines():
    parts = line_splits(96, 24, 24, image_size=20, jitter=4, seed=0)
    return parts.train.images, parts.train.labels


def build():
    return models.gap_cnn((20, 20, 1), 3)


def weights(result):
    return np.concatenate([w.ravel() for w in result.model.get_weights()])


def test_train_learns_the_lines(lines):
    recipe = Recipe(epochs=25, batch_size=16, peak=0.01, precision="float32")
    result = train(build, lines, recipe=recipe, seed=0)
    assert result.history["accuracy"][-1] > 0.9
    assert result.history["loss"][-1] < result.history["loss"][0] / 2


def test_the_same_seed_gives_the_same_weights_and_another_does_not(lines):
    recipe = Recipe(epochs=1, batch_size=16, shift=1, precision="float32")
    first, again, other = (
        train(build, lines, recipe=recipe, seed=seed) for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(weights(first), weights(again))
    assert not np.allclose(weights(first), weights(other))


def test_a_run_with_a_variation_repeats_and_its_record_is_plain(lines):
    change = Variation(degrees=10, shift=1, zoom=0.1)
    recipe = Recipe(epochs=1, batch_size=16, precision="float32", variation=change)
    first, again = (train(build, lines, recipe=recipe, seed=3) for _ in range(2))
    np.testing.assert_array_equal(weights(first), weights(again))
    plain = train(build, lines, recipe=replace(recipe, variation=None), seed=3)
    assert not np.allclose(weights(first), weights(plain))
    record = json.loads(json.dumps(first.record()))
    assert record["recipe"]["variation"]["degrees"] == 10


def test_steps_are_taken_together_and_in_silence(lines, capsys):
    result = train(build, lines, recipe=FAST, seed=0)
    assert capsys.readouterr().out == ""
    assert result.model.steps_per_execution == FAST.steps_per_execution


def test_steps_per_execution_does_not_change_the_result(lines):
    one = Recipe(epochs=1, batch_size=16, steps_per_execution=1, precision="float32")
    six = Recipe(epochs=1, batch_size=16, steps_per_execution=6, precision="float32")
    results = [train(build, lines, recipe=r, seed=0) for r in (one, six)]
    np.testing.assert_allclose(*map(weights, results), atol=1e-6)


def test_train_equals_plain_keras_fit(lines):
    """No shuffle to tell apart: one batch holds all images."""
    images, labels = lines
    recipe = Recipe(epochs=3, batch_size=96, peak=0.01, precision="float32")
    ours = train(build, lines, recipe=recipe, seed=1)
    keras.utils.set_random_seed(1)
    plain = build()
    plain.compile(
        keras.optimizers.Adam(0.01),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    plain.fit(images, labels, batch_size=96, epochs=3, verbose=0)
    theirs = np.concatenate([w.ravel() for w in plain.get_weights()])
    np.testing.assert_allclose(weights(ours), theirs, atol=1e-4)


def test_label_smoothing_raises_the_least_loss(lines):
    smooth = Recipe(
        epochs=30, batch_size=16, peak=0.01, label_smoothing=0.3, precision="float32"
    )
    result = train(build, lines, recipe=smooth, seed=0)
    entropy = -(0.8 * np.log(0.8) + 2 * 0.1 * np.log(0.1))  # of (0.8, 0.1, 0.1)
    assert entropy - 1e-3 < result.history["loss"][-1]


def test_validation_is_reported_for_each_epoch(lines):
    result = train(build, lines, recipe=FAST, seed=0, validation=lines)
    assert len(result.history["val_accuracy"]) == FAST.epochs
    loss, accuracy = result.model.evaluate(*lines, verbose=0)
    assert result.history["val_accuracy"][-1] == pytest.approx(accuracy)
    assert result.history["val_loss"][-1] == pytest.approx(loss, rel=1e-4)


def test_the_precision_before_is_restored(lines):
    if choose_precision(available_devices()) != "mixed_bfloat16":
        pytest.skip("this processor does not convolve in bfloat16")
    before = keras.config.dtype_policy().name
    recipe = Recipe(epochs=1, batch_size=32, precision="mixed_bfloat16")
    result = train(build, lines, recipe=recipe, seed=0)
    assert result.model.layers[1].compute_dtype == "bfloat16"
    assert result.model.layers[1].kernel.dtype == "float32"
    assert keras.config.dtype_policy().name == before


def test_a_record_is_plain_and_complete(lines):
    record = json.loads(json.dumps(train(build, lines, recipe=FAST, seed=2).record()))
    assert record["seed"] == 2
    assert record["num_images"] == 96
    assert record["network"] == "gap_cnn"
    assert record["recipe"]["epochs"] == 2
    assert record["parameters"] == build().count_params()
    assert record["seconds"] > 0
    assert set(record["versions"]) == {"python", "tensorflow", "keras"}
    assert record["device"]
    assert record["precision"] == "float32"


class Counter(keras.callbacks.Callback):
    """Counts epochs, and stops training after the first."""

    epochs = 0

    def on_epoch_end(self, epoch, logs=None):
        self.epochs += 1
        self.model.stop_training = True


def test_callbacks_are_called_and_the_processor_time_is_recorded(lines):
    counter = Counter()
    result = train(build, lines, recipe=FAST, seed=0, callbacks=[counter])
    assert (counter.epochs, len(result.history["loss"])) == (1, 1)
    Trainer(build, FAST).train(lines, seed=0, callbacks=[counter])
    assert counter.epochs == 2
    assert result.cpu_seconds > 0
    assert result.record()["cpu_seconds"] == round(result.cpu_seconds, 2)


def test_repeat_runs_once_for_each_seed(lines):
    results = repeat(build, lines, recipe=FAST, seeds=(0, 1))
    assert [result.seed for result in results] == [0, 1]
    alone = train(build, lines, recipe=FAST, seed=1)
    np.testing.assert_array_equal(weights(results[1]), weights(alone))


def test_train_refuses_a_softmax_head(lines):
    def with_softmax():
        inputs = keras.Input((20, 20, 1))
        outputs = layers.Dense(3, activation="softmax")(layers.Flatten()(inputs))
        return keras.Model(inputs, outputs)

    with pytest.raises(ValueError, match="Leave the last activation out"):
        train(with_softmax, lines, recipe=FAST, seed=0)


def test_train_refuses_labels_that_the_model_cannot_give(lines):
    images, labels = lines
    with pytest.raises(ValueError, match=r"in 0 … 2, got values from 1 to 3"):
        train(build, (images, labels + 1), recipe=FAST, seed=0)


def build_with_state():
    """Dropout draws, batch normalization remembers: both must start afresh."""
    model = models.gap_cnn((20, 20, 1), 3)
    features = layers.BatchNormalization()(model.layers[-2].output)
    scores = layers.Dense(3, dtype="float32")(layers.Dropout(0.5)(features))
    return keras.Model(model.input, scores)


@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_a_trainer_answers_as_train_does_whatever_it_trained_before(lines, optimizer):
    recipe = Recipe(
        epochs=2,
        batch_size=16,
        optimizer=optimizer,
        one_cycle=True,
        shift=1,
        precision="float32",
    )
    trainer = Trainer(build_with_state, recipe)
    for seed in (5, 6, 5):
        ours = trainer.train(lines, seed=seed, validation=lines)
        alone = train(
            build_with_state, lines, recipe=recipe, seed=seed, validation=lines
        )
        assert ours.history == alone.history
        np.testing.assert_array_equal(weights(ours), weights(alone))


def test_the_models_of_a_trainer_are_their_own(lines):
    trainer = Trainer(build, FAST)
    first = trainer.train(lines, seed=0)
    before = weights(first)
    second = trainer.train(lines, seed=1)
    np.testing.assert_array_equal(weights(first), before)
    assert not np.allclose(before, weights(second))


def test_a_trainer_takes_sets_of_another_size(lines):
    images, labels = lines
    trainer = Trainer(build, FAST)
    trainer.train(lines, seed=0)
    half = images[:48], labels[:48]
    ours, alone = trainer.train(half, seed=0), train(build, half, recipe=FAST, seed=0)
    np.testing.assert_array_equal(weights(ours), weights(alone))


def test_a_result_is_shown_without_its_curves():
    fields = dict.fromkeys(["model", "history", "recipe"], "long")
    result = TrainingResult(
        **fields,
        seed=3,
        seconds=1.0,
        num_images=4,
        precision="",
        device="",
        versions={},
    )
    assert "seed=3" in repr(result)
    assert "history" not in repr(result)
    assert "model" not in repr(result)
