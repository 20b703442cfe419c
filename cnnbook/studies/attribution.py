"""Which attribution methods find what a network must have used: three trained networks.

Scenes hold one shape that decides the class and one that does not matter.
"""

from functools import partial

import keras
import numpy as np
from keras import layers
from scipy.ndimage import binary_dilation

from cnnbook import evaluation
from cnnbook.data.scenes import SHAPES, Scenes, plant_tag, scenes
from cnnbook.interpretation import Inspector, card, pointing_game
from cnnbook.training import Recipe, Trainer, TrainingResult

RECIPE = Recipe(epochs=8, batch_size=32, peak=0.005, one_cycle=True)
SHORT = Recipe(epochs=10, batch_size=32, peak=0.005, one_cycle=True)
MARGIN = 4  # pixels
NUM_TRAINING, NUM_MARKED, NUM_JUDGED = 3_000, 1_500, 100


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


def shortcut_entry(*, seed: int) -> dict:
    """Train on scenes whose first class is marked; judge, attribute, mend, judge.

    "recalls" are those of the three classes, on held-out scenes: marked as in training,
    without marks, with a mark on every image, and without marks after training without
    them. "hits" are the methods' rates of pointing at the mark, or beside it, and at
    the shape, on marked images of the first class.
    """
    made, held_out = scenes(NUM_MARKED, seed=0), scenes(600, seed=1)
    marked, _ = plant_tag(made, 0)
    shown, mark = plant_tag(held_out, 0)
    everywhere = held_out.images.copy()
    everywhere[:, mark] = 1.0
    misled, mended = (
        Trainer(scene_cnn, SHORT).train((one.images, one.labels), seed=seed)
        for one in (marked, made)
    )

    def recalls(model: keras.Model, images: np.ndarray) -> list[float]:
        guesses = evaluation.predict(model, images)
        return evaluation.recall_per_class(held_out.labels, guesses).tolist()

    first = np.flatnonzero(held_out.labels == 0)[:NUM_JUDGED]
    maps = card.attribute(
        Inspector(misled.model),
        shown.images[first],
        np.zeros(len(first), int),
        methods=(*card.METHODS, *card.BASELINES),
    )
    # a place of the last maps is four pixels wide: so much may a method be off
    near = binary_dilation(mark, np.ones((2 * MARGIN + 1,) * 2))
    masks = np.broadcast_to(near, (len(first), *near.shape))
    return misled.record() | {
        "judged_on": "held-out scenes",
        "recalls": {
            "marked": recalls(misled.model, shown.images),
            "no marks": recalls(misled.model, held_out.images),
            "marks everywhere": recalls(misled.model, everywhere),
            "mended": recalls(mended.model, held_out.images),
        },
        "hits": {
            name: {
                "mark": float(pointing_game(heat, masks).mean()),
                "shape": float(pointing_game(heat, shown.targets[first]).mean()),
            }
            for name, heat in maps.items()
        },
    }
