"""From stored pixels to batches: scaling, augmentation and `tf.data` input.

Images are (n, h, w, c). Everything learned from data (a mean, a deviation) is
learned from the training images and then applied to all others.
"""

from cnnbook.preprocessing.augmentation import flip_and_shift
from cnnbook.preprocessing.hog import hog_features
from cnnbook.preprocessing.pipeline import batches
from cnnbook.preprocessing.scaling import Standardizer, to_unit

__all__ = ["Standardizer", "batches", "flip_and_shift", "hog_features", "to_unit"]
