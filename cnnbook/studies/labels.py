"""How far labels go: from scratch, or after learning with or without other labels.

A method is a function `fit(images, labels, seed)` that returns `predict(images)`, as in
`sample_size`. Images are (n, 28, 28, 1) float32, standardized; labels (n,) integers.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import keras
import numpy as np
from sklearn.model_selection import train_test_split

from cnnbook import evaluation
from cnnbook.beyond.contrastive import Contrastive, encoder
from cnnbook.beyond.transfer import (
    classifier,
    describe,
    fit_probe,
    probed_classifier,
)
from cnnbook.checks import require_in, require_layout
from cnnbook.data import load_digits_images
from cnnbook.preprocessing import Standardizer
from cnnbook.studies.fashion import FashionData
from cnnbook.studies.sample_size import (
    Fit,
    NetworkFit,
    Predict,
    recorded_curve,
    sample_size_recipe,
)
from cnnbook.training import Recipe, Trainer, train

Prepare = Callable[[int], keras.Model]

COUNTS = (10, 30, 100, 300, 1_000, 3_000)
TRANSFER_COUNTS = (20, 100, 1_000)
NUM_PRETRAINING = 10_000
SHORT = Contrastive(epochs=2)  # what a page can run, on
NUM_SHORT = 3_000  # images
LOW_RATE = 0.0003
HIGH_RATE = 0.01
SUPERVISED = Recipe(
    epochs=4, batch_size=64, peak=0.002, one_cycle=True, precision="float32"
)


def scratch() -> keras.Model:
    """The network of all methods, with weights of no experience."""
    return classifier(encoder())


class Frozen:
    """Fits a linear probe on an encoder that stays as it is.

    `prepare(seed)` returns the encoder. Without it, the probe reads the pixels.
    """

    def __init__(self, prepare: Prepare | None):
        self.prepare = prepare

    def __call__(self, images: np.ndarray, labels: np.ndarray, seed: int) -> Predict:
        """Fit to labeled images, on top of the encoder of `seed`."""
        found = self.prepare(seed) if self.prepare else None

        def features(some: np.ndarray) -> np.ndarray:
            return describe(found, some) if found else some.reshape(len(some), -1)

        probe = fit_probe(features(images), labels, 10)
        return lambda unseen: probe.scores(features(unseen)).argmax(axis=1)


class FineTuned:
    """Trains encoder and probe together, from the fitted probe on, at a rate of `peak`.

    Takes the steps of `sample_size_recipe`; compiles once for each number of images.
    """

    def __init__(self, prepare: Prepare, *, peak: float = LOW_RATE):
        self.prepare = prepare
        self.peak = peak
        self._start: list[np.ndarray] = []
        self._trainers: dict[int, Trainer] = {}

    def __call__(self, images: np.ndarray, labels: np.ndarray, seed: int) -> Predict:
        """Stage one, the probe; stage two, everything at a low rate."""
        start = probed_classifier(self.prepare(seed), images, labels)
        self._start = start.get_weights()
        n = len(images)
        if n not in self._trainers:
            recipe = replace(sample_size_recipe(n), peak=self.peak)
            self._trainers[n] = Trainer(self._build, recipe)
        result = self._trainers[n].train((images, labels), seed=seed)
        return partial(evaluation.predict, result.model)

    def _build(self) -> keras.Model:
        model = scratch()
        model.set_weights(self._start)
        return model


class Encoders:
    """Encoders by seed, each made once: "random", "contrastive" and "supervised".

    The last two learn from the same `NUM_PRETRAINING` of the images `data` (images,
    labels); only "supervised" reads their labels.
    """

    def __init__(
        self,
        data: tuple[np.ndarray, np.ndarray],
        *,
        contrastive: Contrastive | None = None,
        supervised: Recipe = SUPERVISED,
        num_images: int = NUM_PRETRAINING,
    ):
        self.data = data
        self.contrastive = contrastive or Contrastive()
        self.supervised = supervised
        self.num_images = num_images
        self._made: dict[tuple[str, int], keras.Model] = {}

    def get(self, kind: str, seed: int) -> keras.Model:
        """The encoder of a kind and seed; the same object for the same question."""
        require_in("kind", kind, ("random", "contrastive", "supervised"))
        if (kind, seed) not in self._made:
            self._made[kind, seed] = getattr(self, f"_{kind}")(seed)
        return self._made[kind, seed]

    def _random(self, seed: int) -> keras.Model:
        keras.utils.set_random_seed(seed)
        return encoder()

    def _chosen(self, seed: int) -> tuple[np.ndarray, np.ndarray]:
        images, labels = self.data
        order = np.random.default_rng(seed).permutation(len(images))
        return images[order[: self.num_images]], labels[order[: self.num_images]]

    def _contrastive(self, seed: int) -> keras.Model:
        return self.contrastive.pretrain(self._chosen(seed)[0], seed=seed)[0]

    def _supervised(self, seed: int) -> keras.Model:
        recipe = self.supervised
        model = train(scratch, self._chosen(seed), recipe=recipe, seed=seed).model
        return keras.Model(model.input, model.layers[-3].output, name="encoder")


def label_methods(encoders: Encoders, short: Encoders | None = None) -> dict[str, Fit]:
    """Every way to use few labels that the page compares, on any task.

    `short` has the encoders of the pre-training that a page can afford.
    """

    def of(kind: str, made: Encoders = encoders) -> Prepare:
        return partial(made.get, kind)

    return {
        "pixels": Frozen(None),
        "random, frozen": Frozen(of("random")),
        "short contrastive, frozen": Frozen(of("contrastive", short or encoders)),
        "contrastive, frozen": Frozen(of("contrastive")),
        "contrastive, fine-tuned": FineTuned(of("contrastive")),
        "from scratch": NetworkFit(scratch),
        "supervised, frozen": Frozen(of("supervised")),
        "supervised, fine-tuned": FineTuned(of("supervised")),
        "supervised, high rate": FineTuned(of("supervised"), peak=HIGH_RATE),
    }


def short_encoders(data: tuple[np.ndarray, np.ndarray]) -> Encoders:
    """Encoders after `SHORT` on `NUM_SHORT` of the images `data` (images, labels)."""
    return Encoders(data, contrastive=SHORT, num_images=NUM_SHORT)


def enlarged_digits(images: np.ndarray, *, seed: int | None = None) -> np.ndarray:
    """Digits (n, 8, 8, c) as (n, 28, 28, c): each pixel three times, a border of two.

    With a `seed`, the 64 pixels change places first, in all images alike.

    >>> float(enlarged_digits(np.ones((1, 8, 8, 1))).sum())
    576.0
    """
    require_layout("images", images, "n h w c")
    if seed is not None:
        n, h, w, c = images.shape
        order = np.random.default_rng(seed).permutation(h * w)
        images = images.reshape(n, h * w, c)[:, order].reshape(n, h, w, c)
    large = images.repeat(3, axis=1).repeat(3, axis=2)
    return np.pad(large, [(0, 0), (2, 2), (2, 2), (0, 0)])


def digits_data(*, shuffled: bool = False) -> FashionData:
    """Digits as large as clothes, standardized: 1,197 to draw from, 600 to judge on.

    The test part is empty. `shuffled` digits have all pixels in other places.
    """
    images, labels = load_digits_images()
    large = enlarged_digits(images, seed=0 if shuffled else None)
    known, unseen, answers, truth = train_test_split(
        large, labels, test_size=600, stratify=labels, random_state=0
    )
    standardize = Standardizer.fit(known)
    return FashionData(
        (standardize(known), answers),
        (standardize(unseen), truth),
        (large[:0], labels[:0]),
    )


# for each task of the record "fewer-labels", its methods and their numbers of labels
TASKS: Mapping[str, Mapping[str, tuple[int, ...]]] = {
    "clothes": {
        "pixels": COUNTS,
        "random, frozen": COUNTS,
        "short contrastive, frozen": (100,),
        "contrastive, frozen": COUNTS,
        "contrastive, fine-tuned": COUNTS,
        "from scratch": COUNTS,
        "supervised, frozen": COUNTS,
    },
    "digits": {
        "pixels": TRANSFER_COUNTS,
        "random, frozen": TRANSFER_COUNTS,
        "contrastive, frozen": TRANSFER_COUNTS,
        "supervised, frozen": TRANSFER_COUNTS,
        "supervised, fine-tuned": TRANSFER_COUNTS,
        "supervised, high rate": (100,),
        "from scratch": TRANSFER_COUNTS,
    },
    "shuffled digits": {
        "pixels": TRANSFER_COUNTS,
        "supervised, frozen": TRANSFER_COUNTS,
        "from scratch": TRANSFER_COUNTS,
    },
}


def recorded(record: dict, task: str) -> dict[str, np.ndarray]:
    """From the record "fewer-labels", accuracies (seeds, counts) of each method."""
    return {
        name: recorded_curve(record, f"{task}: {name}", counts)
        for name, counts in TASKS[task].items()
    }
