"""LiteRT, the interpreter of .tflite files, without TensorFlow."""

import threading
from pathlib import Path

import numpy as np

from cnnbook.runtimes.base import existing_file, require_images


class LiteRuntime:
    """A LiteRT file with one input of bytes (n, h, w, c) and one output.

    The interpreter keeps its tensors between calls, so calls take turns.
    """

    name = "litert"

    def __init__(self, path: str | Path, threads: int = 1):
        from ai_edge_litert.interpreter import Interpreter

        path = existing_file(path, threads)
        self.threads = threads
        self._lock = threading.Lock()
        self._interpreter = Interpreter(str(path), num_threads=threads)
        (self._input,) = self._interpreter.get_input_details()
        (self._output,) = self._interpreter.get_output_details()
        self.image_shape = tuple(self._input["shape"][1:].tolist())
        self._batch = 0  # tensors are not allocated yet

    def predict(self, images: np.ndarray) -> np.ndarray:
        """(n, h, w, c) uint8 -> probabilities (n, num_classes) float32."""
        require_images(images, self.image_shape)
        with self._lock:
            if len(images) != self._batch:
                self._interpreter.resize_tensor_input(
                    self._input["index"], images.shape
                )
                self._interpreter.allocate_tensors()
                self._batch = len(images)
            self._interpreter.set_tensor(self._input["index"], images)
            self._interpreter.invoke()
            return self._interpreter.get_tensor(self._output["index"])
