"""Every export of the trained network side by side: size, quality, speed, in one run.

`python -m tools.bench_exports [--images N] [--threads N] [--rounds N]`.
"""

import argparse
import os
import tempfile

from cnnbook import deploy
from cnnbook.data import load_fashion_mnist

COLUMNS = {
    "name": "{:<15}",
    "runtime": "{:<12}",
    "bytes": "{:>8,}",
    "gzip_bytes": "{:>10,}",
    "accuracy": "{:>8.4f}",
    "disagreement": "{:>12.4f}",
    "difference": "{:>10.2g}",
    "calibration_error": "{:>17.4f}",
    "p50": "{:>7.3f}",
    "p95": "{:>7.3f}",
    "p99": "{:>7.3f}",
    "images_per_second": "{:>17,.0f}",
}


def measure(num_images: int, threads: int, rounds: int) -> list[dict]:
    """Export everything into a temporary folder and measure it on test images."""
    data = load_fashion_mnist()
    images, labels = data.test_images[:num_images], data.test_labels[:num_images]
    trained = deploy.pretrained()
    reference = deploy.reference_probabilities(trained, images)
    names = [name for name in deploy.FORMATS if name != "explain"]
    with tempfile.TemporaryDirectory() as folder:
        artifacts = deploy.export_formats(
            trained, folder, names, data.train_images[: deploy.CALIBRATION]
        )
        return deploy.export_table(
            artifacts, images, labels, reference, threads=threads, rounds=rounds
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # before TensorFlow is imported
    rows = measure(options.images, options.threads, options.rounds)
    width = {name: len(form.format(0)) for name, form in COLUMNS.items()}
    print("  ".join(f"{name:>{width[name]}}" for name in COLUMNS))
    for row in rows:
        print("  ".join(form.format(row[name]) for name, form in COLUMNS.items()))


if __name__ == "__main__":
    main()
