"""Attribution by change: what happens to a probability when a part is covered.

Images are (n, h, w, c), results (n, h, w). An `Answer` is a function of images that
returns one number for each, (n,): the probability or the score of one class.
"""

from collections.abc import Callable

import numpy as np

from cnnbook.checks import require_at_least, require_layout

Answer = Callable[[np.ndarray], np.ndarray]
BLOCK = 512  # changed images that are answered at once


def occlusion(
    answer: Answer,
    images: np.ndarray,
    *,
    window: int = 8,
    stride: int = 2,
    fill: float = 0.0,
) -> np.ndarray:
    """What the answer loses when a square is covered, averaged at each pixel.

    A square of `window` pixels, filled with `fill`, is laid at every `stride`-th place,
    the last row and column of places included. A pixel gets the mean loss over the
    squares that cover it.

    Source: Zeiler and Fergus (2014), section 4.2.
    """
    require_layout("images", images, "n h w c")
    n, h, w, _ = images.shape
    require_at_least("window", window, 1)
    require_at_least("stride", stride, 1)
    if window > min(h, w):
        raise ValueError(
            f"`window` must fit into an image of {h} x {w} pixels, got {window}."
        )
    places = [
        (r, c) for r in _starts(h, window, stride) for c in _starts(w, window, stride)
    ]
    count = np.zeros((h, w))
    for row, column in places:
        count[row : row + window, column : column + window] += 1
    found = np.zeros((n, h, w))
    for image, heat in zip(images, found, strict=True):
        covered = np.repeat(image[None], len(places), axis=0)
        for one, (row, column) in zip(covered, places, strict=True):
            one[row : row + window, column : column + window] = fill
        lost = _answered(answer, image[None])[0] - _answered(answer, covered)
        for value, (row, column) in zip(lost, places, strict=True):
            heat[row : row + window, column : column + window] += value
    return (found / np.maximum(count, 1)).astype(np.float32)


def score_cam(
    answer: Answer, images: np.ndarray, maps: np.ndarray, *, fill: float = 0.0
) -> np.ndarray:
    """Maps weighted by what the answer becomes when only their places are left.

    Each map, scaled to 0 … 1, is a mask: 1 leaves a pixel, 0 replaces it by `fill`. The
    weights of the maps are the answers to the masked images. A map that is the same
    everywhere masks nothing and weighs nothing.

    Parameters
    ----------
    answer : the probability of the class; with scores, weights could be negative.
    maps : (n, h, w, f) of the images' size, from `place_maps`.

    Source: Wang et al. (2020), algorithm 1; the softmax over maps is left out, as in
    tf-keras-vis.
    """
    require_layout("images", images, "n h w c")
    require_layout("maps", maps, "n h w f")
    if maps.shape[:3] != images.shape[:3]:
        raise ValueError(
            f"`maps` must be (n, h, w, f) of the images' {images.shape[:3]}, got "
            f"{maps.shape}. Enlarge them by `place_maps`."
        )
    low = maps.min(axis=(1, 2), keepdims=True)
    width = maps.max(axis=(1, 2), keepdims=True) - low
    masks = np.divide(maps - low, width, out=np.zeros_like(maps), where=width > 0)
    found = []
    for image, mask, some, varies in zip(images, masks, maps, width > 0, strict=True):
        each = np.moveaxis(mask, 2, 0)[..., None]  # (f, h, w, 1)
        weights = _answered(
            answer, (image * each + fill * (1 - each)).astype(np.float32)
        )
        found.append(np.maximum(some @ (weights * varies.ravel()), 0))
    return np.stack(found).astype(np.float32)


def _starts(length: int, window: int, stride: int) -> list[int]:
    starts = list(range(0, length - window + 1, stride))
    last = length - window
    return starts if starts[-1] == last else [*starts, last]


def _answered(answer: Answer, images: np.ndarray) -> np.ndarray:
    parts = [answer(images[i : i + BLOCK]) for i in range(0, len(images), BLOCK)]
    answers = np.concatenate([np.asarray(part) for part in parts])
    if answers.shape != (len(images),):
        raise ValueError(
            f"`answer(images)` must be (n,), one number for each image, got "
            f"{answers.shape} for {len(images)} images. Pick the column of the class."
        )
    return answers
