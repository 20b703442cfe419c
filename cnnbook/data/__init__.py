"""The data of the book: Fashion-MNIST, digits, photos, lines; splits and an audit.

Images are (n, h, w, c), labels are (n,) int64. Nothing is downloaded.
"""

from cnnbook.data.arrangements import (
    ARRANGEMENT_TASKS,
    arrangements,
    bag_of_windows,
    oriented_patches,
)
from cnnbook.data.audit import Audit, audit
from cnnbook.data.bundled import load_digits_images, load_photos
from cnnbook.data.canvases import Canvases, canvases, lit_box
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
from cnnbook.data.nearest import nearest_vectors
from cnnbook.data.outlines import draw_outlines, outlines
from cnnbook.data.shortcuts import decisive_pixels
from cnnbook.data.splits import Split, split
from cnnbook.data.tabular import load_table_as_images

__all__ = [
    "ARRANGEMENT_TASKS",
    "CLASS_NAMES",
    "LINE_NAMES",
    "Audit",
    "Canvases",
    "DataError",
    "FashionMNIST",
    "LineImages",
    "LineSplits",
    "Split",
    "arrangements",
    "audit",
    "bag_of_windows",
    "canvases",
    "decisive_pixels",
    "draw_outlines",
    "generate_dummy_images",
    "line_images",
    "line_splits",
    "lit_box",
    "load_digits_images",
    "load_fashion_mnist",
    "load_photos",
    "load_table_as_images",
    "nearest_vectors",
    "oriented_patches",
    "outlines",
    "split",
]
