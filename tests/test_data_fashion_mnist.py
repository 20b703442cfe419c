"""Fashion-MNIST: the official images, checked at each load."""

import gzip
import hashlib
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from cnnbook.data import CLASS_NAMES, DataError, load_fashion_mnist
from cnnbook.data.fashion_mnist import FOLDER, SHA256, parse_idx

# Printed in the README of the data set; the times are those of its gzip headers.
OFFICIAL = {
    "train-images-idx3-ubyte.gz": ("8d4fb7e6c68d591d4c3dfef9ec88bf0d", 1504176606),
    "train-labels-idx1-ubyte.gz": ("25c81989df183df01b3e8a0aad5dffbe", 1504176606),
    "t10k-images-idx3-ubyte.gz": ("bef4ecab320f06d8554ea6380940ec79", 1504176627),
    "t10k-labels-idx1-ubyte.gz": ("bb300cfdad3c16e7a12a480ee83cd310", 1504176627),
}


@pytest.fixture(scope="module")
def data():
    return load_fashion_mnist()


def idx(array):
    header = struct.pack(">BBBB", 0, 0, 8, array.ndim)
    return header + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


@pytest.mark.parametrize("name", OFFICIAL)
def test_with_its_gzip_header_restored_each_file_has_the_official_md5(name):
    md5, time = OFFICIAL[name]
    packed = (FOLDER / name).read_bytes()
    assert packed[:4] == b"\x1f\x8b\x08\x00"  # gzip, deflate, no file name
    header = struct.pack("<3sBIBB", b"\x1f\x8b\x08", 0x08, time, 0, 3)
    official = header + name.removesuffix(".gz").encode() + b"\0" + packed[10:]
    assert hashlib.md5(official).hexdigest() == md5


def test_the_arrays_have_the_promised_form(data):
    for images, labels, n in (
        (data.train_images, data.train_labels, 60_000),
        (data.test_images, data.test_labels, 10_000),
    ):
        assert (images.shape, images.dtype) == ((n, 28, 28, 1), np.uint8)
        assert (images.min(), images.max()) == (0, 255)
        assert labels.dtype == np.int64
        assert np.bincount(labels).tolist() == [n // 10] * 10


def test_the_first_training_image_is_the_known_ankle_boot(data):
    assert CLASS_NAMES[data.train_labels[0]] == "Ankle boot"
    assert data.train_images[0, 3, 10:16, 0].tolist() == [0, 0, 1, 0, 0, 13]
    assert data.train_labels[:5].tolist() == [9, 0, 0, 3, 0]


def test_the_images_are_those_that_the_official_reader_returns(data):
    with gzip.open(FOLDER / "t10k-images-idx3-ubyte.gz") as stream:
        pixels = np.frombuffer(stream.read(), np.uint8, offset=16)
    np.testing.assert_array_equal(data.test_images.ravel(), pixels)


def test_the_arrays_cannot_be_changed_by_accident(data):
    with pytest.raises(ValueError, match="read-only"):
        data.train_images[0] = 0
    with pytest.raises(ValueError, match="read-only"):
        data.test_labels[0] = 0


def test_a_damaged_file_is_named_with_both_digests_and_the_remedy(tmp_path):
    for name in SHA256:
        packed = bytearray((FOLDER / name).read_bytes())
        if name == "t10k-labels-idx1-ubyte.gz":
            packed[1000] ^= 1
            found = hashlib.sha256(packed).hexdigest()
        (tmp_path / name).write_bytes(packed)
    with pytest.raises(DataError, match="is damaged") as caught:
        load_fashion_mnist(folder=tmp_path)
    for part in ("t10k-labels-idx1-ubyte.gz", SHA256[name], found, "git checkout"):
        assert part in str(caught.value)


def test_a_missing_file_is_named_with_its_digest_and_the_remedy(tmp_path):
    name = "train-images-idx3-ubyte.gz"
    with pytest.raises(DataError, match="re-install the package") as caught:
        load_fashion_mnist(folder=tmp_path)
    assert str(tmp_path / name) in str(caught.value)
    assert SHA256[name] in str(caught.value)
    assert "No such file" in str(caught.value)


@given(arrays(np.uint8, array_shapes(max_dims=4, max_side=5)))
def test_parse_idx_returns_what_was_written(array):
    np.testing.assert_array_equal(parse_idx(idx(array)), array)


@given(arrays(np.uint8, (2, 3)), st.integers(0, 17))
def test_parse_idx_refuses_every_truncation(array, length):
    with pytest.raises(DataError):
        parse_idx(idx(array)[:length])


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\x1f\x8b\x08\x01", "magic number"),
        (bytes([0, 0, 13, 1, 0, 0, 0, 0]), "unsigned bytes"),
        (bytes([0, 0, 8, 2, 0, 0, 0, 1]), "ends within its header"),
        (bytes([0, 0, 8, 1, 0, 0, 0, 2, 5]), "must be 10 bytes long"),
        (bytes([0, 0, 8, 1, 0, 0, 0, 1, 5, 6]), "must be 9 bytes long"),
    ],
)
def test_parse_idx_says_what_is_wrong(data, message):
    with pytest.raises(DataError, match=message):
        parse_idx(data)


def test_a_file_of_the_wrong_size_is_refused(tmp_path, monkeypatch):
    for name in SHA256:
        packed = gzip.compress(idx(np.zeros((3, 28, 28), np.uint8)))
        (tmp_path / name).write_bytes(packed)
        monkeypatch.setitem(SHA256, name, hashlib.sha256(packed).hexdigest())
    with pytest.raises(DataError, match=r"must hold an array of shape \(60000, 28"):
        load_fashion_mnist(folder=tmp_path)
