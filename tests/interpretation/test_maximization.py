"""Activation maximization climbs, keeps to its range, and says how far it got."""

import keras
import numpy as np
import pytest

from cnnbook import interpretation
from cnnbook.interpretation import Inspector


def test_maximization_climbs_to_the_corner_of_a_linear_score():
    keras.utils.set_random_seed(0)
    image = keras.Input((4, 4, 1))
    scores = keras.layers.Dense(2, name="scores")(keras.layers.Flatten()(image))
    model = keras.Model(image, scores)
    found = interpretation.maximize(Inspector(model), [1, 0], steps=300, rate=0.1)
    kernel = model.get_layer("scores").kernel.numpy()
    best = np.maximum(kernel, 0).sum(axis=0)[[1, 0]]  # of pixels in [0, 1]
    assert (found.history[-1] > 0.97 * best).all()
    assert (found.history[-1] < best + 1e-5).all()
    assert (np.diff(found.history, axis=0) > -1e-6).all()
    assert found.history.shape == (301, 2)


def test_maximization_begins_about_the_middle_of_its_range(network):
    found = interpretation.maximize(
        Inspector(network[0]), [0, 1], layer="conv2", steps=1, rate=1e-9, low=-2, high=6
    )
    assert abs(found.images.mean() - 2) < 0.1
    assert abs(found.images.std() - 0.4) < 0.1  # a twentieth of the range


def test_maximization_with_blur_is_smoother(network):
    inspector = Inspector(network[0])
    maps = inspector.maps(network[1], ["conv2"])["conv2"]
    unit = [maps.mean(axis=(0, 1, 2)).argmax()]
    rough, smooth = (
        interpretation.maximize(inspector, unit, layer="conv2", steps=20, **settings)
        for settings in ({}, {"blur": 1.0, "jitter": 1})
    )
    roughness = [np.abs(np.diff(f.images, axis=1)).mean() for f in (rough, smooth)]
    assert roughness[1] < roughness[0]
    assert rough.history[-1] > rough.history[0]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"low": 1.0, "high": 1.0}, "`low` must be below `high`"),
        ({"steps": 0}, "`steps` must be"),
        ({"units": [3]}, "`units` must be"),
        ({"layer": "no"}, "`layer` must be one of"),
    ],
)
def test_bad_settings_are_refused_by_a_sentence(network, settings, message):
    arguments = {"units": [0]} | settings
    with pytest.raises(ValueError, match=message):
        interpretation.maximize(Inspector(network[0]), **arguments)
