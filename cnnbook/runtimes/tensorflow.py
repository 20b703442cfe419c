"""TensorFlow: a .keras file as a traced function, or a SavedModel.

The threads are those of TensorFlow, shared by the whole process.
"""

from pathlib import Path

import numpy as np

from cnnbook.runtimes.base import existing_file, require_images


class KerasRuntime:
    """A .keras file, called through a `tf.function` that is traced once.

    The layers of `cnnbook` are known; any other code in the file is refused, which is
    what the safe mode of Keras is for.
    """

    name = "keras"
    threads = 0

    def __init__(self, path: str | Path):
        import keras
        import tensorflow as tf

        from cnnbook.models import FusedBatchNormalization
        from cnnbook.preprocessing.preprocessor import PreprocessorLayer

        ours = (FusedBatchNormalization, PreprocessorLayer)
        known = {layer.__name__: layer for layer in ours}
        path = existing_file(path, 1)
        self._model = keras.saving.load_model(
            path, custom_objects=known, compile=False, safe_mode=True
        )
        self.image_shape = tuple(self._model.input_shape[1:])
        self._answer = tf.function(
            lambda images: self._model(images, training=False),
            input_signature=[tf.TensorSpec((None, *self.image_shape), tf.uint8)],
        )

    def predict(self, images: np.ndarray) -> np.ndarray:
        """(n, h, w, c) uint8 -> probabilities (n, num_classes) float32."""
        require_images(images, self.image_shape)
        return self._answer(images).numpy()


class SavedModelRuntime:
    """The folder of a SavedModel whose `serve` answers for bytes (n, h, w, c)."""

    name = "savedmodel"
    threads = 0

    def __init__(self, folder: str | Path):
        import tensorflow as tf

        # kept: `serve` alone does not hold the variables that it reads
        self._loaded = tf.saved_model.load(str(folder))
        (specification,) = self._loaded.serve.input_signature
        self.image_shape = tuple(specification.shape[1:])

    def predict(self, images: np.ndarray) -> np.ndarray:
        """(n, h, w, c) uint8 -> probabilities (n, num_classes) float32."""
        require_images(images, self.image_shape)
        return self._loaded.serve(images).numpy()
