"""Point clouds: shapes drawn as points in no order, and networks that read them.

Clouds are (n, points, 3) float32, about the origin, of unit size.
"""

import numpy as np

from cnnbook.checks import require_at_least

SHAPES = ("sphere", "cube", "cylinder", "cone")


def make_clouds(
    num: int, *, points: int = 64, noise: float = 0.03, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Points on the surface of shapes, turned at random, with noise.

    Returns
    -------
    clouds : (num, points, 3) float32; centered, root mean square of the radius 1.
    labels : (num,), places in SHAPES.
    """
    require_at_least("num", num, 1)
    require_at_least("points", points, 4)
    rng = np.random.default_rng(seed)
    labels = rng.integers(len(SHAPES), size=num)
    draw = (_sphere, _cube, _cylinder, _cone)
    clouds = np.stack([draw[label](points, rng) @ rotation(rng) for label in labels])
    clouds += rng.normal(0, noise, clouds.shape)
    clouds -= clouds.mean(axis=1, keepdims=True)
    clouds /= np.sqrt((clouds**2).sum(axis=2).mean(axis=1))[:, None, None]
    return clouds.astype(np.float32), labels


def rotation(rng: np.random.Generator) -> np.ndarray:
    """A rotation of space, all of them equally likely: (3, 3) of determinant 1.

    Source: Mezzadri (2007), section "A correct and efficient algorithm".
    """
    turned, upper = np.linalg.qr(rng.normal(size=(3, 3)))
    turned = turned * np.sign(np.diag(upper))
    turned[:, 0] *= np.linalg.det(turned)
    return turned


def _sphere(num: int, rng: np.random.Generator) -> np.ndarray:
    drawn = rng.normal(size=(num, 3))
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def _cube(num: int, rng: np.random.Generator) -> np.ndarray:
    drawn = rng.uniform(-1, 1, (num, 3))
    drawn[np.arange(num), rng.integers(3, size=num)] = rng.choice([-1.0, 1.0], num)
    return drawn


def _cylinder(num: int, rng: np.random.Generator) -> np.ndarray:
    """Height 2, radius 1: the side has two thirds of the surface."""
    angle, part = rng.uniform(0, 2 * np.pi, num), rng.random(num)
    side = part < 2 / 3
    radius = np.where(side, 1.0, np.sqrt(rng.random(num)))
    height = np.where(side, rng.uniform(-1, 1, num), rng.choice([-1.0, 1.0], num))
    return np.stack([radius * np.cos(angle), radius * np.sin(angle), height], axis=1)


def _cone(num: int, rng: np.random.Generator) -> np.ndarray:
    """Height 2, radius 1 at the foot, whose surface is to the side's as 1 to root 5."""
    angle, radius = rng.uniform(0, 2 * np.pi, num), np.sqrt(rng.random(num))
    side = rng.random(num) < np.sqrt(5) / (1 + np.sqrt(5))
    height = np.where(side, 1 - 2 * radius, -1.0)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle), height], axis=1)
