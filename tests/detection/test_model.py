"""The detector: what its grid means, its loss, and that it can learn."""

import keras
import numpy as np
import pytest
from scipy.special import log_softmax

from cnnbook.data.canvases import canvases
from cnnbook.detection import (
    decode,
    detect,
    detection_loss,
    detector,
    encode,
    score_boxes,
)
from cnnbook.training import Recipe
from cnnbook.training.targets import fit_targets


def test_a_box_is_written_in_the_cell_of_its_middle():
    # middle (20, 12): cell (2, 1), its middle (20, 12); 16 x 8 pixels are 2 x 1 cells
    grid = encode(np.array([[[12, 8, 28, 16]]]), np.array([[7]]), size=(32, 24))
    assert grid.shape == (1, 4, 3, 6)
    assert grid[0, 2, 1].tolist() == pytest.approx([1, 0, 0, np.log(2), 0, 7])
    assert np.count_nonzero(grid[..., 0]) == 1


def certain(target, num_classes=10):
    """The answer of a network that says just what `target` asks for."""
    names = 20.0 * np.eye(num_classes)[target[..., 5].astype(int)]
    presence = 40.0 * target[..., :1] - 20.0
    return np.concatenate([presence, target[..., 1:5], names], axis=-1)


def test_decode_undoes_encode():
    rng = np.random.default_rng(0)
    images = np.full((20, 28, 28, 1), 255, dtype=np.uint8)
    images[:, : rng.integers(1, 8)] = 0
    made = canvases(images, np.arange(20) % 10, 15, items=2, seed=0)
    found = decode(certain(encode(made.boxes, made.labels, size=(64, 64))))
    for one, boxes, labels in zip(found, made.boxes, made.labels, strict=True):
        mine, truth = np.argsort(one.boxes[:, 0]), np.argsort(boxes[:, 0])
        np.testing.assert_allclose(one.boxes[mine], boxes[truth], atol=1e-4)
        assert one.labels[mine].tolist() == labels[truth].tolist()
        assert one.scores.min() > 0.99


def test_decode_leaves_out_low_scores_and_doubles():
    grid = np.zeros((1, 2, 2, 7))
    grid[..., 0] = -20
    grid[0, 0, 0, :5] = [3, 0, 0, np.log(2), np.log(2)]
    grid[0, 0, 1, :5] = [2, 0, -1, np.log(2), np.log(2)]  # the same box
    grid[0, 1, 1, :5] = [-2, 0, 0, 0, 0]  # 0.12 times 1 / 2
    (found,) = decode(grid)
    assert found.boxes.tolist() == [[-4, -4, 12, 12], [8, 8, 16, 16]]
    (found,) = decode(grid, least=0.1)
    assert len(found.boxes) == 1
    assert found.scores[0] == pytest.approx(0.5 / (1 + np.exp(-3)))


def test_the_loss_by_hand():
    target = np.zeros((1, 1, 2, 6), dtype=np.float32)
    target[0, 0, 0] = [1, 0.25, 0, 0, 0, 1]
    guess = np.zeros((1, 1, 2, 8), dtype=np.float32)
    guess[0, 0, 0, 1:] = [0, 0, 0, 0.5, 0.0, 2.0, 0.0]
    guess[0, 0, 1, 1:] = 9.0  # an empty cell: its box and classes do not count
    expected = 2 * np.log(2) + 2 * 0.75 - log_softmax([0, 2, 0])[1]
    found = np.asarray(detection_loss(target, guess))
    assert found.tolist() == [pytest.approx(expected, rel=1e-5)]


def test_the_loss_is_nearly_nothing_for_the_right_answer():
    target = encode(np.array([[[3, 4, 20, 30]]]), np.array([[2]]), size=(64, 64))
    guess = certain(target).astype(np.float32)
    assert float(np.asarray(detection_loss(target, guess))[0]) < 1e-4


def test_the_detector_takes_canvases_of_other_sizes():
    assert detector((40, 72, 1), 4).output_shape == (None, 5, 9, 9)
    with pytest.raises(ValueError, match="8 divides, got 60 x 64"):
        detector((60, 64, 1))


def test_moving_by_a_cell_moves_the_answer_by_a_cell():
    keras.utils.set_random_seed(0)
    model = detector((96, 96, 1))
    image = np.zeros((1, 96, 96, 1), dtype=np.float32)
    image[:, 44:52, 44:52] = np.random.default_rng(0).uniform(size=(1, 8, 8, 1))
    here = np.asarray(model(image))
    there = np.asarray(model(np.roll(image, 8, axis=1)))
    np.testing.assert_allclose(there[:, 6:9], here[:, 5:8], atol=1e-5)


@pytest.mark.slow
def test_the_detector_learns_rectangles():
    images = np.zeros((40, 28, 28, 1), dtype=np.uint8)
    rng = np.random.default_rng(0)
    for image in images:
        height, width = rng.integers(12, 28, size=2)
        image[:height, :width] = 255
    made = canvases(images, np.zeros(40, int), 256, items=1, seed=0)
    target = encode(made.boxes, made.labels, size=(64, 64))
    recipe = Recipe(epochs=12, batch_size=16, peak=0.003, one_cycle=True)
    (model,) = fit_targets(
        detector, made.images, target, loss=detection_loss, recipe=recipe, seeds=[0]
    )
    fresh = canvases(images, np.zeros(40, int), 50, items=1, seed=1)
    assert score_boxes(detect(model, fresh.images), fresh.boxes) > 0.8
