"""What the places of one layer say about every class.

Maps are (n, C, h, w): for image and class, a number for each place.
"""

import numpy as np

from cnnbook.checks import require_at_least, require_layout
from cnnbook.interpretation.cams import grad_cam
from cnnbook.interpretation.inspector import Inspector


def class_maps(inspector: Inspector, images: np.ndarray, layer: str) -> np.ndarray:
    """Grad-CAM of every class with its sign, (n, C, h, w).

    Positive where a place of `layer` speaks for the class, negative where it speaks
    against it.

    Source: Selvaraju et al. (2017), equations 1 and 2, the latter without its maximum.
    """
    require_layout("images", images, "n h w c")
    n, num_classes = len(images), inspector.num_classes
    found = inspector.gradients(
        np.repeat(images, num_classes, axis=0),
        np.tile(np.arange(num_classes), n),
        layer,
    )
    maps = grad_cam(*found, relu=False)
    return maps.reshape(n, num_classes, *maps.shape[1:])


def to_levels(maps: np.ndarray, *, most: int = 100) -> np.ndarray:
    """Maps (n, C, h, w) as integers from -`most` to `most`, one scale for each image.

    The place that speaks loudest, for or against whatever class, gets `most`; 0 stays
    0, and so does an image whose maps are 0 everywhere.
    """
    require_layout("maps", maps, "n C h w")
    require_at_least("most", most, 1)
    loudest = np.abs(maps).max(axis=(1, 2, 3), keepdims=True)
    shares = np.divide(maps, loudest, out=np.zeros(maps.shape), where=loudest > 0)
    return np.rint(most * shares).astype(int)
