"""Pruning by magnitude: the smallest weights become 0, and stay 0 in training.

A mask has the shape of its kernel and is True where a weight stays.
"""

from collections.abc import Mapping

import keras
import numpy as np

from cnnbook.checks import require_between, require_in, require_shape

SCOPES = ("global", "layer")


def magnitude_mask(weights: np.ndarray, sparsity: float) -> np.ndarray:
    """Where the weights of largest magnitude are; of equals, the first ones stay.

    Parameters
    ----------
    sparsity : share of the weights that goes, rounded down to whole weights, 0 … 1.

    >>> magnitude_mask(np.array([[0.1, -3.0], [2.0, -0.2]]), 0.5).tolist()
    [[False, True], [True, False]]
    """
    require_between("sparsity", sparsity, 0, 1)
    num_kept = weights.size - int(sparsity * weights.size + 1e-9)
    order = np.argsort(-np.abs(weights), axis=None, kind="stable")
    mask = np.zeros(weights.size, bool)
    mask[order[:num_kept]] = True
    return mask.reshape(weights.shape)


def pruning_masks(
    model: keras.Model, sparsity: float, *, scope: str = "global"
) -> dict[str, np.ndarray]:
    """A mask for each kernel of `model`, by the path of its variable.

    Parameters
    ----------
    sparsity : share of all kernel weights that goes, 0 … 1.
    scope : "global" (all kernels compete with each other) or "layer" (each one loses
        the same share).

    Source: the second of the three steps (train, prune, train again) of Han et al.
    (2015), arXiv 1506.02626; they cut layer by layer.
    """
    require_in("scope", scope, SCOPES)
    kernels = {path: np.asarray(kernel) for path, kernel in _kernels(model).items()}
    if scope == "layer":
        return {path: magnitude_mask(k, sparsity) for path, k in kernels.items()}
    together = np.concatenate([kernel.ravel() for kernel in kernels.values()])
    parts = np.split(
        magnitude_mask(together, sparsity),
        np.cumsum([kernel.size for kernel in kernels.values()])[:-1],
    )
    return {
        path: part.reshape(kernel.shape)
        for (path, kernel), part in zip(kernels.items(), parts, strict=True)
    }


def prune(model: keras.Model, masks: Mapping[str, np.ndarray]) -> None:
    """Set weights of `model` to 0 where `masks` of `pruning_masks` are False."""
    kernels = _kernels(model)
    for path, mask in masks.items():
        require_in("masks", path, kernels)
        require_shape("masks", mask, tuple(kernels[path].shape), f"that of {path}")
        kernels[path].assign(np.asarray(kernels[path]) * mask)


class KeepPruned(keras.callbacks.Callback):
    """Keeps pruned weights at 0 while `fit` goes on: give it to its `callbacks`.

    With `steps_per_execution` above 1 they may differ from 0 in between, and are 0
    again after each execution.
    """

    def __init__(self, masks: Mapping[str, np.ndarray]):
        super().__init__()
        self.masks = masks

    def on_train_batch_end(self, batch, logs=None):
        prune(self.model, self.masks)


def sparsity_of(model: keras.Model) -> float:
    """Share of the kernel weights of `model` that are 0, 0 … 1."""
    kernels = [np.asarray(kernel) for kernel in _kernels(model).values()]
    return float(np.mean(np.concatenate([k.ravel() for k in kernels]) == 0))


def _kernels(model: keras.Model) -> dict[str, keras.Variable]:
    """Every trainable kernel by its path; biases and normalizations are no kernels."""
    kernels = {v.path: v for v in model.trainable_variables if v.name == "kernel"}
    if not kernels:
        raise ValueError(
            f"`model` must have trainable kernels, {model.name!r} has none. Pass a "
            "network with convolutions or dense layers."
        )
    return kernels
