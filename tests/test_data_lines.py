"""Line images: the source's generator as printed, and the repaired one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.model_selection import cross_val_score
from sklearn.tree import DecisionTreeClassifier

from cnnbook.data import generate_dummy_images, line_images, line_splits


def test_the_generator_of_the_source_draws_three_known_images():
    np.random.seed(7)  # noqa: NPY002 - the generator as printed draws from it
    images, labels = generate_dummy_images(50, image_size=12)
    np.random.seed(7)  # noqa: NPY002
    expected = np.random.randint(3, size=50)  # noqa: NPY002
    band = (np.arange(12) >= 4) & (np.arange(12) < 8)
    upright = np.tile(band, (12, 1))
    drawings = np.stack([upright, upright.T, np.eye(12)]).astype(np.float32)
    np.testing.assert_array_equal(labels, expected)
    np.testing.assert_array_equal(images, drawings[expected])
    assert (images.dtype, labels.dtype) == (np.float32, np.int64)


def test_in_a_thousand_images_of_the_source_there_are_three():
    np.random.seed(0)  # noqa: NPY002
    images, _ = generate_dummy_images(1000)
    assert images.shape == (1000, 28, 28)
    assert len(np.unique(images, axis=0)) == 3
    assert sorted(set(images.sum(axis=(1, 2)))) == [28, 112]


def test_the_three_lines_by_hand():
    lines = line_images(3, image_size=4, jitter=0, thickness=1, noise=0.0, seed=0)
    drawings = dict(zip(lines.labels.tolist(), lines.images[..., 0], strict=True))
    # length 4: the middle of four columns is the second, rounded down
    assert drawings[0].tolist() == [[0, 1, 0, 0]] * 4
    assert drawings[1].tolist() == [[0] * 4, [1] * 4, [0] * 4, [0] * 4]
    assert drawings[2].tolist() == np.eye(4).tolist()


canvases = st.fixed_dictionaries(
    {
        "image_size": st.integers(16, 30),
        "jitter": st.integers(0, 4),
        "thickness": st.integers(1, 3),
        "noise": st.floats(0.05, 0.3),
        "seed": st.integers(0, 2**32 - 1),
    }
)


@settings(max_examples=30, deadline=None)
@given(canvases, st.integers(1, 40))
def test_all_classes_have_equal_ink_and_equal_numbers(canvas, num_images):
    lines = line_images(num_images, **canvas)
    size = canvas["image_size"]
    assert lines.images.shape == (num_images, size, size, 1)
    assert lines.images.dtype == np.float32
    assert lines.masks.shape == (num_images, size, size)
    assert lines.masks.dtype == bool
    assert 0 <= lines.images.min() <= lines.images.max() <= 1
    length = size - 2 * canvas["jitter"] - canvas["thickness"] + 1
    assert set(lines.masks.sum(axis=(1, 2))) == {length * canvas["thickness"]}
    assert np.ptp(np.bincount(lines.labels, minlength=3)) <= 1
    assert len(np.unique(lines.images, axis=0)) == num_images


def test_without_noise_the_image_is_its_mask():
    lines = line_images(300, noise=0.0, seed=3)
    np.testing.assert_array_equal(lines.images[..., 0], lines.masks)


def test_noise_has_the_deviation_asked_for():
    lines = line_images(200, noise=0.1, seed=0)
    background = lines.images[..., 0][~lines.masks]
    # clipped at 0, half of a normal distribution is left: its mean square is s²/2
    assert np.sqrt(2 * np.mean(background**2)) == pytest.approx(0.1, rel=0.01)


def test_the_jitter_is_used_to_its_ends_and_no_further():
    masks = line_images(3 * 81, jitter=4, noise=0.0, seed=0).masks
    labels = line_images(3 * 81, jitter=4, noise=0.0, seed=0).labels
    for label in range(3):
        tops = masks[labels == label].any(axis=2).argmax(axis=1)
        lefts = masks[labels == label].any(axis=1).argmax(axis=1)
        assert (np.ptp(tops), np.ptp(lefts)) == (8, 8)


def test_brightness_does_not_tell_the_class_of_a_repaired_line():
    lines = line_images(900, seed=0)
    brightness = lines.images.mean(axis=(1, 2, 3))[:, None]
    stump = DecisionTreeClassifier(max_depth=2, random_state=0)
    assert cross_val_score(stump, brightness, lines.labels, cv=5).mean() < 0.42


def test_brightness_tells_the_diagonal_of_the_source():
    np.random.seed(0)  # noqa: NPY002
    images, labels = generate_dummy_images(300)
    brightness = images.mean(axis=(1, 2))[:, None]
    stump = DecisionTreeClassifier(max_depth=1, random_state=0)
    assert cross_val_score(stump, brightness, labels == 2, cv=5).mean() == 1.0


def test_a_seed_gives_the_same_lines_and_another_seed_others():
    first, again = line_images(30, seed=1), line_images(30, seed=1)
    np.testing.assert_array_equal(first.images, again.images)
    np.testing.assert_array_equal(first.labels, again.labels)
    assert not np.array_equal(first.images, line_images(30, seed=2).images)


def test_the_global_generator_is_left_alone():
    np.random.seed(5)  # noqa: NPY002
    expected = np.random.random()  # noqa: NPY002
    np.random.seed(5)  # noqa: NPY002
    line_images(5, seed=0)
    assert np.random.random() == expected  # noqa: NPY002


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.integers(1, 60), min_size=3, max_size=3),
    st.integers(1, 4),
    st.integers(0, 1000),
)
def test_splits_share_no_image_and_no_place(sizes, jitter, seed):
    splits = line_splits(*sizes, image_size=20, jitter=jitter, seed=seed)
    parts = (splits.train, splits.validation, splits.test)
    assert [len(part.images) for part in parts] == sizes
    for kind in ("images", "masks"):
        seen = [{x.tobytes() for x in getattr(part, kind)} for part in parts]
        assert sum(map(len, seen)) == len(set.union(*seen))
    assert all(np.ptp(np.bincount(p.labels, minlength=3)) <= 1 for p in parts)


def test_places_are_used_equally_often():
    splits = line_splits(1200, 300, 300, seed=0)
    for label in range(3):
        masks = splits.train.masks[splits.train.labels == label]
        _, counts = np.unique(masks, axis=0, return_counts=True)
        assert np.ptp(counts) <= 1


def test_more_images_than_places_need_noise():
    assert len(line_images(27, image_size=8, jitter=1, noise=0.0, seed=0).images) == 27
    with pytest.raises(ValueError, match="27 differ, with 9 places for each class"):
        line_images(30, image_size=8, jitter=1, noise=0.0, seed=0)
    with pytest.raises(ValueError, match="raise `jitter` or `noise`"):
        line_splits(30, 30, 30, image_size=8, jitter=1, noise=1e-300, seed=0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"image_size": 15}, r"`image_size` must be 16 or more for a jitter of 6"),
        ({"jitter": -1}, "`jitter` must be 0 or more"),
        ({"noise": -0.1}, "`noise` must be 0 or more"),
        ({"noise": float("nan")}, "`noise` must be 0 or more"),
        ({"thickness": 0}, "`thickness` must be 1 or more"),
    ],
)
def test_line_images_says_what_is_wrong(change, message):
    with pytest.raises(ValueError, match=message):
        line_images(3, seed=0, **change)


def test_the_smallest_size_that_the_message_names_is_accepted():
    assert line_images(3, image_size=16, seed=0).masks[0].sum() == 6


def test_counts_below_one_and_parts_without_a_place_are_refused():
    with pytest.raises(ValueError, match="`num_images` must be 1 or more"):
        line_images(0, seed=0)
    with pytest.raises(ValueError, match="`num_test` must be 1 or more"):
        line_splits(5, 5, 0, seed=0)
    with pytest.raises(ValueError, match="use line_images"):
        line_splits(5, 5, 5, jitter=0, seed=0)
