"""Scenes: the masks are exact, the distractor tells nothing of the class."""

import numpy as np
import pytest

from cnnbook.data.scenes import SHAPES, scenes, shape_mask


def test_without_noise_the_image_is_its_two_shapes():
    made = scenes(30, noise=0.0)
    np.testing.assert_array_equal(
        made.images[..., 0], (made.targets | made.distractors).astype("float32")
    )
    assert not (made.targets & made.distractors).any()
    assert made.images.shape == (30, 32, 32, 1)
    assert np.bincount(made.labels).tolist() == [10, 10, 10]


def test_shapes_lie_inside_and_do_not_touch():
    made = scenes(60, noise=0.0, seed=3)
    sizes = [made.targets[made.labels == k].sum(axis=(1, 2)) for k in range(3)]
    for k, name in enumerate(SHAPES):
        whole = shape_mask(name, 32, (16, 16), 5).sum()
        np.testing.assert_array_equal(sizes[k], whole)
    plus = shape_mask("plus", 32, (16, 16), 5).sum()
    np.testing.assert_array_equal(made.distractors.sum(axis=(1, 2)), plus)
    grown = np.zeros_like(made.targets)
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            grown |= np.roll(made.targets, (down, right), axis=(1, 2))
    assert not (grown & made.distractors).any()


def test_shapes_by_hand():
    rows = {}
    for name in SHAPES:
        mask = shape_mask(name, 7, (3, 3), 2)[1:6, 1:6]
        rows[name] = ["".join(".x"[int(pixel)] for pixel in row) for row in mask]
    assert rows["circle"] == [".xxx.", "xxxxx", "xxxxx", "xxxxx", ".xxx."]
    assert rows["square"] == ["xxxxx"] * 5
    assert rows["triangle"] == ["..x..", ".xxx.", ".xxx.", "xxxxx", "xxxxx"]
    assert not shape_mask("square", 15, (7, 7), 7)[0].any()  # as large as the circle


def test_noise_is_that_of_the_seed_and_of_the_size_asked_for():
    first, again, other = (scenes(40, noise=0.3, seed=s) for s in (0, 0, 1))
    np.testing.assert_array_equal(first.images, again.images)
    assert not np.array_equal(first.images, other.images)
    shapes = (first.targets | first.distractors)[..., None]
    assert np.std(first.images - shapes) == pytest.approx(0.3, rel=0.02)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"num_images": 0}, "`num_images` must be 1 or more"),
        ({"num_images": 3, "radius": 2}, "`radius` must be 3 or more"),
        ({"num_images": 3, "size": 20, "radius": 5}, "`radius` must be between"),
        ({"num_images": 3, "noise": -1}, "`noise` must be 0 or more"),
    ],
)
def test_what_cannot_be_drawn_is_said(settings, message):
    with pytest.raises(ValueError, match=message):
        scenes(**settings)


def test_an_unknown_shape_is_refused():
    with pytest.raises(ValueError, match="`name` must be one of"):
        shape_mask("star", 32, (16, 16), 5)
