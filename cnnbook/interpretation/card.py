"""The report card of attribution: every method on the same images, every score.

Heat maps are (n, h, w), images (n, h, w, c), masks (n, h, w) bool.
"""

from collections.abc import Callable, Iterable, Mapping

import keras
import numpy as np
from scipy.special import softmax

from cnnbook.checks import require_in
from cnnbook.interpretation import cams, gradients, perturbation, trust
from cnnbook.interpretation.inspector import Inspector
from cnnbook.interpretation.placing import grids, place_maps
from cnnbook.interpretation.randomization import cascade

CAMS = {
    "Grad-CAM": cams.grad_cam,
    "Grad-CAM++": cams.grad_cam_plus_plus,
    "LayerCAM": cams.layer_cam,
}
BY_GRADIENT = ("saliency", "gradient x input", "SmoothGrad", "integrated gradients")
BY_CHANGE = ("Score-CAM", "occlusion")
METHODS = (*CAMS, *BY_GRADIENT, *BY_CHANGE)
BASELINES = ("edges", "center", "random")


def attribute(
    inspector: Inspector,
    images: np.ndarray,
    classes: np.ndarray,
    *,
    methods: Iterable[str] = METHODS,
    layer: str | None = None,
    fill: float = 0.0,
) -> dict[str, np.ndarray]:
    """Heat maps of the images' size by each of `methods`, all for the same classes.

    Parameters
    ----------
    methods : of `METHODS` and `BASELINES`.
    layer : whose maps are weighted; by default the last convolution.
    fill : what replaces a covered pixel, and where integrated gradients begin.
    """
    layer = layer or inspector.last_convolution
    found = {}
    for name in methods:
        require_in("methods", name, (*METHODS, *BASELINES))
        if name in CAMS or name == "Score-CAM":
            heat = _by_maps(name, inspector, images, classes, layer, fill)
        elif name in BY_GRADIENT:
            heat = _by_gradient(name, inspector, images, classes, fill)
        elif name == "occlusion":
            heat = _one_by_one(perturbation.occlusion, inspector, classes, fill, images)
        else:
            heat = _baseline(name, images)
        found[name] = heat
    return found


def probability_of(
    inspector: Inspector, classes: np.ndarray
) -> Callable[[np.ndarray], np.ndarray]:
    """A function of images that says, for image k, the probability of `classes[k]`."""

    def probability(images: np.ndarray) -> np.ndarray:
        chances = softmax(inspector.scores(images), axis=1)
        return chances[np.arange(len(images)), np.broadcast_to(classes, len(images))]

    return probability


def score_maps(
    heat: np.ndarray,
    inspector: Inspector,
    images: np.ndarray,
    classes: np.ndarray,
    targets: np.ndarray,
    distractors: np.ndarray,
    *,
    fill: float = 0.0,
) -> dict[str, float]:
    """What one method is worth, each a mean over images.

    "pointing" and "distractor hits" say where the hottest pixel is, "mass" how much of
    the heat is on the target, "overlap" is intersection over union; "deletion" (small
    is good) and "insertion" (large is good) are areas under `removal_curve`.
    """
    answer = probability_of(inspector, classes)
    curves = {
        name: trust.removal_curve(answer, images, heat, insert=insert, fill=fill)
        for name, insert in (("deletion", False), ("insertion", True))
    }
    return {
        "pointing": float(trust.pointing_game(heat, targets).mean()),
        "distractor hits": float(trust.pointing_game(heat, distractors).mean()),
        "mass": float(trust.mass_in_mask(heat, targets).mean()),
        "overlap": float(trust.overlap(heat, targets).mean()),
        **{name: float(curve.mean()) for name, curve in curves.items()},
    }


def sanity(
    model: keras.Model,
    images: np.ndarray,
    classes: np.ndarray,
    *,
    methods: Iterable[str] = METHODS,
    layer: str | None = None,
    fill: float = 0.0,
    seed: int = 0,
) -> dict[str, dict[str, float]]:
    """How alike maps stay while the network is destroyed: {method: {layer: mean}}.

    After each layer that `cascade` has shuffled, the rank correlation with the maps of
    the trained network, signs left out; near 0 is as it should be in the end.

    Source: Adebayo et al. (2018), section 4.
    """
    methods = tuple(methods)
    layer = layer or Inspector(model).last_convolution
    settings = {"methods": methods, "layer": layer, "fill": fill}
    trained = attribute(Inspector(model), images, classes, **settings)
    found: Mapping[str, dict[str, float]] = {name: {} for name in methods}
    for shuffled, copy in cascade(model, seed=seed):
        now = attribute(Inspector(copy), images, classes, **settings)
        for name in methods:
            alike = trust.rank_correlation(np.abs(trained[name]), np.abs(now[name]))
            found[name][shuffled] = float(alike.mean())
    return dict(found)


def _by_maps(
    name: str,
    inspector: Inspector,
    images: np.ndarray,
    classes: np.ndarray,
    layer: str,
    fill: float,
) -> np.ndarray:
    size, places = images.shape[1:3], grids(inspector.steps, layer)
    if name in CAMS:
        heat = CAMS[name](*inspector.gradients(images, classes, layer))
        return place_maps(heat, size, places)
    maps = place_maps(inspector.maps(images, [layer])[layer], size, places)
    return _one_by_one(perturbation.score_cam, inspector, classes, fill, images, maps)


def _by_gradient(
    name: str,
    inspector: Inspector,
    images: np.ndarray,
    classes: np.ndarray,
    fill: float,
) -> np.ndarray:
    def gradient(some: np.ndarray) -> np.ndarray:
        return inspector.gradients(some, classes).gradients

    if name == "saliency":
        return gradients.saliency(gradient, images)
    if name == "SmoothGrad":
        return gradients.smooth_grad(gradient, images)
    if name == "gradient x input":
        return ((images - fill) * gradient(images)).sum(axis=3)
    return gradients.integrated_gradients(gradient, images, fill).sum(axis=3)


def _one_by_one(
    method: Callable[..., np.ndarray],
    inspector: Inspector,
    classes: np.ndarray,
    fill: float,
    *arrays: np.ndarray,
) -> np.ndarray:
    """A method that asks about one class at a time, of the images in `arrays`."""
    found = []
    for k in range(len(classes)):
        one = slice(k, k + 1)
        answer = probability_of(inspector, classes[one])
        found.append(method(answer, *(array[one] for array in arrays), fill=fill))
    return np.concatenate(found)


def _baseline(name: str, images: np.ndarray) -> np.ndarray:
    if name == "edges":
        return trust.edge_map(images)
    if name == "center":
        return trust.center_map(images.shape[:3])
    return trust.random_map(images.shape[:3], seed=0)
