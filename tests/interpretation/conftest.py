"""A network to explain, trained once for all tests of this folder."""

from functools import partial

import numpy as np
import pytest

from cnnbook import models
from cnnbook.training import Recipe, train
from tests.interpretation.learned import CLASSES


@pytest.fixture(scope="session")
def network():
    """A network that has learned six images by heart, and the images."""
    images = np.random.default_rng(0).random((6, 14, 14, 1)).astype("float32")
    build = partial(models.plain_cnn, (14, 14, 1), 3)
    recipe = Recipe(epochs=15, batch_size=6, precision="float32")
    trained = train(build, (images, np.array(CLASSES)), recipe=recipe, seed=1)
    assert trained.history["accuracy"][-1] > 0.8
    return trained.model, images
