"""Scenes with a known cause: one shape decides the class, another one does not matter.

Images are (n, size, size, 1) float32, masks (n, size, size) bool.
"""

from dataclasses import dataclass, replace

import numpy as np

from cnnbook.checks import require_at_least, require_between

SHAPES = ("circle", "square", "triangle")
MOST_TRIES = 1_000


@dataclass(frozen=True)
class Scenes:
    """Images (n, size, size, 1), labels (n,), and where the two shapes are.

    `targets` and `distractors` (n, size, size) are the pixels of the shape that decides
    the class and of the plus sign, which occurs with every class alike.
    """

    images: np.ndarray
    labels: np.ndarray
    targets: np.ndarray
    distractors: np.ndarray


def scenes(
    num_images: int,
    *,
    size: int = 32,
    radius: int = 5,
    noise: float = 0.3,
    seed: int = 0,
) -> Scenes:
    """Draw circles, squares and triangles, each with a plus sign, under noise.

    Both shapes have brightness 1 on a ground of 0 and do not touch; classes come in
    turn. A shape fits into a square of 2 * radius + 1 pixels.

    Parameters
    ----------
    noise : standard deviation of what is added to every pixel.
    """
    require_at_least("num_images", num_images, 1)
    require_at_least("radius", radius, 3)
    require_at_least("noise", noise, 0)
    require_between("radius", radius, 3, (size - 4) // 4)
    rng = np.random.default_rng(seed)
    labels = np.arange(num_images) % len(SHAPES)
    targets = np.zeros((num_images, size, size), bool)
    distractors = np.zeros_like(targets)
    for k, label in enumerate(labels):
        first, second = _centers(size, radius, rng)
        targets[k] = shape_mask(SHAPES[label], size, first, radius)
        distractors[k] = shape_mask("plus", size, second, radius)
    images = (targets | distractors).astype(np.float32)
    images += rng.normal(size=images.shape).astype(np.float32) * noise
    return Scenes(images[..., None], labels, targets, distractors)


def shape_mask(
    name: str, size: int, center: tuple[int, int], radius: int
) -> np.ndarray:
    """The pixels of one shape, (size, size) bool."""
    rows, columns = np.mgrid[:size, :size]
    down, right = rows - center[0], columns - center[1]
    box = (abs(down) <= radius) & (abs(right) <= radius)
    if name == "circle":
        return down**2 + right**2 <= (radius + 0.5) ** 2
    if name == "square":
        inner = round(radius * 0.85)
        return (abs(down) <= inner) & (abs(right) <= inner)
    if name == "triangle":
        return box & (2 * abs(right) <= down + radius + 1)
    if name == "plus":
        return box & ((abs(down) <= radius // 4) | (abs(right) <= radius // 4))
    raise ValueError(f"`name` must be one of {SHAPES} or 'plus', got {name!r}.")


def _centers(size: int, radius: int, rng: np.random.Generator) -> np.ndarray:
    """Two centers whose boxes lie within the image and are a pixel apart."""
    for _ in range(MOST_TRIES):
        both = rng.integers(radius, size - radius, size=(2, 2))
        if abs(both[0] - both[1]).max() > 2 * radius + 1:
            return both
    raise ValueError(
        f"`size` {size} has no room for two shapes of `radius` {radius}. Take a larger "
        "image."
    )


def plant_tag(made: Scenes, label: int, *, width: int = 3) -> tuple[Scenes, np.ndarray]:
    """Mark every image of one class with a bright square in its lower right corner.

    Returns the marked scenes, and the pixels of the mark, (size, size) bool.
    """
    require_between("label", label, 0, len(SHAPES) - 1)
    require_at_least("width", width, 1)
    mark = np.zeros(made.images.shape[1:3], bool)
    mark[-width - 1 : -1, -width - 1 : -1] = True
    images = made.images.copy()
    images[(made.labels == label)[:, None, None] & mark] = 1.0
    return replace(made, images=images), mark
