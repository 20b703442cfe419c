"""Canvases: exact boxes, no overlap, the garments one gave and no others."""

import numpy as np
import pytest

from cnnbook.data.canvases import SCRAP, _overlapping, canvases, lit_box


def garments(num=12, seed=0):
    """Images with one lit rectangle each, of random size, value and place."""
    rng = np.random.default_rng(seed)
    images = np.zeros((num, 28, 28, 1), dtype=np.uint8)
    for i in range(num):
        top, left = rng.integers(0, 10, size=2)
        height, width = rng.integers(4, 18, size=2)
        images[i, top : top + height, left : left + width] = 100 + i
    return images, np.arange(num) % 10


def test_lit_box_by_hand():
    image = np.zeros((5, 6))
    image[1, 4] = image[3, 2] = 1
    assert lit_box(image) == (1, 2, 4, 5)


def test_lit_box_of_a_black_image_is_refused():
    with pytest.raises(ValueError, match="must have a lit pixel, got only zeros"):
        lit_box(np.zeros((4, 4)))


def test_each_box_holds_its_garment_and_nothing_lies_outside():
    images, labels = garments()
    made = canvases(images, labels, 30, items=3, seed=1)
    for i in range(30):
        left_over = made.images[i, :, :, 0].copy()
        for box, source, label in zip(
            made.boxes[i], made.sources[i], made.labels[i], strict=True
        ):
            top, left, bottom, right = box
            inside = left_over[top:bottom, left:right]
            assert np.allclose(inside, (100 + source) / 255)
            assert label == labels[source]
            t, le, b, r = lit_box(images[source, :, :, 0])
            assert (bottom - top, right - left) == (b - t, r - le)
            inside[:] = 0
        assert not left_over.any()


def test_no_two_boxes_share_a_pixel():
    made = canvases(*garments(), 60, items=4, size=64, seed=2)
    for boxes in made.boxes:
        counted = np.zeros((64, 64), dtype=int)
        for top, left, bottom, right in boxes:
            counted[top:bottom, left:right] += 1
        assert counted.max() == 1


def test_boxes_stay_inside_and_reach_every_edge():
    made = canvases(*garments(), 400, items=1, size=32, seed=3)
    assert made.boxes[:, 0, :2].min(axis=0).tolist() == [0, 0]
    assert made.boxes[:, 0, 2:].max(axis=0).tolist() == [32, 32]


def test_garments_of_one_canvas_are_different_ones():
    made = canvases(*garments(num=4), 50, items=4, seed=4)
    assert all(len(set(row)) == 4 for row in made.sources.tolist())


def test_the_seed_decides_and_nothing_else():
    first, again, other = (
        canvases(*garments(), 5, noise=0.1, seed=s) for s in (7, 7, 8)
    )
    assert np.array_equal(first.images, again.images)
    assert np.array_equal(first.boxes, again.boxes)
    assert not np.array_equal(first.boxes, other.boxes)


def test_clutter_lies_under_the_garments_and_has_no_box():
    images, labels = garments()
    clean = canvases(images, labels, 20, items=2, seed=5)
    strewn = canvases(images, labels, 20, items=2, clutter=8, seed=5)
    assert strewn.boxes.shape == clean.boxes.shape
    outside = 0
    for i in range(20):
        rest = strewn.images[i, :, :, 0].copy()
        for (top, left, bottom, right), source in zip(
            strewn.boxes[i], strewn.sources[i], strict=True
        ):
            shade = np.float32(100 + source) / np.float32(255)
            assert (rest[top:bottom, left:right] >= shade).all()
            rest[top:bottom, left:right] = 0
        outside += np.count_nonzero(rest)
    assert 20 * SCRAP**2 < outside < 20 * 8 * SCRAP**2


def test_a_garment_hides_nothing_where_it_is_black():
    images = np.zeros((2, 28, 28, 1), dtype=np.uint8)
    images[:, ::27] = images[:, :, ::27] = 255  # frames: black inside
    images[:, 4:24, 4:24] = 100  # what scraps are cut from
    images[:, 5:23, 5:23] = 0
    images[:, 8:20, 8:20] = 100
    strewn = canvases(images, np.zeros(2, int), 50, items=1, clutter=9, seed=0)
    plain = canvases(images, np.zeros(2, int), 50, items=1, seed=0)
    assert set(np.unique(plain.images * 255).round().tolist()) == {0, 100, 255}
    inside = []
    for image, ((top, left, _, _),) in zip(strewn.images, strewn.boxes, strict=True):
        inside.append(image[top + 1 : top + 4, left + 1 : left + 27])
    assert np.count_nonzero(inside) > 100  # scraps, where the frame has a black ring


def test_noise_is_of_its_deviation_where_nothing_clips_it():
    images = np.full((3, 28, 28, 1), 128, dtype=np.uint8)
    made = canvases(images, np.zeros(3, int), 20, items=1, noise=0.05, seed=6)
    grey = [
        image[top:bottom, left:right, 0]
        for image, ((top, left, bottom, right),) in zip(
            made.images, made.boxes, strict=True
        )
    ]
    assert np.std(grey) == pytest.approx(0.05, rel=0.05)
    assert made.images.min() >= 0
    assert made.images.max() <= 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"items": 13}, "`items` must be 12 or less, the number of images, got 13"),
        ({"size": 20}, "`size` must be 28 or more"),
        ({"clutter": -1}, "`clutter` must be 0 or more"),
        ({"noise": -0.1}, "`noise` must be 0 or more"),
        ({"num": 0}, "`num` must be 1 or more"),
        ({"size": 28, "items": 9}, "`size` 28 is too small for `items` 9"),
    ],
)
def test_impossible_canvases_are_refused(options, message):
    images, labels = garments()
    num = options.pop("num", 2)
    with pytest.raises(ValueError, match=message):
        canvases(images, labels, num, **({"items": 2} | options), seed=0)


def test_floats_are_refused():
    images, labels = garments()
    with pytest.raises(ValueError, match="must be bytes"):
        canvases(images / 255, labels, 2, seed=0)


@pytest.mark.parametrize(
    ("box", "shares"),
    [
        ((28, 0, 56, 28), False),  # begins where the first ends
        ((27, 0, 55, 28), True),
        ((0, 28, 28, 56), False),
        ((0, 27, 28, 55), True),
        ((27, 27, 55, 55), True),
        ((28, 28, 56, 56), False),
    ],
)
def test_boxes_may_touch_and_share_no_pixel(box, shares):
    first = (0, 0, 28, 28)
    assert _overlapping(np.array([first, box])) is shares
    assert _overlapping(np.array([box, first])) is shares
