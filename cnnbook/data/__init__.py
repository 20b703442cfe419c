"""The data of the book: Fashion-MNIST, digits, photos, lines; splits and an audit.

Images are (n, h, w, c), labels are (n,) int64. Nothing is downloaded.
"""

from cnnbook.data.audit import Audit, audit
from cnnbook.data.bundled import load_digits_images, load_photos
from cnnbook.data.fashion_mnist import (
    CLASS_NAMES,
    DataError,
    FashionMNIST,
    load_fashion_mnist,
)
from cnnbook.data.lines import (
    LINE_NAMES,
    LineImages,
    LineSplits,
    generate_dummy_images,
    line_images,
    line_splits,
)
from cnnbook.data.shortcuts import decisive_pixels
from cnnbook.data.splits import Split, split

__all__ = [
    "CLASS_NAMES",
    "LINE_NAMES",
    "Audit",
    "DataError",
    "FashionMNIST",
    "LineImages",
    "LineSplits",
    "Split",
    "audit",
    "decisive_pixels",
    "generate_dummy_images",
    "line_images",
    "line_splits",
    "load_digits_images",
    "load_fashion_mnist",
    "load_photos",
    "split",
]
