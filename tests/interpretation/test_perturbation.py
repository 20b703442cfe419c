"""Attribution by change: by hand, against tf-keras-vis, its refusals."""

from functools import partial

import numpy as np
import pytest
from scipy.special import softmax
from tf_keras_vis.scorecam import Scorecam

from cnnbook import interpretation
from cnnbook.interpretation import Inspector
from tests.interpretation.learned import CLASSES, theirs


def test_occlusion_by_hand():
    def bright(images):  # the mean of one pixel and its right neighbor
        return images[:, 0, 0, 0] / 2 + images[:, 0, 1, 0] / 2

    images = np.ones((1, 2, 3, 1))
    found = interpretation.occlusion(bright, images, window=1, stride=1)
    np.testing.assert_allclose(found, [[[0.5, 0.5, 0], [0, 0, 0]]])
    wide = interpretation.occlusion(bright, images, window=2, stride=1, fill=0.5)
    # squares at column 0 lose 0.5, at column 1 they lose 0.25
    np.testing.assert_allclose(wide, [[[0.5, 0.375, 0.25]] * 2])


def test_occlusion_is_the_mean_loss_of_the_squares_over_a_pixel(network):
    model, images = network
    inspector = Inspector(model)

    def score(some):
        return inspector.scores(some)[:, 1]

    found = interpretation.occlusion(score, images[:1], window=4, stride=2, fill=0.5)
    whole = score(images[:1])[0]
    for row, column in ((0, 0), (5, 8), (13, 13)):
        losses = []
        for top in range(0, 11, 2):
            for left in range(0, 11, 2):
                if top <= row < top + 4 and left <= column < left + 4:
                    covered = images[:1].copy()
                    covered[0, top : top + 4, left : left + 4] = 0.5
                    losses.append(whole - score(covered)[0])
        assert found[0, row, column] == pytest.approx(np.mean(losses), abs=1e-4)


def test_occlusion_covers_the_last_pixels_too():
    def corner(images):
        return images[:, -1, -1, 0]

    found = interpretation.occlusion(corner, np.ones((1, 7, 7, 1)), window=3, stride=3)
    assert found[0, -1, -1] > 0
    assert found[0, 0, 0] == 0


def test_score_cam_by_hand():
    def left(images):
        return images[:, 0, 0, 0]

    images = np.full((1, 1, 2, 1), 2.0)
    maps = np.array([[[[5.0, 1.0, 3.0], [1.0, 5.0, 3.0]]]])  # left, right, constant
    found = interpretation.score_cam(left, images, maps)
    np.testing.assert_allclose(found, [[[10.0, 2.0]]])  # weights 2, 0, 0


def test_score_cam_is_that_of_tf_keras_vis(network):
    model, images = network
    inspector = Inspector(model)
    maps = interpretation.place_maps(
        inspector.maps(images, ["conv2"])["conv2"], (14, 14), convention="corners"
    )
    expected = theirs(Scorecam, network, penultimate_layer="conv2", normalize_cam=False)
    for k, label in enumerate(CLASSES):

        def probability(some, label=label):
            return softmax(inspector.scores(some), axis=1)[:, label]

        one = slice(k, k + 1)
        found = interpretation.score_cam(probability, images[one], maps[one])
        np.testing.assert_allclose(found, expected[one], atol=1e-4)


IMAGES = np.zeros((2, 4, 4, 1), np.float32)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            partial(interpretation.occlusion, lambda x: x, IMAGES, window=9),
            "`window` must fit",
        ),
        (
            partial(interpretation.occlusion, lambda x: x, IMAGES, window=2),
            "one number for each image",
        ),
        (
            partial(interpretation.score_cam, len, IMAGES, np.zeros((1, 2, 2, 2))),
            "Enlarge them by `place_maps`",
        ),
    ],
)
def test_bad_input_is_refused_by_a_sentence(call, message):
    with pytest.raises(ValueError, match=message):
        call()
