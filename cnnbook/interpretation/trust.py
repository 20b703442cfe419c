"""Can a map be trusted? Scores against a known truth, or against the network itself.

Heat maps are (n, h, w), masks (n, h, w) bool, images (n, h, w, c).
"""

from itertools import pairwise

import numpy as np
from scipy.ndimage import gaussian_filter, sobel
from scipy.stats import rankdata

from cnnbook.checks import require_at_least, require_layout, require_shape
from cnnbook.interpretation.perturbation import Answer


def pointing_game(heat: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """Whether the hottest pixel lies in the mask, (n,): 1.0 or 0.0.

    Where several pixels are hottest, it is the share of them that do. So a map that is
    the same everywhere gets what a random pixel would.

    Source: Zhang et al. (2018), section 4.2, without their margin of 15 pixels.
    """
    _require_pair(heat, masks)
    hottest = heat == heat.max(axis=(1, 2), keepdims=True)
    return (hottest & masks).sum(axis=(1, 2)) / hottest.sum(axis=(1, 2))


def mass_in_mask(heat: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """The share of the positive heat that lies in the mask, (n,).

    A map without positive heat gets the share of pixels in the mask: it has said
    nothing, as a constant map would.

    Source: Arras et al. (2022), equation 2.
    """
    _require_pair(heat, masks)
    positive = np.maximum(heat, 0)
    total = positive.sum(axis=(1, 2))
    inside = (positive * masks).sum(axis=(1, 2))
    chance = masks.mean(axis=(1, 2))
    return np.divide(inside, total, out=chance.astype(float), where=total > 0)


def overlap(heat: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """Intersection over union of the mask and as many of the hottest pixels, (n,).

    Of pixels that are equally hot at the limit, the first ones count, row by row.
    """
    _require_pair(heat, masks)
    found = []
    for values, mask in zip(heat, masks, strict=True):
        chosen = np.zeros(mask.size, bool)
        order = np.argsort(-values.ravel(), kind="stable")
        chosen[order[: mask.sum()]] = True
        flat = mask.ravel()
        union = (chosen | flat).sum()
        found.append((chosen & flat).sum() / union if union else 1.0)
    return np.array(found)


def removal_curve(
    answer: Answer,
    images: np.ndarray,
    heat: np.ndarray,
    *,
    steps: int = 20,
    insert: bool = False,
    fill: np.ndarray | float = 0.0,
    seed: int = 0,
) -> np.ndarray:
    """Answers while pixels are replaced by `fill`, hottest first: (n, steps + 1).

    With `insert`, the image starts as `fill` and gets its pixels back, hottest first.
    The mean of a curve is the area under it: small where removing the hottest pixels
    soon changes the answer, large where inserting them does. Equally hot pixels go in
    random order.

    Parameters
    ----------
    answer : of images, (n,) numbers, such as the probability of the class.
    fill : one number, or images of the same shape, such as blurred ones.

    Source: Petsiuk et al. (2018), section 4.1.
    """
    require_at_least("steps", steps, 1)
    rank = _ranks(images, heat, seed)
    num_pixels = heat[0].size
    replaced = np.broadcast_to(np.asarray(fill, images.dtype), images.shape)
    before, after = (replaced, images) if insert else (images, replaced)
    found = []
    for count in np.linspace(0, num_pixels, steps + 1).round().astype(int):
        found.append(np.asarray(answer(np.where(rank < count, after, before))))
    return np.stack(found, axis=1)


def drop_by_rank(
    answer: Answer,
    images: np.ndarray,
    heat: np.ndarray,
    *,
    groups: int = 10,
    fill: np.ndarray | float = 0.0,
    seed: int = 0,
) -> np.ndarray:
    """What the answer loses without one group of pixels: (n, groups), hottest first.

    Pixels are sorted by heat and cut into `groups` of equal size; one group at a time
    is replaced by `fill`. Equally hot pixels go in random order. If hotter means more
    important, the first group costs most.
    """
    require_at_least("groups", groups, 2)
    rank = _ranks(images, heat, seed)
    edges = np.linspace(0, heat[0].size, groups + 1).round().astype(int)
    replaced = np.broadcast_to(np.asarray(fill, images.dtype), images.shape)
    whole = np.asarray(answer(images))
    found = [
        whole - answer(np.where((first <= rank) & (rank < last), replaced, images))
        for first, last in pairwise(edges)
    ]
    return np.stack(found, axis=1)


def rank_correlation(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Spearman's correlation of two heat maps of each image, (n,), -1 … 1.

    0 where one of the two maps is the same everywhere: it ranks nothing.
    """
    require_layout("first", first, "n h w")
    require_shape("second", second, np.shape(first), "that of `first`")
    ranks = [rankdata(one.reshape(len(one), -1), axis=1) for one in (first, second)]
    a, b = (rank - rank.mean(axis=1, keepdims=True) for rank in ranks)
    scale = np.sqrt((a**2).sum(axis=1) * (b**2).sum(axis=1))
    return np.divide((a * b).sum(axis=1), scale, out=np.zeros(len(a)), where=scale > 0)


def edge_map(images: np.ndarray) -> np.ndarray:
    """A heat map that knows no network: the length of the Sobel gradient, (n, h, w)."""
    require_layout("images", images, "n h w c")
    gray = images.mean(axis=3)
    return np.hypot(sobel(gray, axis=1), sobel(gray, axis=2))


def center_map(shape: tuple[int, int, int]) -> np.ndarray:
    """A heat map that knows no image: hot in the middle, (n, h, w)."""
    n, h, w = shape
    spot = np.zeros((h, w))
    spot[(h - 1) // 2 : h // 2 + 1, (w - 1) // 2 : w // 2 + 1] = 1
    return np.tile(gaussian_filter(spot, min(h, w) / 6), (n, 1, 1))


def random_map(shape: tuple[int, int, int], *, seed: int) -> np.ndarray:
    """A heat map that knows nothing: uniform noise, (n, h, w)."""
    return np.random.default_rng(seed).random(shape)


def _ranks(images: np.ndarray, heat: np.ndarray, seed: int) -> np.ndarray:
    """The place of each pixel when all are sorted, hottest first: (n, h, w, 1)."""
    require_layout("images", images, "n h w c")
    require_shape("heat", heat, images.shape[:3], "that of `images` without channels")
    rng = np.random.default_rng(seed)
    n, h, w = heat.shape
    ties = rng.permuted(np.tile(np.arange(h * w), (n, 1)), axis=1)
    order = np.lexsort((ties, -heat.reshape(n, -1)), axis=1)
    rank = np.empty((n, h * w), int)
    np.put_along_axis(rank, order, np.arange(h * w)[None], axis=1)
    return rank.reshape(n, h, w, 1)


def _require_pair(heat: np.ndarray, masks: np.ndarray) -> None:
    require_layout("heat", heat, "n h w")
    require_shape("masks", masks, np.shape(heat), "that of `heat`")
    if masks.dtype != bool:
        raise ValueError(
            f"`masks` must be of bool, got {masks.dtype}. Compare: masks > 0."
        )
