"""An objective of a second that trains for real: a linear classifier of 8 x 8 digits.

No TensorFlow, so that a process that runs it starts at once.
"""

from functools import lru_cache

import numpy as np
from sklearn.datasets import load_digits

from cnnbook.reference import softmax
from cnnbook.tuning.objective import Report
from cnnbook.tuning.space import Choice, Config, Real, Space

SPACE = Space(
    {
        "rate": Real(0.001, 1.0, log=True),
        "momentum": Real(0.0, 0.9),
        "batch_size": Choice((16, 64, 256)),
    }
)
NUM_TRAIN = 1_000


def objective(config: Config, *, seed: int, epochs: int, report: Report) -> dict:
    """Softmax regression by gradient descent with momentum; "score" is accuracy.

    1,000 digits for training, the other 797 for the score.
    """
    (images, targets), (unseen, answers) = _data()
    rng = np.random.default_rng(seed)
    weights = np.zeros((images.shape[1], 10))
    velocity = np.zeros_like(weights)
    score = 0.0
    for epoch in range(1, epochs + 1):
        order = rng.permutation(len(images))
        for start in range(0, len(order), config["batch_size"]):
            part = order[start : start + config["batch_size"]]
            error = softmax(images[part] @ weights) - targets[part]
            gradient = images[part].T @ error / len(part)
            velocity = config["momentum"] * velocity - config["rate"] * gradient
            weights += velocity
        score = float(np.mean((unseen @ weights).argmax(axis=1) == answers))
        report(epoch, score)
    return {"score": score}


@lru_cache(maxsize=1)
def _data() -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Training pixels with a bias (1000, 65) and one-hot labels; the rest."""
    digits = load_digits()
    order = np.random.default_rng(0).permutation(len(digits.data))
    pixels = np.c_[digits.data / 16.0, np.ones(len(order))][order]
    labels = digits.target[order]
    known, unseen = pixels[:NUM_TRAIN], pixels[NUM_TRAIN:]
    return (known, np.eye(10)[labels[:NUM_TRAIN]]), (unseen, labels[NUM_TRAIN:])
