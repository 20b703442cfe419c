"""The table laid out as images is the table, scaled."""

import numpy as np
from sklearn.datasets import load_breast_cancer

from cnnbook.data import load_table_as_images


def test_rows_of_the_table_fill_images_row_by_row():
    images, labels = load_table_as_images()
    table = load_breast_cancer()
    assert images.shape == (569, 5, 6, 1)
    assert images.dtype == np.float32
    assert labels.dtype == np.int64
    column = table.data[:, 13]  # third row, second pixel
    expected = (column - column.min()) / (column.max() - column.min())
    np.testing.assert_allclose(images[:, 2, 1, 0], expected, atol=1e-6)
    np.testing.assert_array_equal(labels, table.target)


def test_every_column_spans_zero_to_one():
    images, _ = load_table_as_images()
    columns = images.reshape(569, 30)
    assert columns.min(axis=0).tolist() == [0.0] * 30
    assert columns.max(axis=0).tolist() == [1.0] * 30
