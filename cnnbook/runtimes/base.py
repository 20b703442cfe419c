"""What every runtime promises, and the choice of one by the name of a file."""

from pathlib import Path
from typing import Protocol

import numpy as np

from cnnbook.checks import require_at_least, require_layout


class Runtime(Protocol):
    """A loaded model that answers; `threads` is 0 where the engine decides."""

    name: str
    threads: int

    def predict(self, images: np.ndarray) -> np.ndarray:
        """(n, h, w, c) uint8 -> probabilities (n, num_classes) float32."""
        ...


def require_images(images: np.ndarray, image_shape: tuple[int, int, int]) -> None:
    """Check that `images` are bytes (n, *image_shape), n of 1 or more."""
    require_layout("images", images, "n h w c")
    if images.dtype != np.uint8 or images.shape[1:] != image_shape:
        raise ValueError(
            f"`images` must be bytes (uint8) of shape (n, *{image_shape}), got "
            f"{images.dtype} of shape {images.shape}. Pass pixels 0-255 as they are: "
            "they are scaled inside the model."
        )


def existing_file(path: str | Path, threads: int) -> Path:
    """`path`, if it is a file and `threads` a number of threads."""
    require_at_least("threads", threads, 1)
    path = Path(path)
    if not path.is_file():
        raise ValueError(
            f"`path` must be a file, {path.name!r} is none. Export one with "
            "cnnbook.deploy."
        )
    return path


def load_runtime(path: str | Path, threads: int = 1) -> Runtime:
    """Load `path` with the engine of its suffix: .onnx, .tflite, .keras or a folder.

    TensorFlow decides on its own threads, which are those of the process.
    """
    from cnnbook import runtimes

    path = Path(path)
    if path.is_dir():
        return runtimes.SavedModelRuntime(path)
    if path.suffix == ".onnx":
        return runtimes.OnnxRuntime(path, threads)
    if path.suffix == ".tflite":
        return runtimes.LiteRuntime(path, threads)
    if path.suffix == ".keras":
        return runtimes.KerasRuntime(path)
    raise ValueError(
        "`path` must end in .onnx, .tflite or .keras, or be the folder of a "
        f"SavedModel, got {path.name!r}."
    )
