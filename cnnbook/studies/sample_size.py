"""How accuracy grows with the number of labeled images, method by method.

Images are (n, h, w, c) float32, standardised; labels (n,) integers. A method is a
function `fit(images, labels, seed)` that returns `predict(images)`.
"""

import platform
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import keras
import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.svm import LinearSVC

from cnnbook import evaluation, models
from cnnbook.checks import require_between, require_labels, require_layout
from cnnbook.preprocessing import hog_features
from cnnbook.studies.augmentations import striding_cnn
from cnnbook.studies.budgets import accuracies_of
from cnnbook.studies.fashion import FashionData
from cnnbook.training import Recipe, Trainer, available_devices

Predict = Callable[[np.ndarray], np.ndarray]
Fit = Callable[[np.ndarray, np.ndarray, int], Predict]

# seven convolutions with batch normalization and one dense layer; few filters, to be
# quick
deep_cnn = partial(models.residual_cnn, stem=16, widths=(32, 64))

# for each method of `sample_size_methods` the numbers of images of the record
SAMPLE_SIZES: Mapping[str, tuple[int, ...]] = {
    "logistic regression": (100, 300, 1_000, 3_000, 10_000, 50_000),
    "HOG + linear SVM": (100, 300, 1_000, 3_000, 10_000, 50_000),
    "CNN": (100, 300, 1_000, 3_000, 10_000, 50_000),
    "CNN, augmented": (100, 300, 1_000, 3_000, 10_000),
    "deep CNN": (100, 300, 1_000, 3_000),
}


def sample_size_methods() -> dict[str, Fit]:
    """The methods of `SAMPLE_SIZES`; each network compiles once for a number."""
    return {
        "logistic regression": fit_logistic,
        "HOG + linear SVM": fit_hog_svm,
        "CNN": NetworkFit(striding_cnn),
        "CNN, augmented": NetworkFit(striding_cnn, shift=1),
        "deep CNN": NetworkFit(deep_cnn),
    }


def draw(labels: np.ndarray, num_images: int, *, seed: int) -> np.ndarray:
    """Positions (num_images,) of a random subset in which each class has its share.

    Where all shares are whole numbers, a draw holds every smaller one of its seed.
    """
    require_labels(labels, len(labels))
    require_between("num_images", num_images, 1, len(labels))
    everything = np.arange(len(labels))
    if num_images == len(labels):
        return everything
    return train_test_split(
        everything, train_size=num_images, stratify=labels, random_state=seed
    )[0]


def learning_curve(
    fit: Fit, data: FashionData, *, sizes: Sequence[int], seeds: Sequence[int]
) -> np.ndarray:
    """Validation accuracies (seeds, sizes) after fitting to subsets of the images.

    A seed decides which images a method gets and, in a network, where it starts.
    """
    return np.array(
        [[_score(fit, data, size, seed) for size in sizes] for seed in seeds]
    )


def _score(fit: Fit, data: FashionData, num_images: int, seed: int) -> float:
    images, labels = data.train
    unseen, truth = data.validation
    chosen = draw(labels, num_images, seed=seed)
    predict = fit(images[chosen], labels[chosen], seed)
    return evaluation.accuracy(truth, predict(unseen))


def curve_point(fit: Fit, data: FashionData, *, num_images: int, seed: int) -> dict:
    """One point of a learning curve, as an entry of a record.

    "seconds" are those of drawing, fitting and judging, compilation included.
    """
    started = time.perf_counter()
    accuracy = _score(fit, data, num_images, seed)
    return {
        "accuracy": accuracy,
        "judged_on": "validation",
        "num_images": num_images,
        "seed": seed,
        "seconds": round(time.perf_counter() - started, 2),
        "device": str(available_devices()),
        "versions": {
            "python": platform.python_version(),
            "keras": keras.__version__,
            "scikit-learn": sklearn.__version__,
        },
    }


def crossing(
    sizes: Sequence[float], accuracies: np.ndarray, level: np.ndarray | float
) -> float:
    """The number of images from which `accuracies` (sizes,) stay above `level`.

    `level` is a number or another method's accuracies (sizes,). Between two sizes
    both are taken as straight lines over the logarithm of the size. The first size
    means "above everywhere", infinity "not at the last size".

    >>> crossing([100, 10_000], np.array([0.5, 0.9]), 0.7)
    1000.0
    """
    lead = np.asarray(accuracies, float) - level
    if lead.shape != (len(sizes),):
        raise ValueError(
            f"`accuracies` must be ({len(sizes)},), one for each of `sizes`, got shape "
            f"{np.shape(accuracies)}. Take one seed or a mean over seeds."
        )
    if lead[-1] <= 0:
        return float("inf")
    behind = np.flatnonzero(lead <= 0)
    if len(behind) == 0:
        return float(sizes[0])
    i = behind[-1]
    share = -lead[i] / (lead[i + 1] - lead[i])
    logs = np.log10(np.asarray(sizes[i : i + 2], float))
    return float(10 ** (logs[0] + share * (logs[1] - logs[0])))


def fit_logistic(images: np.ndarray, labels: np.ndarray, seed: int) -> Predict:
    """Softmax regression on the pixels; the same for every seed."""
    require_layout("images", images, "n h w c")
    model = LogisticRegression(C=0.1, tol=0.002, max_iter=300)
    model.fit(images.reshape(len(images), -1), labels)
    return lambda unseen: model.predict(unseen.reshape(len(unseen), -1))


def fit_hog_svm(images: np.ndarray, labels: np.ndarray, seed: int) -> Predict:
    """A linear support vector machine on histograms of oriented gradients."""
    low, high = images.min(), images.max()

    def describe(some: np.ndarray) -> np.ndarray:
        return hog_features(((some - low) / (high - low)).clip(0, 1))

    model = LinearSVC(C=0.1, random_state=seed).fit(describe(images), labels)
    return lambda unseen: model.predict(describe(unseen))


def sample_size_recipe(num_images: int, *, shift: int = -1) -> Recipe:
    """500 / sqrt(n) epochs, at least 3: a hundredfold set gets ten times the steps."""
    return Recipe(
        epochs=max(round(500 / num_images**0.5), 3),
        batch_size=min(32, num_images),
        peak=0.002,
        one_cycle=True,
        shift=shift,
        precision="float32",
    )


class NetworkFit:
    """Fits networks by `sample_size_recipe`, and compiles once for each number."""

    def __init__(self, build: Callable[[], keras.Model], *, shift: int = -1):
        self.build = build
        self.shift = shift
        self._trainers: dict[int, Trainer] = {}

    def __call__(self, images: np.ndarray, labels: np.ndarray, seed: int) -> Predict:
        """Train a network from the weights of `seed`."""
        n = len(images)
        if n not in self._trainers:
            recipe = sample_size_recipe(n, shift=self.shift)
            self._trainers[n] = Trainer(self.build, recipe)
        result = self._trainers[n].train((images, labels), seed=seed)
        return partial(evaluation.predict, result.model)


def sample_size_curves(record: dict) -> dict[str, np.ndarray]:
    """From a record, accuracies (seeds, sizes) of each method of `SAMPLE_SIZES`."""
    return {
        name: recorded_curve(record, name, sizes)
        for name, sizes in SAMPLE_SIZES.items()
    }


def recorded_curve(record: dict, name: str, sizes: Sequence[int]) -> np.ndarray:
    """From a record of `curve_point`, the accuracies (seeds, sizes) of one method."""
    return np.array([accuracies_of(record, name, str(size)) for size in sizes]).T
