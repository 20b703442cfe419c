"""From a version folder to answers, without HTTP: load, preprocess, predict, read off.

Images are (n, h, w, c) uint8, probabilities (n, num_classes) float32.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cnnbook.checks import require_between, require_in
from cnnbook.manifest import Manifest, ManifestError, verify
from cnnbook.runtimes import Runtime, load_runtime
from cnnbook.serving.images import decode_image

TOLERANCE = 1e-3  # of the sum of probabilities; int8 answers in steps of 1 / 256
ROUNDED = 0.05


@dataclass(frozen=True)
class Predictor:
    """One version of a model, verified, loaded and able to answer.

    folder : of the version, from which `explain.onnx` is read when it is asked for.
    max_batch : most images that the runtime sees at once; more are split.
    """

    folder: Path
    manifest: Manifest
    runtime: Runtime
    max_batch: int = 32

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(h, w, c) of what the network sees."""
        return tuple(self.manifest.input.shape)

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of the classes, in the order of the probabilities."""
        return self.manifest.labels

    def preprocess(self, data: bytes, *, max_pixels: int = 12_500_000) -> np.ndarray:
        """The bytes of an image file as (1, h, w, c) uint8."""
        return decode_image(data, self.image_shape, max_pixels)

    def predict(self, images: np.ndarray) -> np.ndarray:
        """Probabilities of `images`, computed in parts of at most `max_batch`."""
        if len(images) <= self.max_batch:
            return self.runtime.predict(images)
        starts = range(0, len(images), self.max_batch)
        return np.concatenate(
            [self.runtime.predict(images[i : i + self.max_batch]) for i in starts]
        )

    def postprocess(self, probabilities: np.ndarray, *, top_k: int = 3) -> list[list]:
        """For each image, its `top_k` most probable classes, best first.

        Each is {"label", "index", "probability"}; of equals, the lower index leads.
        """
        require_between("top_k", top_k, 1, len(self.labels))
        order = np.argsort(-probabilities, axis=1, kind="stable")[:, :top_k]
        return [
            [
                {"label": self.labels[k], "index": k, "probability": float(row[k])}
                for k in best.tolist()
            ]
            for row, best in zip(probabilities, order, strict=True)
        ]

    def warm_up(self) -> None:
        """Answer for gray images, one and a full batch, so that no caller waits for
        memory and kernels; refuse a model that does not answer with probabilities."""
        for n in (1, self.max_batch):
            images = np.full((n, *self.image_shape), 127, np.uint8)
            probabilities = self.predict(images)
            shape = (n, len(self.labels))
            if probabilities.shape != shape or not np.isfinite(probabilities).all():
                raise ManifestError(
                    f"the model in {self.folder} must answer with finite "
                    f"probabilities {shape}, got shape {probabilities.shape}. Export "
                    "it again."
                )
            limit = ROUNDED if "lite" in self.runtime.name.lower() else TOLERANCE
            if np.abs(probabilities.sum(axis=1) - 1).max() > limit:
                raise ManifestError(
                    f"the model in {self.folder} must answer with probabilities, but "
                    "they do not add up to 1. Export it with its softmax."
                )


def load_predictor(
    folder: str | Path,
    *,
    file_name: str = "model.onnx",
    threads: int = 1,
    max_batch: int = 32,
) -> Predictor:
    """Verify the version in `folder` and load `file_name` of it.

    Raises `ManifestError` where a file is missing, changed or not of the manifest,
    before anything of it is loaded.
    """
    folder = Path(folder)
    manifest = verify(folder)
    require_in("file_name", file_name, manifest.files)
    runtime = load_runtime(folder / file_name, threads=threads)
    return Predictor(folder, manifest, runtime, max_batch)
