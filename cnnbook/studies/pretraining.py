"""How far a few labels go: from scratch, or after learning without labels.

The network first learns which of four quarter turns an image got, which needs no
label; then it learns the classes from few labeled images. Images are (n, h, w, c)
float32, standardised; labels (n,) integers.

Source: Gidaris et al. (2018), section 3.
"""

from functools import partial

import keras
import numpy as np

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


def continued(pretrained: keras.Model, num_classes: int = 10) -> keras.Model:
    """`striding_cnn` with all weights of `pretrained` but those of the scores."""
    model = striding_cnn(num_classes=num_classes)
    for layer, teacher in zip(model.layers[:-1], pretrained.layers[:-1], strict=True):
        layer.set_weights(teacher.get_weights())
    return model


class PretrainedFit:
    """Fits networks that have seen `NUM_UNLABELED` of `images` without labels.

    Pre-trains once for each seed; then trains exactly as `NetworkFit` does.
    """

    def __init__(self, images: np.ndarray, *, recipe: Recipe = PRETRAINING):
        require_layout("images", images, "n h w c")
        self.images = images
        self.recipe = recipe
        self.pretrained: dict[int, keras.Model] = {}
        self._seed = 0
        self._fit = NetworkFit(lambda: continued(self.pretrained[self._seed]))

    def __call__(self, images: np.ndarray, labels: np.ndarray, seed: int) -> Predict:
        """Train from the weights that the pre-training of `seed` ended with."""
        if seed not in self.pretrained:
            few = min(NUM_UNLABELED, len(self.images))
            chosen = np.random.default_rng(seed).choice(
                len(self.images), few, replace=False
            )
            self.pretrained[seed] = pretrain(
                self.images[chosen], seed=seed, recipe=self.recipe
            )
        self._seed = seed
        return self._fit(images, labels, seed)


def pretraining_methods(images: np.ndarray) -> dict[str, Fit]:
    """`striding_cnn` from scratch, and pre-trained on some of `images`."""
    return {
        "from scratch": NetworkFit(striding_cnn),
        "pre-trained": PretrainedFit(images),
    }


def pretraining_curves(record: dict) -> dict[str, np.ndarray]:
    """From a record, accuracies (seeds, label counts) of both ways to start."""
    return {
        name: recorded_curve(record, name, LABEL_COUNTS)
        for name in ("from scratch", "pre-trained")
    }
