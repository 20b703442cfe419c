"""The study of boxes and noise: parts that do not mix, equal steps, what is judged."""

import keras
import numpy as np
import pytest

from cnnbook.generation import psnr
from cnnbook.studies import boxes_and_noise as study
from cnnbook.training import Recipe


@pytest.fixture(scope="module")
def parts():
    return study.garments()


def test_no_garment_is_on_both_sides(parts):
    assert len(np.intersect1d(parts.train_index, parts.validation_index)) == 0
    made, held_out = (
        study.training_canvases(parts, 20),
        study.held_out_canvases(parts, 20),
    )
    assert np.array_equal(parts.train_labels[made.sources], made.labels)
    assert np.array_equal(parts.validation_labels[held_out.sources], held_out.labels)


def test_fewer_canvases_are_the_first_of_more(parts):
    few, many = study.training_canvases(parts, 3), study.training_canvases(parts, 12)
    assert np.array_equal(few.boxes, many.boxes[:3])
    assert np.array_equal(few.labels, many.labels[:3])


def test_noise_has_its_level(parts):
    clean, noisy = study.held_out_images(parts, 50)
    assert clean.dtype == noisy.dtype == np.float32
    assert psnr(clean, noisy) == pytest.approx(-20 * np.log10(study.NOISE), abs=0.1)
    assert np.array_equal(clean[3] * 255, parts.validation_images[3])


def steps_taken(monkeypatch, made):
    seen = {}

    def fit_targets(build, inputs, targets, *, loss, recipe, seeds):
        seen.update(images=len(inputs), epochs=recipe.epochs, seeds=seeds)
        return [build()]

    monkeypatch.setattr(study, "fit_targets", fit_targets)
    study.train_detector(made, seed=4)
    return seen


def test_a_fifth_of_the_canvases_is_seen_five_times_as_often(parts, monkeypatch):
    few = study.training_canvases(parts, study.NUM_CANVASES // 5)
    seen = steps_taken(monkeypatch, few)
    assert seen == {"images": 300, "epochs": 50, "seeds": [4]}
    assert seen["images"] * seen["epochs"] == study.NUM_CANVASES * 10


def test_judging_a_perfect_and_a_silent_detector(parts, monkeypatch):
    held_out = study.held_out_canvases(parts, 10)
    grid = study.detection.encode(held_out.boxes, held_out.labels, size=(64, 64))
    names = 20.0 * np.eye(10)[grid[..., 5].astype(int)]
    perfect = np.concatenate([40 * grid[..., :1] - 20, grid[..., 1:5], names], axis=-1)
    monkeypatch.setattr(
        study.detection, "detect", lambda model, images: study.detection.decode(model)
    )
    scores = study.judge_detector(perfect, held_out)
    assert scores == {"boxes": 1.0, "boxes at 0.75": 1.0, "boxes and labels": 1.0}
    silent = perfect - [50, *[0] * 14]
    assert set(study.judge_detector(silent, held_out).values()) == {0.0}


def test_guesses_are_clipped_before_they_are_judged(parts, monkeypatch):
    clean, _ = study.held_out_images(parts)
    beyond = np.where(clean == 0, -5, clean)
    monkeypatch.setattr(study.generation, "denoise", lambda *_: beyond)
    monkeypatch.setattr(study.generation, "generate", lambda *_, seed: clean[:3])
    assert study.judge_denoiser(None, parts)["psnr"] == float("inf")


def test_images_are_judged_from_either_side(parts):
    known = parts.train_images[:40] / np.float32(255)
    copies = study.judge_images(known, parts)
    assert copies["distance"] == copies["least distance"] == 0
    black = study.judge_images(np.zeros((3, 28, 28, 1)), parts)
    assert 0 < black["least distance"] <= black["distance"]
    assert black["coverage"] > 1.5 * copies["coverage"]


@pytest.mark.slow
def test_an_entry_says_how_it_arose(parts, monkeypatch):
    short = Recipe(epochs=1, batch_size=32)
    monkeypatch.setattr(study, "DENOISING", short)
    monkeypatch.setattr(
        study.train_denoiser, "__kwdefaults__", {"num": 64, "recipe": short}
    )
    entry = study.denoiser_entry(parts, seed=1)
    assert entry["network"] == "denoiser"
    assert entry["seed"] == 1
    assert entry["recipe"]["epochs"] == 1
    assert entry["versions"]["keras"] == keras.__version__
    assert entry["judged_on"] == "validation"
    assert entry["processor_seconds"] > 0
    assert {"psnr", "distance", "least distance", "coverage"} <= set(entry)


def test_scores_of_one_kind_are_read_from_a_record():
    record = {
        "entries": {
            "detector 300 0": {"boxes": 0.1},
            "detector 1500 0": {"boxes": 0.2},
            "detector 1500 1": {"boxes": 0.3},
            "denoiser 0": {"psnr": 20.0},
        }
    }
    assert study.scores(record, "detector 1500", "boxes") == [0.2, 0.3]
    assert study.scores(record, "denoiser", "psnr") == [20.0]
    with pytest.raises(ValueError, match="must be the name of runs, got 'detector'"):
        study.scores(record, "detector", "boxes")
