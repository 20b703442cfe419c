"""What Prometheus reads: requests, batches, queues, answers, and signs of drift."""

from collections.abc import Callable, Sequence

import numpy as np
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
CONFIDENCES = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999)
GRAY_LEVELS = tuple(range(16, 256, 16))


class Metrics:
    """The metrics of one process, in a registry of their own.

    `cnnbook_confidence` (of the answer, 0-1) and `cnnbook_input_mean` (gray level of
    an image, 0-255) move when the images that arrive change, without any label.
    """

    def __init__(self):
        registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._registry = registry
        options = {"registry": registry}
        self._requests = Counter(
            "cnnbook_requests",
            "Answered requests",
            ["route", "method", "status"],
            **options,
        )
        self._seconds = Histogram(
            "cnnbook_request_seconds",
            "From the head of a request to its answer",
            ["route"],
            buckets=SECONDS,
            **options,
        )
        self.in_flight = Gauge(
            "cnnbook_requests_in_flight", "Requests not yet answered", **options
        )
        self._queue = Gauge(
            "cnnbook_queue_images", "Images that wait for a batch", **options
        )
        self._draining = Gauge(
            "cnnbook_draining", "1 after SIGTERM, when readiness is 503", **options
        )
        self._batches = Histogram(
            "cnnbook_batch_images",
            "Images computed together",
            ["version"],
            buckets=SIZES,
            **options,
        )
        self._predictions = Counter(
            "cnnbook_predictions",
            "Answers by the most probable label",
            ["version", "label"],
            **options,
        )
        self._confidence = Histogram(
            "cnnbook_confidence",
            "Probability of the most probable label",
            ["version"],
            buckets=CONFIDENCES,
            **options,
        )
        self._means = Histogram(
            "cnnbook_input_mean",
            "Mean gray level of an image, 0-255",
            ["version"],
            buckets=GRAY_LEVELS,
            **options,
        )
        self._info = Gauge(
            "cnnbook_model_info",
            "1 for each loaded version",
            ["model", "version", "default"],
            **options,
        )

    def watch(self, waiting: Callable[[], int], draining: Callable[[], bool]) -> None:
        """Read the queue and the drain flag at each scrape."""
        self._queue.set_function(waiting)
        self._draining.set_function(lambda: float(draining()))

    def batch_observer(self, version: str) -> Callable[[int], None]:
        """What a `Batcher` calls with the size of each batch."""
        return self._batches.labels(version).observe

    def request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count an answered request."""
        self._requests.labels(route, method, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def predictions(
        self,
        version: str,
        labels: Sequence[str],
        images: np.ndarray,
        probabilities: np.ndarray,
    ) -> None:
        """Count answers: `images` (n, h, w, c), `probabilities` (n, num_classes)."""
        confidence = self._confidence.labels(version)
        means = self._means.labels(version)
        best = probabilities.argmax(axis=1).tolist()
        for row, k, image in zip(probabilities, best, images, strict=True):
            self._predictions.labels(version, labels[k]).inc()
            confidence.observe(float(row[k]))
            means.observe(float(image.mean()))

    def set_versions(
        self, model: str, loaded: Sequence[str], default: str | None
    ) -> None:
        """Publish which versions are loaded and which one answers."""
        self._info.clear()
        for number in loaded:
            is_default = "true" if number == default else "false"
            self._info.labels(model, number, is_default).set(1)

    def exposition(self) -> bytes:
        """All metrics in the text format of Prometheus."""
        return generate_latest(self._registry)
