"""Which attribution methods find what a network must have used: three trained networks.

Scenes hold one shape that decides the class and one that does not matter.
"""

from functools import partial

import keras
import numpy as np
from keras import layers

from cnnbook import evaluation
from cnnbook.data.scenes import SHAPES, Scenes, scenes
from cnnbook.interpretation import Inspector, card
from cnnbook.training import Recipe, Trainer, TrainingResult

RECIPE = Recipe(epochs=8, batch_size=32, peak=0.005, one_cycle=True)
NUM_TRAINING, NUM_JUDGED = 3_000, 100


def scene_cnn(size: int = 32) -> keras.Model:
    """Three convolutions, two poolings, a global average; weights for any size."""
    features = image = keras.Input((size, size, 1), name="image")
    for number, filters in enumerate((16, 24, 48), start=1):
        features = layers.Conv2D(
            filters, 3, padding="same", activation="relu", name=f"conv{number}"
        )(features)
        if number < 3:
            features = layers.MaxPooling2D(2, name=f"pool{number}")(features)
    features = layers.GlobalAveragePooling2D(name="average")(features)
    scores = layers.Dense(len(SHAPES), dtype="float32", name="scores")(features)
    return keras.Model(image, scores, name="scene_cnn")


def scene_sets() -> tuple[Scenes, Scenes]:
    """Scenes to learn from, and others to judge by."""
    return scenes(NUM_TRAINING, seed=0), scenes(1_000, seed=1)


def train_scene_cnns(made: Scenes, seeds: tuple[int, ...]) -> list[TrainingResult]:
    """One `scene_cnn` for each seed, trained on `made`."""
    trainer = Trainer(partial(scene_cnn, made.images.shape[1]), RECIPE)
    data = made.images, made.labels
    return [trainer.train(data, seed=seed) for seed in seeds]


def attribution_entry(made: Scenes, held_out: Scenes, *, seed: int) -> dict:
    """Train, judge every method: all that a record keeps of one network."""
    (result,) = train_scene_cnns(made, (seed,))
    model = result.model
    guesses = evaluation.predict(model, held_out.images)
    chosen = np.flatnonzero(guesses == held_out.labels)[:NUM_JUDGED]
    images, classes = held_out.images[chosen], held_out.labels[chosen]
    truth = held_out.targets[chosen], held_out.distractors[chosen]
    inspector = Inspector(model)
    every = (*card.METHODS, *card.BASELINES)
    maps = card.attribute(inspector, images, classes, methods=every)
    scores = {
        name: card.score_maps(heat, inspector, images, classes, *truth)
        for name, heat in maps.items()
    }
    alike = card.sanity(model, images[:30], classes[:30], methods=every, seed=seed)
    for name, by_layer in alike.items():
        first, *_, last = by_layer.values()
        scores[name] |= {"alike, scores destroyed": first, "alike, all destroyed": last}
    return result.record() | {
        "accuracy": evaluation.accuracy(held_out.labels, guesses),
        "judged_on": "held-out scenes",
        "scores": scores,
    }
