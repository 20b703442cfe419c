"""The network set by hand counts bars, and only the right pixels matter to it."""

import numpy as np
import pytest

from cnnbook import interpretation
from cnnbook.interpretation import Inspector, known
from cnnbook.interpretation.known import bars, known_network


@pytest.mark.parametrize(("lying", "standing"), [(1, 0), (0, 2), (2, 1), (1, 3)])
def test_scores_are_counts(lying, standing):
    drawn = bars(20, size=20, lying=lying, standing=standing)
    scores = Inspector(known_network(20)).scores(drawn.images)
    np.testing.assert_allclose(scores, [[lying, standing]] * 20, atol=1e-4)
    assert (drawn.lying.sum(axis=(1, 2)) == 3 * lying).all()
    assert (drawn.standing.sum(axis=(1, 2)) == 3 * standing).all()
    assert not (drawn.lying & drawn.standing).any()


def test_only_pixels_of_a_bar_of_the_class_matter():
    drawn = bars(1, seed=4)
    inspector = Inspector(known_network(16))
    for row, column in np.argwhere(drawn.images[0, :, :, 0] > 0):
        changed = drawn.images.copy()
        changed[0, row, column] = 0
        lost = 1 - inspector.scores(changed)[0, 0]
        assert lost == pytest.approx(float(drawn.lying[0, row, column]), abs=1e-4)


@pytest.mark.parametrize("direction", [0, 1])
def test_a_bar_with_ink_beside_it_is_none(direction):
    alone = np.zeros((9, 9), np.float32)
    alone[4, 3:6] = 1
    inspector = Inspector(known_network(9))
    for row, column in np.argwhere(np.ones((9, 9))):
        if row == 4:
            continue  # a longer bar
        touched = alone.copy()
        touched[row, column] = 1
        near = row in (3, 5) and column in (3, 4, 5)
        image = touched.T if direction else touched
        scores = inspector.scores(image[None, ..., None])[0]
        assert scores[direction] == pytest.approx(0 if near else 1, abs=1e-4)


def test_methods_on_a_known_network_find_what_is_known():
    drawn = bars(12, seed=1)
    inspector = Inspector(known_network(16))
    classes = np.zeros(12, int)
    found = inspector.gradients(drawn.images, classes, "conv")
    heat = interpretation.place_maps(
        interpretation.grad_cam(*found),
        (16, 16),
        interpretation.grids(inspector.steps, "conv"),
    )
    assert (interpretation.pointing_game(heat, drawn.lying) == 1).all()

    def gradient(images):
        return inspector.gradients(images, classes).gradients

    parts = interpretation.integrated_gradients(gradient, drawn.images, steps=200)
    np.testing.assert_allclose(parts.sum(axis=(1, 2, 3)), 1, atol=0.02)
    np.testing.assert_allclose(parts[..., 0][drawn.lying], 1 / 3, atol=0.01)
    assert np.abs(parts[..., 0][~drawn.lying]).max() < 1e-4


def test_no_room_is_said():
    with pytest.raises(ValueError, match="has no room for so many bars"):
        bars(1, size=8, lying=4)


@pytest.mark.parametrize(("row", "column"), [(2, 2), (2, 7), (7, 2), (7, 7)])
def test_a_bar_may_lie_two_pixels_from_the_border_and_no_closer(row, column):
    taken = np.ones((10, 10), bool)
    taken[row, column] = False
    assert known._place(taken, np.random.default_rng(0)) == (row, column)
    taken[row, column], taken[1, 5], taken[5, 8] = True, False, False
    with pytest.raises(ValueError, match="has no room for so many bars"):
        known._place(taken, np.random.default_rng(0))
