"""Features of a network's layers, and two questions to them: are the classes apart, and
are neighbors alike?

Images are (n, h, w, c), feature maps (n, h, w, f), features (n, d), labels (n,).
"""

from collections.abc import Sequence

import keras
import numpy as np

from cnnbook.checks import require_at_least, require_labels, require_layout


def layer_features(
    model: keras.Model,
    images: np.ndarray,
    layers: Sequence[str],
    *,
    grid: int | None = None,
    batch_size: int = 500,
) -> dict[str, np.ndarray]:
    """What the named `layers` of a functional model answer, all from one pass.

    Parameters
    ----------
    images : (n, h, w, c), prepared as for training.
    layers : names, as in `model.summary()`.
    grid : if given, feature maps come as their `block_means`, which saves memory.

    Returns
    -------
    {name: (n, h, w, f) of a layer with places, (n, d) of one without}, float32.
    """
    require_layout("images", images, "n h w c")
    require_at_least("batch_size", batch_size, 1)
    if isinstance(model, keras.Sequential) or not hasattr(model, "input"):
        raise ValueError(
            f"`model` must be a functional model, got {type(model).__name__}. "
            "For a Sequential one: keras.Model(model.inputs[0], model.outputs[0])."
        )
    known = [layer.name for layer in model.layers]
    for name in layers:
        if name not in known:
            raise ValueError(
                f"There is no layer {name!r}. Layers there are: {', '.join(known)}."
            )
    outputs = {name: model.get_layer(name).output for name in layers}
    cut = keras.Model(model.input, outputs)
    starts = range(0, len(images), batch_size)
    found: dict[str, list[np.ndarray]] = {name: [] for name in layers}
    for start in starts:
        answers = cut(images[start : start + batch_size], training=False)
        for name in layers:
            answer = np.asarray(answers[name], np.float32)
            blocked = grid is not None and answer.ndim == 4
            found[name].append(block_means(answer, grid=grid) if blocked else answer)
    return {name: np.concatenate(parts) for name, parts in found.items()}


def block_means(maps: np.ndarray, *, grid: int) -> np.ndarray:
    """Average feature maps (n, h, w, f) over `grid` x `grid` equal blocks.

    Returns (n, grid, grid, f): of maps of any size the same number of features, so
    that layers can be compared. With `grid` 1, it is global average pooling.

    >>> block_means(np.arange(4.0).reshape(1, 2, 2, 1), grid=1).ravel().tolist()
    [1.5]
    """
    require_layout("maps", maps, "n h w f")
    require_at_least("grid", grid, 1)
    n, h, w, f = maps.shape
    if h % grid or w % grid:
        raise ValueError(
            f"`grid` must divide the {h} x {w} places of the maps, got {grid}. "
            "With 1, the average is over all places."
        )
    blocks = maps.reshape(n, grid, h // grid, grid, w // grid, f)
    return blocks.mean(axis=(2, 4))


def linear_probe(
    train: tuple[np.ndarray, np.ndarray],
    validation: tuple[np.ndarray, np.ndarray],
    *,
    penalty: float = 0.3,
) -> float:
    """Accuracy on `validation` of a linear classifier fitted to `train`.

    Least squares to one-hot labels, with a penalty on squared weights; features are
    standardized by the training part, and one that is constant there is left out.

    Parameters
    ----------
    train, validation : (features (n, d), labels (n,))
    penalty : on the squared weights, for each training image.

    Source: Alain and Bengio (2016), with ridge regression in place of their softmax
    regression: a formula, without iterations and tolerance.
    """
    for name, (features, labels) in (("train", train), ("validation", validation)):
        require_layout(f"{name}[0]", features, "n d")
        require_labels(labels, len(features))
    (features, labels), (others, truths) = train, validation
    classes = np.unique(labels)
    targets = (labels[:, None] == classes).astype(features.dtype)
    guesses = classes[_ridge(features, targets, others, penalty).argmax(axis=1)]
    return float(np.mean(guesses == truths))


def linear_reconstruction(
    train: tuple[np.ndarray, np.ndarray],
    validation: tuple[np.ndarray, np.ndarray],
    *,
    penalty: float = 0.3,
) -> float:
    """How much of the pixels of `validation` a linear map fitted to `train` gets back.

    1 minus the mean squared error over the variance of the pixels, around their means
    over the training images: 1 is everything, 0 what the mean image would get.

    Parameters
    ----------
    train, validation : (features (n, d), images (n, h, w, c))
    penalty : on the squared weights, for each training image.
    """
    for name, (features, images) in (("train", train), ("validation", validation)):
        require_layout(f"{name}[0]", features, "n d")
        require_layout(f"{name}[1]", images, "n h w c")
    pixels, others = (part[1].reshape(len(part[1]), -1) for part in (train, validation))
    guesses = _ridge(train[0], pixels, validation[0], penalty)
    error = np.square(others - guesses).sum(dtype=np.float64)
    variance = np.square(others - pixels.mean(axis=0)).sum(dtype=np.float64)
    return float(1 - error / variance)


def _ridge(
    features: np.ndarray, targets: np.ndarray, others: np.ndarray, penalty: float
) -> np.ndarray:
    """Ridge regression of `targets` on standardized `features`, for `others`."""
    if others.shape[1] != features.shape[1]:
        raise ValueError(
            f"`validation` has {others.shape[1]} features for each image, `train` has "
            f"{features.shape[1]}. Take both from the same layer."
        )
    require_at_least("penalty", penalty, 1e-6)
    mean, deviation = features.mean(axis=0), features.std(axis=0)
    scale = np.where(deviation > 1e-6, 1 / np.maximum(deviation, 1e-6), 0)
    x, z = (features - mean) * scale, (others - mean) * scale
    middle = targets.mean(axis=0)  # the answer where x is 0
    moments = x.T @ x / len(x) + penalty * np.eye(x.shape[1], dtype=x.dtype)
    weights = np.linalg.solve(moments, x.T @ (targets - middle) / len(x))
    return z @ weights + middle


def precision_at(k: int, neighbor_labels: np.ndarray, labels: np.ndarray) -> float:
    """The share of the first `k` neighbors that are of the query's class, in [0, 1].

    Parameters
    ----------
    neighbor_labels : (m, at least k), nearest first; see `data.nearest_vectors`.
    labels : (m,), of the queries.

    Source: Manning, Raghavan and Schuetze (2008), section 8.4.

    >>> precision_at(2, np.array([[3, 1, 3]]), np.array([3]))
    0.5
    """
    require_layout("neighbor_labels", neighbor_labels, "m k")
    require_labels(labels, len(neighbor_labels))
    require_at_least("k", k, 1)
    if k > neighbor_labels.shape[1]:
        raise ValueError(
            f"`k` must be {neighbor_labels.shape[1]} or less, the number of neighbors "
            f"given for each query, got {k}."
        )
    return float(np.mean(neighbor_labels[:, :k] == labels[:, None]))
