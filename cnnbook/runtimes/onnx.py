"""ONNX Runtime: a .onnx file, without TensorFlow."""

from pathlib import Path

import numpy as np

from cnnbook.runtimes.base import existing_file, require_images


class OnnxRuntime:
    """An ONNX file with one input of bytes (batch, h, w, c).

    `predict` answers with the first output, `run` with all of them by name.
    """

    name = "onnxruntime"

    def __init__(self, path: str | Path, threads: int = 1):
        import onnxruntime

        path = existing_file(path, threads)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # threads that wait in a loop take the core from the threads of HTTP
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self.threads = threads
        self._session = onnxruntime.InferenceSession(
            path, options, providers=["CPUExecutionProvider"]
        )
        (self._input,) = self._session.get_inputs()
        self._outputs = [output.name for output in self._session.get_outputs()]
        self.image_shape = tuple(self._input.shape[1:])

    def predict(self, images: np.ndarray) -> np.ndarray:
        """(n, h, w, c) uint8 -> probabilities (n, num_classes) float32."""
        require_images(images, self.image_shape)
        feed = {self._input.name: np.ascontiguousarray(images)}
        return self._session.run(self._outputs[:1], feed)[0]

    def run(self, images: np.ndarray) -> dict[str, np.ndarray]:
        """Every output of the file for `images` (n, h, w, c) uint8, by name."""
        require_images(images, self.image_shape)
        feed = {self._input.name: np.ascontiguousarray(images)}
        answers = self._session.run(self._outputs, feed)
        return dict(zip(self._outputs, answers, strict=True))
