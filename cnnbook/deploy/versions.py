"""A version of the model of this book: exported, gated, described, put into place."""

import contextlib
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import version as installed
from pathlib import Path

import numpy as np

from cnnbook.checks import require_between, require_in
from cnnbook.data import CLASS_NAMES, FashionMNIST, load_fashion_mnist
from cnnbook.deploy.formats import FORMATS, SERVED
from cnnbook.deploy.gate import answers, check_artifact
from cnnbook.deploy.pretrained import Pretrained, pretrained, training_record
from cnnbook.deploy.table import calibration_error
from cnnbook.manifest import VERSION, Manifest, describe_files, write_manifest
from cnnbook.runtimes import load_runtime

MODEL = "fashion"
CALIBRATION = 500  # training images, whose ranges int8 takes over
SOFTWARE = ("tensorflow", "keras", "numpy", "tf2onnx", "onnx", "onnxruntime")


def build_version(
    store: str | Path,
    *,
    version: int | str,
    formats: Sequence[str] = SERVED,
    num_images: int = 10_000,
) -> Path:
    """Export the trained network of the package as `<store>/fashion/<version>`.

    Every file is checked against the network in Keras on test images before the folder
    appears under its name; it appears whole or not at all.

    Parameters
    ----------
    version : a positive whole number that the store does not hold yet.
    formats : of `FORMATS`; those that the service reads, by default.
    num_images : test images for the gate and for the metrics of the manifest.

    Returns the folder. Raises `GateError` where a file does not answer as it should.
    """
    if not re.fullmatch(VERSION, str(version)):
        raise ValueError(
            f"`version` must be a positive whole number, got {version!r}. Leave names "
            "to the model: versions are counted."
        )
    for name in formats:
        require_in("formats", name, FORMATS)
    data = load_fashion_mnist()
    require_between("num_images", num_images, 1, len(data.test_images))
    with new_folder(Path(store) / MODEL / str(version)) as folder:
        trained = pretrained()
        export_formats(trained, folder, formats, data.train_images[:CALIBRATION])
        metrics = gated(trained, folder, formats, data, num_images)
        manifest = Manifest(
            model=MODEL,
            version=str(version),
            labels=CLASS_NAMES,
            files=describe_files(folder, [FORMATS[name].file for name in formats]),
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            metrics=metrics,
            training=training_record(),
            versions={name: installed(name) for name in SOFTWARE},
        )
        write_manifest(folder, manifest)
    return Path(store) / MODEL / str(version)


def export_formats(
    trained: Pretrained,
    folder: str | Path,
    formats: Sequence[str],
    calibration: np.ndarray,
) -> dict[str, Path]:
    """Write a network in several of `FORMATS`; where each one lies.

    Parameters
    ----------
    calibration : (n, h, w, c) uint8, images for int8.
    """
    from cnnbook.deploy.export import EXPORTERS, export_onnx
    from cnnbook.deploy.graph import explaining_model, serving_model

    model = serving_model(trained.model, trained.preprocessor)
    places = {name: Path(folder) / FORMATS[name].file for name in formats}
    for name, path in places.items():
        if name == "explain":
            export_onnx(explaining_model(trained.model, trained.preprocessor), path)
        elif name.endswith("int8"):
            EXPORTERS[name](model, path, calibration=calibration)
        else:
            EXPORTERS[name](model, path)
    return places


def reference_probabilities(trained: Pretrained, images: np.ndarray) -> np.ndarray:
    """Probabilities (n, num_classes) of the original for `images` as bytes."""
    from scipy.special import softmax

    from cnnbook.evaluation import predict_scores

    scores = predict_scores(trained.model, trained.preprocessor(images))
    return softmax(scores, axis=1)


def gated(
    trained: Pretrained,
    folder: Path,
    formats: Sequence[str],
    data: FashionMNIST,
    num_images: int,
) -> dict[str, float]:
    """Check every artifact of a folder; the metrics of the first, agreement of all."""
    images, labels = data.test_images[:num_images], data.test_labels[:num_images]
    reference = reference_probabilities(trained, images)
    metrics = {}
    for name in formats:
        runtime = load_runtime(folder / FORMATS[name].file)
        limits = FORMATS[name].limits
        parity = check_artifact(runtime, images, labels, reference, limits=limits)
        if not metrics:
            metrics["num_images"] = parity.num_images
            metrics["accuracy"] = parity.accuracy
            metrics["calibration_error"] = calibration_error(
                labels, answers(runtime, images)
            )
        metrics[f"{name} agreement"] = parity.agreement
    return metrics


@contextlib.contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """A temporary folder beside `target` that gets its name if all goes well.

    Raises ValueError where `target` exists.
    """
    if target.exists():
        raise ValueError(
            f"`version` must be new, {target.name!r} is in the store already. Versions "
            "do not change: take the next number."
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    try:
        yield temporary
        temporary.chmod(0o755)  # a service reads it under another name
        temporary.rename(target)
    except BaseException:
        shutil.rmtree(temporary)
        raise
