"""How far a few labels go: from scratch, or after learning without labels.

A network first learns which of four quarter turns an image got, which needs no
label; its convolutions then describe few labeled images to softmax regression. Images
are (n, h, w, c) float32, standardised; labels (n,) integers.

Source: Gidaris et al. (2018), section 2.
"""

from collections.abc import Callable
from functools import partial

import keras
import numpy as np
from sklearn.linear_model import LogisticRegression

from cnnbook import evaluation
from cnnbook.checks import require_layout
from cnnbook.studies.augmentations import striding_cnn
from cnnbook.studies.sample_size import Fit, NetworkFit, Predict, recorded_curve
from cnnbook.training import Recipe, train

LABEL_COUNTS = (50, 100, 500, 2_000)
NUM_UNLABELED = 3_000
PRETRAINING = Recipe(
    epochs=2, batch_size=64, peak=0.002, one_cycle=True, precision="float32"
)


def quarter_turns(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each image in its four orientations, and by how many quarter turns.

    `images` (n, h, w, c) with h = w give (4 n, h, w, c), all images unturned first,
    then all turned once counter-clockwise, and so on; and turns (4 n,) from 0 to 3.

    >>> quarter_turns(np.arange(4.0).reshape(1, 2, 2, 1))[0][1, :, :, 0].tolist()
    [[1.0, 3.0], [0.0, 2.0]]
    """
    require_layout("images", images, "n h w c")
    n, h, w, _ = images.shape
    if h != w:
        raise ValueError(
            f"`images` must be square, got {h} x {w} pixels. Cut or pad them: a "
            "quarter turn changes the shape of any other."
        )
    turned = [np.rot90(images, turns, axes=(1, 2)) for turns in range(4)]
    return np.concatenate(turned), np.repeat(np.arange(4), n)


def pretrain(
    images: np.ndarray, *, seed: int, recipe: Recipe = PRETRAINING
) -> keras.Model:
    """`striding_cnn` after learning to tell quarter turns of `images`."""
    build = partial(striding_cnn, num_classes=4)
    return train(build, quarter_turns(images), recipe=recipe, seed=seed).model


def fit_frozen(model: keras.Model, images: np.ndarray, labels: np.ndarray) -> Predict:
    """Softmax regression on the last feature maps of `model`, which stays as it is."""
    maps = keras.Model(model.input, model.get_layer("conv2").output)

    def describe(some: np.ndarray) -> np.ndarray:
        return evaluation.predict_scores(maps, some).reshape(len(some), -1)

    features = describe(images)
    mean, deviation = features.mean(axis=0), features.std()
    probe = LogisticRegression(C=0.01, tol=0.01, max_iter=300)
    probe.fit((features - mean) / deviation, labels)
    return lambda unseen: probe.predict((describe(unseen) - mean) / deviation)


class FrozenFit:
    """Fits only what follows a network's convolutions, by `fit_frozen`.

    `prepare(seed)` returns the network; it is called once for each seed.
    """

    def __init__(self, prepare: Callable[[int], keras.Model]):
        self.prepare = prepare
        self.networks: dict[int, keras.Model] = {}

    def __call__(self, images: np.ndarray, labels: np.ndarray, seed: int) -> Predict:
        """Fit to labeled images on top of the network of `seed`."""
        if seed not in self.networks:
            self.networks[seed] = self.prepare(seed)
        return fit_frozen(self.networks[seed], images, labels)


def pretraining_methods(images: np.ndarray) -> dict[str, Fit]:
    """Trained from scratch; frozen as initialized; frozen as pre-trained on `images`.

    Each pre-training sees its own `NUM_UNLABELED` of `images`.
    """

    def untrained(seed: int) -> keras.Model:
        keras.utils.set_random_seed(seed)
        return striding_cnn()

    def pretrained(seed: int) -> keras.Model:
        order = np.random.default_rng(seed).permutation(len(images))
        return pretrain(images[order[:NUM_UNLABELED]], seed=seed)

    return {
        "from scratch": NetworkFit(striding_cnn),
        "untrained": FrozenFit(untrained),
        "pre-trained": FrozenFit(pretrained),
    }


def pretraining_curves(record: dict) -> dict[str, np.ndarray]:
    """From a record, accuracies (seeds, label counts) of each way to start."""
    return {
        name: recorded_curve(record, name, LABEL_COUNTS)
        for name in ("from scratch", "untrained", "pre-trained")
    }
