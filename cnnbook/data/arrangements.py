"""Two tasks from the same parts: which of them occur, and in which order.

A part is a small patch of a real photo whose edges run upright or lie flat. Images are
(n, h, w, 1) float32 with mean grey 0 and two parts side by side; labels are (n,) int64.
"""

from collections import Counter

import numpy as np

from cnnbook.checks import require_at_least, require_between, require_in, require_layout

ARRANGEMENT_TASKS = ("parts", "order")
Parts = tuple[np.ndarray, np.ndarray]


def oriented_patches(
    photo: np.ndarray, *, size: int = 5, purity: float = 0.85, contrast: float = 15.0
) -> Parts:
    """Patches of `photo` (h, w, 3) whose edges are upright, and those that lie flat.

    A patch is upright if `purity` or more of its squared differences between neighbors
    are between neighbors in a row, and lies flat if they are between neighbors in a
    column. Patches of less `contrast` (standard deviation, in grey levels of 255) are
    left out. Both are (n, size, size) float64 with mean 0 and deviation 1.
    """
    require_layout("photo", photo, "h w c")
    require_at_least("size", size, 2)
    require_between("purity", purity, 0.5, 1)
    grey = photo.mean(axis=2)
    windows = np.lib.stride_tricks.sliding_window_view(grey, (size, size))
    patches = windows[::2, ::2].reshape(-1, size, size)
    spread = patches.std(axis=(1, 2))
    patches = patches[(spread >= contrast) & (spread > 0)]
    patches = patches - patches.mean(axis=(1, 2), keepdims=True)
    patches /= patches.std(axis=(1, 2), keepdims=True)
    along_rows = np.sum(np.diff(patches, axis=2) ** 2, axis=(1, 2))
    along_columns = np.sum(np.diff(patches, axis=1) ** 2, axis=(1, 2))
    share = along_rows / (along_rows + along_columns)
    return patches[share >= purity], patches[share <= 1 - purity]


def arrangements(
    parts: Parts,
    num_images: int,
    *,
    task: str,
    gap: int,
    height: int = 7,
    width: int = 26,
    seed: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Draw images (n, height, width, 1) with two parts, `gap` pixels apart, and labels.

    Parameters
    ----------
    parts : upright and flat patches (k, size, size), as of `oriented_patches`.
    task : "parts": two upright parts (0) or two flat ones (1). "order": one of each,
        the upright one on the left (0) or on the right (1).
    num_images : even; images 2i and 2i + 1 are a pair, one of each class. In "order"
        the two hold the very same parts, which have changed places.
    """
    require_in("task", task, ARRANGEMENT_TASKS)
    require_at_least("num_images", num_images, 2)
    require_at_least("gap", gap, 0)
    if num_images % 2:
        raise ValueError(f"`num_images` must be even, got {num_images}: it is pairs.")
    upright, flat = parts
    size = _size_of(upright, flat)
    left, top = (width - 2 * size - gap) // 2, (height - size) // 2
    if left < 0 or top < 0:
        raise ValueError(
            f"`width` and `height` must be {2 * size + gap} and {size} or more for two "
            f"parts of {size} pixels and a gap of {gap}, got {width} and {height}."
        )
    rng = np.random.default_rng(seed)
    images = np.zeros((num_images, height, width, 1), dtype=np.float32)
    rows = slice(top, top + size)
    for i in range(0, num_images, 2):
        a, b = upright[rng.integers(len(upright), size=2)]
        c, d = flat[rng.integers(len(flat), size=2)]
        pair = ((a, c), (c, a)) if task == "order" else ((a, b), (c, d))
        for image, (first, second) in zip(images[i : i + 2], pair, strict=True):
            image[rows, left : left + size, 0] = first
            image[rows, left + size + gap : left + 2 * size + gap, 0] = second
    return images, np.arange(num_images) % 2


def bag_of_windows(image: np.ndarray, size: int) -> Counter[bytes]:
    """How often each `size` x `size` window occurs in `image` (h, w, c), and no more.

    What a network of receptive field `size` knows of an image under a global maximum
    or average: two images of one bag get one answer.
    """
    require_layout("image", image, "h w c")
    require_between("size", size, 1, min(image.shape[:2]))
    windows = np.lib.stride_tricks.sliding_window_view(image, (size, size), (0, 1))
    rows, columns = windows.shape[:2]
    return Counter(windows[i, j].tobytes() for i in range(rows) for j in range(columns))


def _size_of(upright: np.ndarray, flat: np.ndarray) -> int:
    """The side of the patches, which must be squares of one size."""
    require_layout("upright parts", upright, "n size size")
    require_layout("flat parts", flat, "n size size")
    sizes = {*upright.shape[1:], *flat.shape[1:]}
    if len(sizes) != 1:
        raise ValueError(
            f"`parts` must be squares of one size, got {upright.shape[1:]} and "
            f"{flat.shape[1:]}."
        )
    return sizes.pop()
