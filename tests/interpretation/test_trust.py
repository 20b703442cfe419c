"""Scores of maps by hand, their laws, and networks that are destroyed on purpose."""

import keras
import numpy as np
import pytest
from keras import layers
from scipy.stats import spearmanr

from cnnbook import interpretation, models

HEAT = np.array([[[0.0, 1.0], [3.0, -2.0]]])
MASK = np.array([[[False, True], [True, False]]])


def test_scores_by_hand():
    assert interpretation.pointing_game(HEAT, MASK) == [1.0]
    assert interpretation.pointing_game(-HEAT, MASK) == [0.0]
    assert interpretation.mass_in_mask(HEAT, MASK) == [1.0]
    assert interpretation.mass_in_mask(HEAT, ~MASK) == [0.0]
    assert interpretation.mass_in_mask(np.abs(HEAT), MASK) == [4 / 6]
    assert interpretation.overlap(HEAT, MASK) == [1.0]
    # the two hottest of -HEAT are -2 and 0, none of them in the mask
    assert interpretation.overlap(-HEAT, MASK) == [0.0]
    one = np.array([[[True, True], [False, False]]])
    assert interpretation.overlap(HEAT, one) == [1 / 3]


def test_a_map_that_says_nothing_scores_as_chance():
    flat = np.zeros((1, 4, 4))
    mask = np.zeros((1, 4, 4), bool)
    mask[0, 0] = True
    assert interpretation.pointing_game(flat, mask) == [0.25]
    assert interpretation.mass_in_mask(flat, mask) == [0.25]
    assert interpretation.rank_correlation(flat, np.arange(16.0).reshape(1, 4, 4)) == 0


def sum_of(images):
    return images.sum(axis=(1, 2, 3))


def test_removing_the_hottest_first_by_hand():
    images = np.array([[[4.0], [2.0]], [[1.0], [1.0]]])[None]
    curve = interpretation.removal_curve(sum_of, images, images[..., 0], steps=4)
    np.testing.assert_allclose(curve[0, :3], [8, 4, 2])
    assert curve[0, -1] == 0
    back = interpretation.removal_curve(
        sum_of, images, images[..., 0], steps=4, insert=True
    )
    np.testing.assert_allclose(back[0, :3], [0, 4, 6])
    assert back[0, -1] == 8


def test_the_best_order_has_the_smallest_area_and_ties_are_drawn():
    images = np.random.default_rng(0).random((3, 6, 6, 1))
    best, random, worst = (
        interpretation.removal_curve(sum_of, images, heat).mean()
        for heat in (
            images[..., 0],
            interpretation.random_map((3, 6, 6), seed=1),
            -images[..., 0],
        )
    )
    assert best < random < worst
    flat = np.zeros((3, 6, 6))
    first, second = (
        interpretation.removal_curve(sum_of, images, flat, seed=s) for s in (0, 1)
    )
    assert not np.allclose(first, second)


def test_what_each_group_of_pixels_costs_by_hand():
    images = np.array([[[4.0], [2.0]], [[1.0], [0.0]]])[None]
    found = interpretation.drop_by_rank(sum_of, images, images[..., 0], groups=2)
    np.testing.assert_allclose(found, [[6, 1]])
    found = interpretation.drop_by_rank(sum_of, images, -images[..., 0], groups=4)
    np.testing.assert_allclose(found, [[0, 1, 2, 4]])


def test_the_fill_may_be_other_images():
    images, fill = np.ones((2, 3, 3, 1)), np.full((2, 3, 3, 1), 0.5)
    curve = interpretation.removal_curve(
        sum_of, images, images[..., 0], steps=1, fill=fill
    )
    np.testing.assert_allclose(curve, [[9, 4.5]] * 2)


def test_rank_correlation_is_that_of_scipy():
    rng = np.random.default_rng(0)
    first, second = rng.integers(0, 5, (2, 3, 4, 4)).astype(float)
    found = interpretation.rank_correlation(first, second)
    for k in range(3):
        expected = spearmanr(first[k].ravel(), second[k].ravel()).statistic
        assert found[k] == pytest.approx(expected)
    np.testing.assert_allclose(interpretation.rank_correlation(first, -first), -1)


def test_baselines_know_what_they_say_they_know():
    images = np.zeros((1, 9, 9, 1))
    images[:, :, 4:] = 1
    edges = interpretation.edge_map(images)
    assert set(np.argwhere(edges[0] > 0)[:, 1]) == {3, 4}
    center = interpretation.center_map((2, 9, 9))
    assert np.unravel_index(center[0].argmax(), (9, 9)) == (4, 4)
    np.testing.assert_allclose(center[0], center[1, ::-1, ::-1])
    first, second = (interpretation.random_map((1, 9, 9), seed=s) for s in (0, 0))
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize(
    ("mask", "message"),
    [(MASK.astype(float), "must be of bool"), (MASK[:, :1], "must have shape")],
)
def test_masks_are_refused_by_a_sentence(mask, message):
    for score in (interpretation.pointing_game, interpretation.mass_in_mask):
        with pytest.raises(ValueError, match=message):
            score(HEAT, mask)


def with_moving_averages():
    image = keras.Input((8, 8, 1))
    features = layers.Conv2D(3, 3, name="conv")(image)
    features = layers.BatchNormalization(name="norm")(features)
    features = layers.Dense(2, name="scores")(layers.Flatten()(features))
    model = keras.Model(image, features)
    for weight in model.weights:
        weight.assign(np.random.default_rng(0).random(weight.shape))
    return model


def test_a_cascade_destroys_from_the_scores_down_and_keeps_the_values():
    model = with_moving_averages()
    before = model.get_weights()
    seen = []
    for name, shuffled in interpretation.cascade(model, seed=0):
        seen.append(name)
        for layer, other in zip(model.layers, shuffled.layers, strict=True):
            pairs = zip(layer.get_weights(), other.get_weights(), strict=True)
            for kept, now in pairs:
                np.testing.assert_allclose(np.sort(kept.ravel()), np.sort(now.ravel()))
            same = all(
                np.array_equal(kept, now)
                for kept, now in zip(
                    layer.get_weights(), other.get_weights(), strict=True
                )
            )
            if layer.get_weights():
                assert same == (layer.name not in seen)
    assert seen == ["scores", "norm", "conv"]
    for kept, now in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(kept, now)


def test_independent_randomization_destroys_one_layer_at_a_time():
    model = models.plain_cnn((12, 12, 1), 3)
    for name, shuffled in interpretation.independent(model, seed=0):
        changed = {
            layer.name
            for layer, other in zip(model.layers, shuffled.layers, strict=True)
            for kept, now in zip(layer.get_weights(), other.get_weights(), strict=True)
            if not np.array_equal(kept, now)
        }
        assert changed == {name}
