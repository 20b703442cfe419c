"""What the routes share: settings, versions, metrics, and the way of an image."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from starlette.requests import Request

from cnnbook.serving.errors import BusyError, RequestError
from cnnbook.serving.images import decode_image, is_small
from cnnbook.serving.metrics import Metrics
from cnnbook.serving.settings import Settings
from cnnbook.serving.versions import Version, Versions

MOST_DECODING = 32  # uploads that may wait for the one thread that decodes


class Service:
    """One server process: `draining` is set by SIGTERM, and then it is not ready."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self.metrics = Metrics()
        self.versions = Versions(settings, self.metrics)
        self.draining = False
        # one thread: only one large image is unpacked in memory at a time
        self._decoder = ThreadPoolExecutor(1, "decode")
        self._num_decoding = 0
        self.metrics.watch(lambda: self.versions.num_waiting, lambda: self.draining)

    @property
    def ready(self) -> bool:
        """Whether new requests should be sent here."""
        return self.versions.default is not None and not self.draining

    def version(self, model: str, number: str | None = None) -> Version:
        """The version of a path; 404 for another model or a version not loaded."""
        if model != self.settings.model:
            raise RequestError(
                404, f"there is no model {model!r} here, only {self.settings.model!r}."
            )
        return self.versions.get(number)

    async def decode(self, data: bytes, shape: tuple[int, int, int]) -> np.ndarray:
        """An uploaded image as (1, h, w, c) uint8, a large one in a thread."""
        most = self.settings.max_pixels
        if is_small(data):
            return decode_image(data, shape, most)
        if self._num_decoding >= MOST_DECODING:
            raise BusyError("many images are being decoded. Try again later.")
        self._num_decoding += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._decoder, decode_image, data, shape, most
            )
        finally:
            self._num_decoding -= 1

    async def predict(
        self, request: Request, version: Version, images: np.ndarray
    ) -> np.ndarray:
        """Probabilities (n, num_classes), counted, and noted for the log line."""
        (probabilities,) = await version.predict.submit(images)
        labels = version.predictor.labels
        self.metrics.predictions(version.number, labels, images, probabilities)
        note_answer(request, version, probabilities)
        return probabilities

    def close(self) -> None:
        """Let the threads end."""
        self.versions.close()
        self._decoder.shutdown(wait=True)


def note_answer(request: Request, version: Version, probabilities: np.ndarray) -> None:
    """Leave for the log line what is answered, probabilities (n, num_classes)."""
    best = probabilities[0].argmax()
    request.state.answer = {
        "version": version.number,
        "images": len(probabilities),
        "label": version.predictor.labels[best],  # of the first image
        "confidence": round(float(probabilities[0, best]), 4),
    }


def service_of(request: Request) -> Service:
    """The service that the app of `request` was made for."""
    return request.app.state.service
