"""What makes a method believable: a law that no impostor keeps.

On images with two lying bars and one standing bar, the network set by hand counts
both kinds. Whoever asks about one class must get more heat on a bar of its kind than on
one of the other, whichever class that is. A method that returned nothing, or the edges
of the image, whichever class is asked for, breaks it.
"""

import numpy as np
import pytest
from scipy.ndimage import maximum_filter

from cnnbook.interpretation import Inspector, card
from cnnbook.interpretation.known import bars, known_network

DRAWN = bars(8, lying=2, standing=1, seed=3)
KINDS = (DRAWN.lying, DRAWN.standing)
# Score-CAM shows the network one map at a time, which is less than a bar here, so it
# learns the same about both classes; its own tests hold it to a network of its kind.
KEEP = tuple(name for name in card.METHODS if name != "Score-CAM")


@pytest.fixture(scope="module")
def maps():
    """Class asked for -> method or rival -> heat (8, 16, 16)."""
    inspector = Inspector(known_network(16))
    names = (*card.METHODS, *card.BASELINES)
    return [
        card.attribute(inspector, DRAWN.images, np.full(8, label), methods=names)
        for label in (0, 1)
    ]


def keeps_the_law(heats):
    """Whether the heat for each class is higher around the bars of its kind."""
    for label, heat in enumerate(heats):
        around = [maximum_filter(mask, (0, 3, 3)) for mask in KINDS]
        warmth = [np.maximum(heat, 0)[mask].mean() for mask in around]
        if not warmth[label] > warmth[1 - label] * 1.05:
            return False
    return True


@pytest.mark.parametrize("name", KEEP)
def test_a_method_keeps_the_law(maps, name):
    assert keeps_the_law([heats[name] for heats in maps])


def test_score_cam_cannot_tell_the_classes_of_this_network(maps):
    first, second = (heats["Score-CAM"] for heats in maps)
    np.testing.assert_allclose(first, second, atol=1e-4)
    assert first.max() > 0.1


@pytest.mark.parametrize("name", card.BASELINES)
def test_a_rival_breaks_it(maps, name):
    assert not keeps_the_law([heats[name] for heats in maps])


def test_a_method_that_returned_nothing_would_break_it(maps):
    nothing = np.zeros_like(maps[0]["Grad-CAM"])
    assert not keeps_the_law([nothing, nothing])


@pytest.mark.parametrize("name", KEEP)
def test_a_method_that_forgot_its_class_would_break_it(maps, name):
    assert not keeps_the_law([maps[0][name], maps[0][name]])
