"""Two tasks beside classification: boxes on canvases, and noise taken away.

Garments come from Fashion-MNIST's training images alone: networks learn from one part
of them and are judged on the other, the validation part.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace

import keras
import numpy as np

from cnnbook import detection, generation
from cnnbook.checks import require_at_least
from cnnbook.data.canvases import Canvases, canvases
from cnnbook.data.splits import Split
from cnnbook.preprocessing import to_unit
from cnnbook.studies.fashion import fashion_split
from cnnbook.training import Recipe, available_devices, fit_targets
from cnnbook.training.run import versions

# three garments among scraps of others, under noise
CANVAS: Mapping[str, float] = {"items": 3, "size": 64, "clutter": 6, "noise": 0.1}
NUM_CANVASES = 1_500
NUM_GARMENTS = 6_000
NOISE = 0.25  # the level at which denoisers are compared

DETECTING = Recipe(epochs=10, batch_size=32, peak=0.003, one_cycle=True)
DENOISING = Recipe(epochs=5, batch_size=32, peak=0.003, one_cycle=True)


def garments() -> Split:
    """Fashion-MNIST's training images as bytes, 5,000 of them held out."""
    return fashion_split()


def training_canvases(parts: Split, num: int = NUM_CANVASES) -> Canvases:
    """The first `num` canvases to learn from."""
    return canvases(parts.train_images, parts.train_labels, num, **CANVAS, seed=0)


def held_out_canvases(parts: Split, num: int = 400) -> Canvases:
    """Canvases to judge by, of garments that no training canvas shows."""
    held_out = parts.validation_images, parts.validation_labels
    return canvases(*held_out, num, **CANVAS, seed=1)


def held_out_images(parts: Split, num: int = 500) -> tuple[np.ndarray, np.ndarray]:
    """Garments to judge a denoiser by, clean and under noise of the level `NOISE`."""
    clean = to_unit(parts.validation_images[:num])
    noise = np.random.default_rng(0).normal(0.0, NOISE, clean.shape)
    return clean, clean + noise.astype(np.float32)


def train_detector(
    made: Canvases, *, seed: int, recipe: Recipe = DETECTING
) -> keras.Model:
    """A detector that has seen the canvases `made`.

    With fewer than `NUM_CANVASES` it goes through them more often: the number of
    steps stays that of `recipe`.
    """
    require_at_least("len(made.images)", len(made.images), recipe.batch_size)
    rounds = max(round(NUM_CANVASES / len(made.images)), 1)
    target = detection.encode(made.boxes, made.labels, size=made.images.shape[1:3])
    (model,) = fit_targets(
        detection.detector,
        made.images,
        target,
        loss=detection.detection_loss,
        recipe=replace(recipe, epochs=recipe.epochs * rounds),
        seeds=[seed],
    )
    return model


def train_denoiser(
    parts: Split, *, seed: int, num: int = NUM_GARMENTS, recipe: Recipe = DENOISING
) -> keras.Model:
    """A denoiser for all levels that has seen the first `num` training images."""
    clean = to_unit(parts.train_images[:num])
    (model,) = fit_targets(
        generation.denoiser,
        clean,
        clean,
        loss=generation.denoising_loss,
        recipe=recipe,
        seeds=[seed],
        vary=generation.add_noise,
    )
    return model


def judge_detector(model: keras.Model, held_out: Canvases) -> dict[str, float]:
    """Average precision of boxes at an IoU of 0.5 and 0.75, and with the label."""
    found = detection.detect(model, held_out.images)
    truth = held_out.boxes
    return {
        "boxes": detection.score_boxes(found, truth),
        "boxes at 0.75": detection.score_boxes(found, truth, threshold=0.75),
        "boxes and labels": detection.mean_average_precision(
            found, truth, held_out.labels
        ),
    }


def judge_denoiser(model: keras.Model, parts: Split) -> dict[str, float]:
    """PSNR in dB at the level `NOISE`, and `judge_images` of 200 generated images.

    Guesses are clipped to [0, 1], where every image lies.
    """
    clean, noisy = held_out_images(parts)
    guess = np.clip(generation.denoise(model, noisy, NOISE), 0, 1)
    made = generation.generate(model, 200, seed=0)
    return {"psnr": generation.psnr(clean, guess)} | judge_images(made, parts)


def judge_images(images: np.ndarray, parts: Split) -> dict[str, float]:
    """How far images (n, h, w, 1) are from real ones, seen from either side.

    "distance" is the median of their distances to the nearest of `NUM_GARMENTS`
    training images, "least distance" the smallest of these; "coverage" is the median
    distance of 500 held-out images to the nearest of `images`.
    """
    known = to_unit(parts.train_images[:NUM_GARMENTS])
    others, _ = held_out_images(parts)
    distance = generation.nearest(images, known)[1]
    return {
        "distance": float(np.median(distance)),
        "least distance": float(distance.min()),
        "coverage": float(np.median(generation.nearest(others, images)[1])),
    }


def detector_entry(parts: Split, num: int, *, seed: int) -> dict:
    """Train on `num` canvases and judge: all that a record keeps of it."""
    made = training_canvases(parts, num)
    model, seconds = _timed(lambda: train_detector(made, seed=seed))
    entry = _described(model, seconds, seed)
    return entry | judge_detector(model, held_out_canvases(parts))


def denoiser_entry(parts: Split, *, seed: int) -> dict:
    """Train a denoiser and judge: all that a record keeps of it."""
    model, seconds = _timed(lambda: train_denoiser(parts, seed=seed))
    entry = _described(model, seconds, seed)
    return entry | judge_denoiser(model, parts)


def _timed(run: Callable[[], keras.Model]) -> tuple[keras.Model, dict[str, float]]:
    """What `run` returns, and its wall and its processor time in seconds.

    Processor time adds up over cores and does not grow when others use them too.
    """
    wall, processor = time.perf_counter(), time.process_time()
    model = run()
    return model, {
        "seconds": round(time.perf_counter() - wall, 2),
        "processor_seconds": round(time.process_time() - processor, 2),
    }


def _described(model: keras.Model, seconds: dict[str, float], seed: int) -> dict:
    recipes = {"detector": DETECTING, "denoiser": DENOISING}
    return {
        "seed": seed,
        "network": model.name,
        "parameters": model.count_params(),
        "recipe": asdict(recipes[model.name]),
        **seconds,
        "device": str(available_devices()),
        "versions": versions(),
        "judged_on": "validation",
    }


def scores(record: dict, name: str, score: str) -> list[float]:
    """From the record "detection", one score of all seeds of the runs called `name`."""
    entries = record["entries"]
    found = [
        entry[score] for key, entry in entries.items() if key.rpartition(" ")[0] == name
    ]
    if not found:
        raise ValueError(
            f"`name` must be the name of runs, got {name!r}. Keys of the record are "
            f"such as {', '.join(list(entries)[:2])}, a name and a seed."
        )
    return found
