"""What each export costs and gives, measured side by side in one run."""

import gzip
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from cnnbook.deploy.gate import answers, compare
from cnnbook.deploy.latency import measure_latency, measure_throughput
from cnnbook.runtimes import load_runtime


def export_table(
    artifacts: Mapping[str, Path],
    images: np.ndarray,
    labels: np.ndarray,
    reference: np.ndarray,
    *,
    threads: int = 1,
    batch_size: int = 32,
    rounds: int = 20,
) -> list[dict]:
    """A row for each artifact: size, quality on `images`, and speed.

    Parameters
    ----------
    artifacts : files, or folders of a SavedModel, by the name of their row.
    images, labels : (n, h, w, c) uint8 and (n,), to judge them by.
    reference : (n, num_classes), probabilities of the original.

    Returns
    -------
    A row holds `name`, `runtime`, `bytes` and `gzip_bytes` (size), `accuracy`,
    `disagreement` (share of other decisions than the original), `difference` (largest,
    of a probability), `calibration_error`, `p50`, `p95` and `p99` (milliseconds for one
    image) and `images_per_second` (in batches of `batch_size`).
    """
    runtimes = {name: load_runtime(path, threads) for name, path in artifacts.items()}
    latency = measure_latency(runtimes, images, rounds=rounds)
    throughput = measure_throughput(runtimes, images, batch_sizes=[batch_size])
    return [
        {
            "name": name,
            "runtime": runtime.name,
            **_size(artifacts[name]),
            **_quality(answers(runtime, images), labels, reference),
            "p50": latency[name].p50,
            "p95": latency[name].p95,
            "p99": latency[name].p99,
            "images_per_second": throughput[name][batch_size],
        }
        for name, runtime in runtimes.items()
    ]


def calibration_error(labels: np.ndarray, probabilities: np.ndarray) -> float:
    """Expected calibration error of probabilities (n, num_classes), in [0, 1].

    Those of 8 bits are multiples of 1/256 and sum to 1 only roughly: they are divided
    by their sum.
    """
    from cnnbook.evaluation import reliability  # imports Keras

    total = probabilities.sum(axis=1, keepdims=True)
    return reliability(labels, probabilities / total).calibration_error


def _quality(
    probabilities: np.ndarray, labels: np.ndarray, reference: np.ndarray
) -> dict[str, float]:
    parity = compare(reference, probabilities, labels)
    return {
        "accuracy": parity.accuracy,
        "disagreement": 1 - parity.agreement,
        "difference": parity.difference,
        "calibration_error": calibration_error(labels, probabilities),
    }


def _size(path: Path) -> dict[str, int]:
    """Bytes of a file or of all files of a folder, as they are and compressed."""
    files = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
    contents = [file.read_bytes() for file in files]
    return {
        "bytes": sum(map(len, contents)),
        "gzip_bytes": sum(len(gzip.compress(content)) for content in contents),
    }
