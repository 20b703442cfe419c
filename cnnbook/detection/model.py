"""A single-shot detector: one small convolutional network, one guess for each cell.

Images are (n, h, w, 1). The network answers with a grid (n, h / 8, w / 8, 5 + C): for
each cell of 8 x 8 pixels the score of an object whose center lies there, the box as
(down, right, height, width) and C class scores. `down` and `right` lead from the
middle of the cell to that of the box, in cells; height and width are logarithms of
sizes in cells.

Source: after Redmon et al. (2016), section 2, with one box for each cell and logistic
and softmax losses in place of squares.
"""

import keras
import numpy as np
from keras import layers, ops
from scipy.special import expit, softmax

from cnnbook.checks import require_between, require_layout
from cnnbook.detection.average_precision import Detections
from cnnbook.detection.boxes import nms
from cnnbook.evaluation import predict_scores

CELL = 8  # pixels: three halvings
BOX_WEIGHT = 2.0  # of edges, against presence and class


def detector(
    image_shape: tuple[int, int, int] = (64, 64, 1), num_classes: int = 10
) -> keras.Model:
    """A convolutional network from images to the grid of guesses, of any size."""
    h, w, _ = image_shape
    if h % CELL or w % CELL:
        raise ValueError(
            f"`image_shape` must have sides that {CELL} divides, got {h} x {w}. "
            "Pad the images."
        )
    images = keras.Input(image_shape, name="image")
    features = layers.Conv2D(16, 5, strides=2, padding="same", activation="relu")(
        images
    )
    for filters, strides in ((32, 2), (32, 1), (64, 2), (64, 1), (64, 1)):
        features = layers.Conv2D(
            filters, 3, strides=strides, padding="same", activation="relu"
        )(features)
    grid = layers.Conv2D(5 + num_classes, 1, name="guesses")(features)
    return keras.Model(images, grid, name="detector")


def encode(
    boxes: np.ndarray, labels: np.ndarray, *, size: tuple[int, int]
) -> np.ndarray:
    """What the grid should say: (n, h / 8, w / 8, 6) float32.

    For a cell that holds the center of a box: 1, the four numbers of the box and the
    label; zeros elsewhere. Of two centers in one cell the later one stays.

    Parameters
    ----------
    boxes : (n, items, 4)
    labels : (n, items)
    size : (h, w) of the images in pixels.
    """
    require_layout("boxes", boxes, "n items edges")
    n, items, _ = boxes.shape
    grid = np.zeros((n, size[0] // CELL, size[1] // CELL, 6), dtype=np.float32)
    middle = (boxes[..., :2] + boxes[..., 2:]) / (2 * CELL)  # in cells, from the corner
    sides = (boxes[..., 2:] - boxes[..., :2]) / CELL
    cell = np.floor(middle).astype(int)
    which = np.repeat(np.arange(n), items)
    row, column = cell.reshape(-1, 2).T
    values = np.concatenate(
        [
            np.ones((n, items, 1)),
            middle - cell - 0.5,
            np.log(sides),
            labels[..., None],
        ],
        axis=2,
    )
    grid[which, row, column] = values.reshape(-1, 6)
    return grid


def detection_loss(target: object, guess: object) -> object:
    """One loss for each image, (n,): is there an object, where, and which.

    `target` (n, gh, gw, 6) is from `encode`, `guess` (n, gh, gw, 5 + C) from the
    network. Boxes and classes count only in cells that hold an object; all three
    parts are divided by the number of objects.
    """
    there = target[..., 0]
    objects = ops.maximum(ops.sum(there, axis=(1, 2)), 1.0)
    presence = ops.binary_crossentropy(there, guess[..., 0], from_logits=True)
    distance = ops.sum(ops.abs(target[..., 1:5] - guess[..., 1:5]), axis=-1)
    naming = ops.sparse_categorical_crossentropy(
        ops.cast(target[..., 5], "int32"), guess[..., 5:], from_logits=True
    )
    parts = presence + there * (BOX_WEIGHT * distance + naming)
    return ops.sum(parts, axis=(1, 2)) / objects


def decode(
    grid: np.ndarray, *, least: float = 0.05, threshold: float = 0.3
) -> list[Detections]:
    """Read the detections of each image off the network's answer (n, gh, gw, 5 + C).

    The score of a box is the probability of an object times that of its class. Boxes
    that score below `least` are left out, and then those that `nms` suppresses at
    this `threshold`, whatever their classes: garments do not overlap here.
    """
    require_layout("grid", grid, "n gh gw numbers")
    require_between("least", least, 0, 1)
    n, gh, gw, _ = grid.shape
    cells = np.stack(np.meshgrid(range(gh), range(gw), indexing="ij"), axis=-1)
    middle = (cells + 0.5 + grid[..., 1:3]) * CELL
    half = np.exp(np.clip(grid[..., 3:5], -5, 5)) * CELL / 2
    boxes = np.concatenate([middle - half, middle + half], axis=-1).reshape(n, -1, 4)
    classes = softmax(grid[..., 5:], axis=-1)
    scores = (expit(grid[..., 0]) * classes.max(axis=-1)).reshape(n, -1)
    labels = classes.argmax(axis=-1).reshape(n, -1)
    found = []
    for box, score, label in zip(boxes, scores, labels, strict=True):
        good = np.flatnonzero(score >= least)
        good = good[nms(box[good], score[good], threshold=threshold)]
        found.append(Detections(box[good], score[good], label[good]))
    return found


def detect(model: keras.Model, images: np.ndarray) -> list[Detections]:
    """The detections of a trained `model` in each of images (n, h, w, 1)."""
    return decode(predict_scores(model, images))
