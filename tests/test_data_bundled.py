"""Digits and photos: scikit-learn's own, in the book's layout, without a network."""

import socket

import numpy as np
import pytest
from sklearn.datasets import load_digits, load_sample_image

from cnnbook.data import load_digits_images, load_photos


@pytest.fixture(autouse=True)
def _no_network(monkeypatch):
    def refuse(*_args, **_kwargs):
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def test_digits_are_scikit_learns_over_sixteen():
    images, labels = load_digits_images()
    assert (images.shape, images.dtype) == ((1797, 8, 8, 1), np.float32)
    assert (labels.dtype, labels[:5].tolist()) == (np.int64, [0, 1, 2, 3, 4])
    assert (images.min(), images.max()) == (0.0, 1.0)
    np.testing.assert_array_equal(images[..., 0] * 16, load_digits().images)


def test_photos_are_found_by_name():
    photos = load_photos()
    assert sorted(photos) == ["china", "flower"]
    for name, photo in photos.items():
        assert (photo.shape, photo.dtype) == ((427, 640, 3), np.uint8)
        np.testing.assert_array_equal(photo, load_sample_image(f"{name}.jpg"))
