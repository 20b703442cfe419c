"""From stored pixels to batches: scaling, augmentation and `tf.data` input.

Images are (n, h, w, c). Everything learned from data (a mean, a deviation) is
learned from the training images and then applied to all others.
"""

from cnnbook.preprocessing.augmentation import flip_and_shift
from cnnbook.preprocessing.conditioning import (
    condition_number,
    descent_factor,
    hessian,
)
from cnnbook.preprocessing.hog import hog_features
from cnnbook.preprocessing.mixing import cutmix, mixup
from cnnbook.preprocessing.pipeline import batches
from cnnbook.preprocessing.preprocessor import Preprocessor
from cnnbook.preprocessing.scaling import Standardizer, to_unit
from cnnbook.preprocessing.variation import Variation, stateless
from cnnbook.reading import read_image, resize

__all__ = [
    "Preprocessor",
    "Standardizer",
    "Variation",
    "batches",
    "condition_number",
    "cutmix",
    "descent_factor",
    "flip_and_shift",
    "hessian",
    "hog_features",
    "mixup",
    "read_image",
    "resize",
    "stateless",
    "to_unit",
]
