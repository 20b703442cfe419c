"""No artifact leaves unless it decides as the network from which it was made.

Probabilities are (n, num_classes), labels (n,) integers.
"""

from dataclasses import dataclass

import numpy as np

from cnnbook.checks import require_labels, require_layout, require_shape
from cnnbook.runtimes import Runtime


class GateError(ValueError):
    """An artifact differs from the original by more than a limit allows."""


@dataclass(frozen=True)
class Limits:
    """What an artifact may change.

    agreement : least share of images with the same decision.
    difference : largest change of any probability.
    accuracy_drop : largest loss of accuracy, as a share of the images.
    """

    agreement: float = 0.999
    difference: float = 0.0001
    accuracy_drop: float = 0.001


EXACT = Limits()  # float32, by another engine
HALF = Limits(agreement=0.998, difference=0.02)  # weights of 16 bits
ROUNDED = Limits(agreement=0.99, difference=0.3, accuracy_drop=0.01)  # 8 bits
COARSE = Limits(agreement=0.985, difference=0.5, accuracy_drop=0.01)  # 7 of 8 bits


@dataclass(frozen=True)
class Parity:
    """An artifact against its original, on `num_images`; see `Limits` for the rest."""

    agreement: float
    difference: float
    accuracy_drop: float
    accuracy: float
    num_images: int


def compare(
    reference: np.ndarray, probabilities: np.ndarray, labels: np.ndarray
) -> Parity:
    """How `probabilities` of an artifact differ from those of the original.

    >>> original, artifact = np.eye(2), np.array([[0.75, 0.25], [0.5, 0.5]])
    >>> compare(original, artifact, np.array([0, 1])).agreement
    0.5
    """
    require_layout("reference", reference, "n C")
    require_shape("probabilities", probabilities, reference.shape, "as `reference`")
    require_labels(labels, *reference.shape)
    before, after = reference.argmax(axis=1), probabilities.argmax(axis=1)
    accuracy = float(np.mean(after == labels))
    return Parity(
        agreement=float(np.mean(before == after)),
        difference=float(np.abs(probabilities - reference).max()),
        accuracy_drop=float(np.mean(before == labels)) - accuracy,
        accuracy=accuracy,
        num_images=len(labels),
    )


def check_artifact(
    runtime: Runtime,
    images: np.ndarray,
    labels: np.ndarray,
    reference: np.ndarray,
    *,
    limits: Limits = EXACT,
    batch_size: int = 250,
) -> Parity:
    """Let an artifact answer for `images` and compare it with its original.

    Parameters
    ----------
    images : (n, h, w, c) uint8, such as it was neither trained nor calibrated on.
    reference : (n, num_classes), probabilities of the original for them.

    Raises `GateError`, which names the limits that are broken, by how much.
    """
    parity = compare(reference, answers(runtime, images, batch_size), labels)
    broken = []
    if not parity.agreement >= limits.agreement:
        broken.append(_said(parity, limits, "agreement", "at least"))
    for name in ("difference", "accuracy_drop"):
        if not getattr(parity, name) <= getattr(limits, name):  # not so of NaN
            broken.append(_said(parity, limits, name, "at most"))
    if broken:
        raise GateError(
            f"The artifact of {runtime.name} is not the network it was made from, on "
            f"{len(labels)} images: {'; '.join(broken)}. Of int8, look at the "
            "calibration images first: they must be bytes 0-255, as they will come."
        )
    return parity


def answers(runtime: Runtime, images: np.ndarray, batch_size: int = 250) -> np.ndarray:
    """Probabilities (n, num_classes) of `runtime` for `images`, batch by batch."""
    starts = range(0, len(images), batch_size)
    return np.concatenate([runtime.predict(images[i : i + batch_size]) for i in starts])


def _said(parity: Parity, limits: Limits, name: str, side: str) -> str:
    found, limit = getattr(parity, name), getattr(limits, name)
    return f"{name} is {found:.4g}, expected {side} {limit:g}"
