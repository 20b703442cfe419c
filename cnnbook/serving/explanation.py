"""Where the network looked: class activation maps of `explain.onnx`, drawn as PNG.

A map is (h, w) float32, evidence for one class at each place before it is summed up;
what is negative speaks against the class.
"""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from cnnbook.checks import require_in
from cnnbook.runtimes import OnnxRuntime

FILE_NAME = "explain.onnx"
SCALE = 8  # pixels of the drawing for one of the image
# Five colors of viridis (Smith and van der Walt 2015), dark to light, 0-255.
COLORS = np.array(
    [(68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37)], float
)


def load_explainer(
    path: str | Path, *, threads: int = 1
) -> Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """A function from images (n, h, w, c) uint8 to probabilities (n, num_classes) and
    maps (n, h, w, num_classes), float32."""
    runtime = OnnxRuntime(path, threads)

    def explain(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        outputs = runtime.run(images)
        return outputs["probabilities"], outputs["class_maps"]

    return explain


def heat(class_map: np.ndarray) -> tuple[np.ndarray, bool]:
    """The positive part of a map, its peak scaled to 1, and whether there is any.

    A map without positive evidence is all 0, and never NaN.

    >>> heat(np.array([[-1.0, 2.0], [1.0, 0.0]]))[0].tolist()
    [[0.0, 1.0], [0.5, 0.0]]
    """
    positive = np.maximum(class_map, 0)
    peak = float(positive.max())
    if peak <= 0:
        return np.zeros_like(positive), False
    return positive / peak, True


def overlay(image: np.ndarray, class_map: np.ndarray) -> bytes:
    """A PNG of `image` (h, w, c) uint8, colored by the evidence of `class_map`.

    The map is brought to the size of the drawing by bilinear interpolation between
    the centers of its cells. Brightness stays that of the image; color is the map.
    """
    h, w, c = image.shape
    require_in("the number of channels", c, (1, 3))
    size = (w * SCALE, h * SCALE)
    values = Image.fromarray(heat(class_map)[0].astype(np.float32))
    values = np.asarray(values.resize(size, Image.Resampling.BILINEAR))
    values = np.clip(values, 0, 1)
    gray = Image.fromarray(image[..., 0] if c == 1 else image).convert("L")
    gray = np.asarray(gray.resize(size, Image.Resampling.NEAREST), float)[..., None]
    stops = np.linspace(0, 1, len(COLORS))
    colors = np.stack([np.interp(values, stops, line) for line in COLORS.T], axis=-1)
    mixed = (0.45 * gray + 0.55 * colors).astype(np.uint8)
    stream = BytesIO()
    Image.fromarray(mixed).save(stream, "PNG")
    return stream.getvalue()
