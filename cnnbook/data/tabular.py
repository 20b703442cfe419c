"""A table laid out as images: the case in which a CNN is the wrong tool."""

import numpy as np
from sklearn.datasets import load_breast_cancer

ROWS, COLUMNS = 5, 6


def load_table_as_images() -> tuple[np.ndarray, np.ndarray]:
    """Return a medical table of 569 rows and 30 columns as images of 5 x 6 pixels.

    The columns fill the image row by row, in the order of the table. Another order
    would say the same, which is the point.

    Returns
    -------
    images : (569, 5, 6, 1), float32 in [0, 1]; each column is scaled by its own
        smallest and largest value over the whole table.
    labels : (569,), int64: 0 malignant, 1 benign.

    Source: Street, Wolberg and Mangasarian (1993); the copy in scikit-learn.
    """
    table = load_breast_cancer()
    low, high = table.data.min(axis=0), table.data.max(axis=0)
    scaled = ((table.data - low) / (high - low)).astype(np.float32)
    return scaled.reshape(-1, ROWS, COLUMNS, 1), table.target.astype(np.int64)
