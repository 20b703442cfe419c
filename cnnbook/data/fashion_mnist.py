"""Fashion-MNIST in full, read from files inside the package.

Images are (n, 28, 28, 1) uint8, 0 black to 255 white; labels are (n,) int64, 0-9.

The files are those of Debian's package `dataset-fashion-mnist`: the official IDX
files, from whose gzip headers Debian removed the original file name and date. Hence
the digests below are not those of the download; put back, they are (a test does).

Source: Xiao, Rasul and Vollgraf (2017); MIT, see `files/LICENSE-fashion-mnist.txt`.
"""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

CLASS_NAMES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)

FOLDER = Path(__file__).parent / "files"

SHA256 = {
    "train-images-idx3-ubyte.gz": (
        "b0564c3eedabfbf835052cff8503ea422014ce006caf5b757f851416ee8300c7"
    ),
    "train-labels-idx1-ubyte.gz": (
        "0ae29f65d86684f32d1b9c85147786c547b9c6aebcaf235f0400a0cce308b056"
    ),
    "t10k-images-idx3-ubyte.gz": (
        "cc1d090a38ace84dfa1aa66e3ada7c336ef481a96936906477e6dd344da56eaa"
    ),
    "t10k-labels-idx1-ubyte.gz": (
        "8d3605d196f4be44669e46906da9733c8131fef761fdbfec72c424d5222f1a05"
    ),
}

UNSIGNED_BYTE = 0x08  # the IDX code of the only element type that the data use


class DataError(RuntimeError):
    """A data file is missing, damaged or not what its name promises."""


@dataclass(frozen=True)
class FashionMNIST:
    """Fashion-MNIST as its authors split it; there is no official validation set.

    `train_images` (60000, 28, 28, 1) and `test_images` (10000, 28, 28, 1), uint8
    0-255; `train_labels` (60000,) and `test_labels` (10000,), int64 0-9. All four
    are read-only arrays. `CLASS_NAMES[label]` names a class.
    """

    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray


def load_fashion_mnist(*, folder: str | Path | None = None) -> FashionMNIST:
    """Read the four files, check their SHA-256, and return them as arrays.

    `folder` holds the files under their official names; by default, the package's
    own. Raises `DataError`, which names the file, both digests and the remedy.
    """
    folder = FOLDER if folder is None else Path(folder)
    train_images, train_labels = _part(folder, "train", 60_000)
    test_images, test_labels = _part(folder, "t10k", 10_000)
    return FashionMNIST(train_images, train_labels, test_images, test_labels)


def _part(folder: Path, prefix: str, num_images: int) -> tuple[np.ndarray, np.ndarray]:
    images = _read(folder / f"{prefix}-images-idx3-ubyte.gz", (num_images, 28, 28))
    labels = _read(folder / f"{prefix}-labels-idx1-ubyte.gz", (num_images,))
    images, labels = images[..., None], labels.astype(np.int64)
    labels.flags.writeable = False  # as the pixels, which lie in the file read
    return images, labels


def _read(path: Path, shape: tuple[int, ...]) -> np.ndarray:
    array = parse_idx(_unpack(path, SHA256[path.name]), name=path.name)
    if array.shape != shape:
        raise DataError(
            f"{path.name} must hold an array of shape {shape}, got {array.shape}."
        )
    return array


def _unpack(path: Path, expected: str) -> bytes:
    remedy = (
        "Restore it with `git checkout -- cnnbook/data/files`, or re-install the "
        "package."
    )
    try:
        packed = path.read_bytes()
    except OSError as error:
        raise DataError(
            f"Cannot read {path} ({error.strerror}); a file with SHA-256 {expected} "
            f"was expected, none was found. {remedy}"
        ) from error
    found = hashlib.sha256(packed).hexdigest()
    if found != expected:
        raise DataError(
            f"{path} is damaged: expected SHA-256 {expected}, found {found} "
            f"({len(packed)} bytes). {remedy}"
        )
    return gzip.decompress(packed)


def parse_idx(data: bytes, *, name: str = "data") -> np.ndarray:
    """Read an IDX file of unsigned bytes: two zeros, type, rank, sizes, elements.

    `name` is used in messages. Raises `DataError` if the magic number, the element
    type or the length is wrong. The array is read-only.

    >>> parse_idx(bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9])).tolist()
    [7, 8, 9]
    """
    if len(data) < 4 or data[:2] != b"\0\0":
        raise DataError(
            f"{name} must begin with the IDX magic number, two zero bytes, then type "
            f"and rank, got {data[:4].hex() or 'nothing'}."
        )
    kind, rank = data[2], data[3]
    if kind != UNSIGNED_BYTE:
        raise DataError(
            f"{name} must hold unsigned bytes (IDX type 0x08), got 0x{kind:02x}."
        )
    start = 4 + 4 * rank
    if len(data) < start:
        raise DataError(
            f"{name} ends within its header: {start} bytes expected, got {len(data)}."
        )
    shape = tuple(int(size) for size in np.frombuffer(data, ">u4", rank, offset=4))
    length = start + int(np.prod(shape, dtype=np.int64))
    if len(data) != length:
        raise DataError(
            f"{name} must be {length} bytes long for shape {shape}, got {len(data)}."
        )
    return np.frombuffer(data, np.uint8, offset=start).reshape(shape)
