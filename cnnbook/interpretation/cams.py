"""Class activation maps: the maps of one layer, weighted and added up.

Maps and their gradients are (n, h, w, f) float32, one image and one score each, as
`Inspector.gradients` returns them. Every result is (n, h, w). With `relu`, what speaks
against the class is 0; then a map may be 0 everywhere, which says that nothing at this
layer speaks for the class, and is never NaN.
"""

import numpy as np

from cnnbook.checks import require_layout, require_shape


def cam(maps: np.ndarray, weights: np.ndarray, *, relu: bool = True) -> np.ndarray:
    """Class activation map: maps weighted by those of a dense layer behind averages.

    Parameters
    ----------
    maps : of the layer before the global average pooling.
    weights : (n, f), from each map to the class that is asked for, or (f,) for all.

    Source: Zhou et al. (2016), equation 2.
    """
    require_layout("maps", maps, "n h w f")
    weights = np.broadcast_to(weights, (len(maps), np.shape(weights)[-1]))
    require_shape(
        "weights", weights, (len(maps), maps.shape[-1]), "one for each of the maps"
    )
    return _rectified(np.einsum("nhwf,nf->nhw", maps, weights), relu)


def grad_cam(
    maps: np.ndarray, gradients: np.ndarray, *, relu: bool = True
) -> np.ndarray:
    """Maps weighted by the mean of their gradients over all places.

    Source: Selvaraju et al. (2017), equations 1 and 2.

    >>> maps = np.array([[[[1.0, 5.0], [3.0, 0.0]]]])  # (1, 1, 2, 2)
    >>> gradients = np.array([[[[2.0, -1.0], [0.0, -1.0]]]])
    >>> grad_cam(maps, gradients).tolist(), grad_cam(maps, gradients, relu=False)[0, 0]
    ([[[0.0, 3.0]]], array([-4.,  3.]))
    """
    _require_pair(maps, gradients)
    return cam(maps, gradients.mean(axis=(1, 2)), relu=relu)


def grad_cam_plus_plus(maps: np.ndarray, gradients: np.ndarray) -> np.ndarray:
    """Like `grad_cam`, but a small patch of a map weighs as much as a large one.

    The class is represented by the exponential of its score, whose derivatives are
    powers of the gradient; the exponential itself cancels from the weights but for a
    factor for the whole map, which is left out here: of a confident score it overflows.

    Source: Chattopadhay et al. (2018), equations 10, 11 and 19; the alphas of each map
    are divided by their sum over places, as in tf-keras-vis.
    """
    _require_pair(maps, gradients)
    squares, cubes = gradients**2, gradients**3
    total = maps.sum(axis=(1, 2), keepdims=True)
    denominator = 2 * squares + total * cubes
    alpha = np.divide(
        squares, denominator, out=np.zeros_like(squares), where=denominator != 0
    )
    sums = alpha.sum(axis=(1, 2), keepdims=True)
    alpha = np.divide(alpha, sums, out=np.zeros_like(alpha), where=sums != 0)
    return cam(maps, (alpha * np.maximum(gradients, 0)).sum(axis=(1, 2)))


def layer_cam(maps: np.ndarray, gradients: np.ndarray) -> np.ndarray:
    """Every place of every map weighted by its own gradient, where that is positive.

    Source: Jiang et al. (2021), equations 5 and 6.
    """
    _require_pair(maps, gradients)
    return _rectified((np.maximum(gradients, 0) * maps).sum(axis=3), True)


def _rectified(values: np.ndarray, relu: bool) -> np.ndarray:
    return np.maximum(values, 0) if relu else values


def _require_pair(maps: np.ndarray, gradients: np.ndarray) -> None:
    require_layout("maps", maps, "n h w f")
    require_shape("gradients", gradients, np.shape(maps), "that of `maps`")
