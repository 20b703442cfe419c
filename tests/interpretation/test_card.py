"""The report card: every method answers, known truth is found, ruins show."""

import numpy as np
import pytest

from cnnbook.interpretation import Inspector, card
from cnnbook.interpretation.known import bars, known_network


@pytest.fixture(scope="module")
def known():
    drawn = bars(6, seed=2)
    return known_network(16), drawn, np.zeros(6, int)


@pytest.fixture(scope="module")
def maps(known):
    model, drawn, classes = known
    methods = (*card.METHODS, *card.BASELINES)
    return card.attribute(Inspector(model), drawn.images, classes, methods=methods)


def test_every_method_gives_one_map_for_each_image(maps):
    assert len(maps) == 12
    for heat in maps.values():
        assert heat.shape == (6, 16, 16)
        assert np.isfinite(heat).all()


def test_on_a_known_network_methods_point_to_what_is_known(known, maps):
    model, drawn, classes = known
    for name, heat in maps.items():
        found = card.score_maps(
            heat, Inspector(model), drawn.images, classes, drawn.lying, drawn.standing
        )
        right = name in (*card.CAMS, "integrated gradients", "gradient x input")
        if right:
            assert found["pointing"] == 1.0, name
            assert found["distractor hits"] == 0.0, name
        if name in card.BASELINES:
            assert found["pointing"] < 0.6, name
    exact = card.score_maps(
        drawn.lying.astype(float),
        Inspector(model),
        drawn.images,
        classes,
        drawn.lying,
        drawn.standing,
    )
    assert exact["mass"] == exact["overlap"] == exact["pointing"] == 1.0


def test_a_probability_is_that_of_each_images_class(known):
    model, drawn, _ = known
    inspector = Inspector(model)
    classes = np.array([0, 1, 0, 1, 1, 0])
    found = card.probability_of(inspector, classes)(drawn.images)
    np.testing.assert_allclose(found, 0.5, atol=1e-5)  # one bar of each direction
    one = card.probability_of(inspector, classes[:1])
    assert one(drawn.images).shape == (6,)  # one class for all


def test_baselines_survive_the_ruin_of_the_network_and_maps_do_not(known):
    model, drawn, classes = known
    found = card.sanity(
        model, drawn.images, classes, methods=("Grad-CAM", "edges"), seed=0
    )
    assert list(found["edges"]) == ["scores", "conv"]
    assert min(found["edges"].values()) == pytest.approx(1)
    assert found["Grad-CAM"]["conv"] < 0.9


def test_an_unknown_method_is_refused(known):
    model, drawn, classes = known
    with pytest.raises(ValueError, match="`methods` must be one of"):
        card.attribute(Inspector(model), drawn.images, classes, methods=["eyes"])


def test_gradients_are_multiplied_or_added_up_along_the_way(known, maps):
    model, drawn, _ = known
    # a bar counts from two thirds of its ink on: three pixels of gradient 1, and of
    # the way to them the last third
    np.testing.assert_allclose(maps["gradient x input"].sum(axis=(1, 2)), 3, atol=1e-4)
    summed = maps["integrated gradients"].sum(axis=(1, 2))
    scores = Inspector(model).scores(drawn.images)[:, 0]
    np.testing.assert_allclose(summed, scores, atol=0.05)  # 32 steps
