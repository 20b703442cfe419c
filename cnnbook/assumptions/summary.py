"""A report in words: one sentence for each witness, as text and as HTML."""

import html
from typing import TYPE_CHECKING

import numpy as np

from cnnbook.data import Audit

if TYPE_CHECKING:
    from cnnbook.assumptions.reporting import Report

MEANING = {
    "cnn": "A CNN fits these data.",
    "not yet": "Not with so few images: take a simpler model, or gather more.",
    "no cnn": "Do not use a CNN: nothing here is gained from neighborhoods.",
}
UNBALANCED = 10  # times as many images in the largest class as in the smallest
MANY_NEAR = 0.02  # of the validation images; a few are alike in any data
FRAGILE = 0.05  # accuracy lost by a shift of one pixel


def as_text(report: "Report") -> str:
    """The advice, its reasons, the other findings and the warnings, one a line."""
    lines = [f"Advice: {report.advice}. {MEANING[report.advice]}"]
    lines += [f"  because: {reason}" for reason in report.reasons]
    lines += [f"  also: {finding}" for finding in findings(report)]
    lines += [f"  warning: {warning}" for warning in report.warnings]
    return "\n".join(lines)


def as_html(report: "Report") -> str:
    """The same as a paragraph and a list."""
    items = [("because", reason) for reason in report.reasons]
    items += [("also", finding) for finding in findings(report)]
    items += [("warning", warning) for warning in report.warnings]
    body = "".join(
        f"<li><em>{kind}:</em> {html.escape(text)}</li>" for kind, text in items
    )
    return (
        f"<div><p><strong>Advice: {report.advice}.</strong> "
        f"{html.escape(MEANING[report.advice])}</p><ul>{body}</ul></div>"
    )


def findings(report: "Report") -> list[str]:
    """What was measured beside the three reasons, a sentence each."""
    shifted = report.shifted.mean(axis=0)
    found = [
        f"Shifted by 1, 2 and 3 pixels, accuracy goes from {shifted[0]:.2f} to "
        f"{shifted[1]:.2f}, {shifted[2]:.2f} and {shifted[3]:.2f}."
    ]
    if report.advice == "cnn" and shifted[0] - shifted[1] > FRAGILE:
        found.append("That is fragile: shift the training images (augmentation).")
    curves = {name: rows.mean(axis=0) for name, rows in report.curve.items()}
    sizes = ", ".join(str(size) for size in report.sizes)
    scores = "; ".join(
        f"{name} " + ", ".join(f"{value:.2f}" for value in row)
        for name, row in curves.items()
    )
    found.append(f"On {sizes} images: {scores}.")
    for name in ("labels shuffled", "images of noise"):
        training, validation = report.memory[name].mean(axis=0)
        found.append(
            f"With {name}: {training:.2f} on the training images, {validation:.2f} on "
            f"new ones (the largest class has {report.chance:.2f})."
        )
    return found


def warnings(counts: np.ndarray, whole: Audit, parts: Audit) -> tuple[str, ...]:
    """What spoils the measurements or their use, a sentence each.

    `counts` are the images of each class, (C,).
    """
    found = []
    if counts.max() > UNBALANCED * counts.min():
        found.append(
            f"The largest class has {counts.max()} images, the smallest "
            f"{counts.min()}: accuracy flatters whoever names the largest."
        )
    copies = whole.copies_within["all"]
    if copies:
        found.append(f"{copies} images are exact copies of others.")
    if whole.conflicts:
        found.append(f"{len(whole.conflicts)} images stand under different labels.")
    across = parts.pairs_table()[0]
    exact, near = across["exact copies"], across["near copies"]
    num_validation = parts.num_images["validation"]
    if exact or near > MANY_NEAR * num_validation:
        found.append(
            f"Of {num_validation} validation images, {exact} are exact and {near} near "
            "copies of training images: the accuracies may be too good."
        )
    return tuple(found)
