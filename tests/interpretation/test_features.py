"""Features of layers, linear probes, precision of neighbors."""

import keras
import numpy as np
import pytest
from sklearn.linear_model import Ridge, RidgeClassifier
from sklearn.preprocessing import StandardScaler

from cnnbook import interpretation, models


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(0)
    return models.plain_cnn((12, 12, 1), 3)


@pytest.fixture
def images():
    return np.random.default_rng(0).normal(size=(7, 12, 12, 1)).astype("float32")


def clouds(n, seed):
    """Three classes of points (n, 6) that overlap."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 3, n) + 4
    centers = np.random.default_rng(9).normal(size=(3, 6))
    return centers[labels - 4] + rng.normal(size=(n, 6)), labels


def test_features_are_those_of_each_layer_applied_in_turn(model, images):
    found = interpretation.layer_features(model, images, ["conv1", "pool1", "scores"])
    conv1 = np.asarray(model.get_layer("conv1")(images))
    np.testing.assert_allclose(found["conv1"], conv1, atol=1e-5)
    pooled = np.asarray(model.get_layer("pool1")(conv1))
    np.testing.assert_allclose(found["pool1"], pooled, atol=1e-5)
    np.testing.assert_allclose(found["scores"], np.asarray(model(images)), atol=1e-5)
    assert list(found) == ["conv1", "pool1", "scores"]


def test_batches_change_nothing(model, images):
    whole = interpretation.layer_features(model, images, ["conv2"])["conv2"]
    pieces = interpretation.layer_features(model, images, ["conv2"], batch_size=3)
    np.testing.assert_allclose(pieces["conv2"], whole, atol=1e-5)


def test_a_grid_averages_maps_and_leaves_vectors_alone(model, images):
    names = ["conv1", "scores"]
    whole = interpretation.layer_features(model, images, names)
    coarse = interpretation.layer_features(model, images, names, grid=2)
    expected = interpretation.block_means(whole["conv1"], grid=2)
    np.testing.assert_allclose(coarse["conv1"], expected, atol=1e-5)
    np.testing.assert_allclose(coarse["scores"], whole["scores"], atol=1e-5)


def test_normalization_uses_what_it_remembers_and_learns_nothing_new(images):
    image = keras.Input((12, 12, 1))
    norm = keras.layers.BatchNormalization(name="norm")
    model = keras.Model(image, norm(image))
    found = interpretation.layer_features(model, images + 5, ["norm"])["norm"]
    # mean 0 and deviation 1 are what a new layer remembers
    np.testing.assert_allclose(found, images + 5, rtol=1e-3)
    assert float(np.asarray(norm.moving_mean)[0]) == 0.0


def test_a_layer_that_is_missing_and_a_sequential_are_named(model, images):
    with pytest.raises(ValueError, match=r"no layer 'conv9'.*conv1, pool1"):
        interpretation.layer_features(model, images, ["conv9"])
    chain = keras.Sequential([keras.layers.Flatten()])
    with pytest.raises(ValueError, match=r"got Sequential.*model.inputs\[0\]"):
        interpretation.layer_features(chain, images, ["flatten"])
    with pytest.raises(ValueError, match="add the batch axis"):
        interpretation.layer_features(model, images[0], ["conv1"])


def test_block_means_by_hand():
    maps = np.arange(16.0).reshape(1, 4, 4, 1)
    blocks = interpretation.block_means(maps, grid=2)
    assert blocks[0, :, :, 0].tolist() == [[2.5, 4.5], [10.5, 12.5]]


def test_block_means_of_block_means_are_coarser_block_means():
    maps = np.random.default_rng(1).normal(size=(2, 12, 8, 3))
    twice = interpretation.block_means(interpretation.block_means(maps, grid=4), grid=2)
    np.testing.assert_allclose(twice, interpretation.block_means(maps, grid=2))
    np.testing.assert_allclose(
        interpretation.block_means(maps, grid=1)[:, 0, 0], maps.mean(axis=(1, 2))
    )


def test_a_grid_that_does_not_divide_is_refused():
    with pytest.raises(ValueError, match="divide the 12 x 8 places of the maps, got 3"):
        interpretation.block_means(np.zeros((1, 12, 8, 1)), grid=3)


def test_a_probe_separates_what_a_line_separates_and_nothing_else():
    points = np.array([[-3.0], [-2.0], [2.0], [3.0]])
    sides = np.array([0, 0, 1, 1])
    assert interpretation.linear_probe((points, sides), (points, sides)) == 1.0
    inside = np.array([0, 1, 1, 0])  # no threshold cuts out the middle
    probe = interpretation.linear_probe((points, inside), (points, inside))
    assert probe == 0.5


@pytest.mark.parametrize("penalty", [0.01, 0.3, 5.0])
def test_a_probe_is_the_ridge_classifier_of_scikit_learn(penalty):
    train, validation = clouds(80, 0), clouds(300, 1)
    scaler = StandardScaler().fit(train[0])
    theirs = RidgeClassifier(alpha=penalty * len(train[0]))
    theirs.fit(scaler.transform(train[0]), train[1])
    expected = theirs.score(scaler.transform(validation[0]), validation[1])
    found = interpretation.linear_probe(train, validation, penalty=penalty)
    assert found == pytest.approx(expected)
    assert 0.5 < found < 0.99


def test_units_and_offsets_of_features_do_not_matter():
    train, validation = clouds(80, 0), clouds(300, 1)
    scale, shift = np.array([1, 10, 0.1, 3, 1, 100]), np.arange(6)
    changed = [(part * scale + shift, labels) for part, labels in (train, validation)]
    plain = interpretation.linear_probe(train, validation)
    assert interpretation.linear_probe(*changed) == plain


def test_a_feature_that_is_constant_in_training_is_left_out():
    train, validation = clouds(80, 0), clouds(300, 1)
    noise = np.random.default_rng(5).normal(size=(300, 1)).astype("float32")
    dead = np.full((80, 1), 0.1, "float32")
    more = (
        (np.hstack([train[0], dead]), train[1]),
        (np.hstack([validation[0], noise]), validation[1]),
    )
    plain = interpretation.linear_probe(train, validation)
    assert interpretation.linear_probe(*more) == plain


@pytest.mark.parametrize(
    ("train", "validation", "says"),
    [
        ((np.zeros((4, 2, 2)), np.zeros(4, int)), None, r"`train\[0\]` must be"),
        ((np.zeros((4, 2)), np.zeros(3, int)), None, "for each of 4 images"),
        (None, (np.zeros((4, 3)), np.zeros(4, int)), "has 3 features.*`train` has 6"),
    ],
)
def test_probes_say_what_does_not_fit(train, validation, says):
    good = clouds(10, 0)
    with pytest.raises(ValueError, match=says):
        interpretation.linear_probe(train or good, validation or good)


def test_a_penalty_must_be_positive():
    with pytest.raises(ValueError, match="`penalty` must be"):
        interpretation.linear_probe(clouds(10, 0), clouds(10, 1), penalty=0.0)


NEIGHBORS = np.array([[1, 0, 1, 1], [2, 2, 0, 2]])


@pytest.mark.parametrize(
    ("k", "expected"), [(1, 1.0), (2, 0.75), (4, 0.75), (3, 4 / 6)]
)
def test_precision_by_hand(k, expected):
    found = interpretation.precision_at(k, NEIGHBORS, np.array([1, 2]))
    assert found == pytest.approx(expected)


def test_a_random_order_has_the_precision_of_chance():
    rng = np.random.default_rng(4)
    found = interpretation.precision_at(
        10, rng.integers(0, 5, (2000, 12)), rng.integers(0, 5, 2000)
    )
    assert found == pytest.approx(0.2, abs=0.01)


def test_precision_says_what_does_not_fit():
    with pytest.raises(ValueError, match="`k` must be 4 or less"):
        interpretation.precision_at(5, NEIGHBORS, np.array([1, 2]))
    with pytest.raises(ValueError, match="for each of 2 images"):
        interpretation.precision_at(2, NEIGHBORS, np.array([1, 2, 3]))


def test_a_reconstruction_is_that_of_scikit_learn():
    rng = np.random.default_rng(0)
    features = rng.normal(size=(80, 6))
    mixing = rng.normal(size=(6, 12))
    pixels = features @ mixing + rng.normal(size=(80, 12))
    images = pixels.reshape(80, 3, 4, 1)
    found = interpretation.linear_reconstruction(
        (features[:50], images[:50]), (features[50:], images[50:]), penalty=0.1
    )
    scaler = StandardScaler().fit(features[:50])
    ridge = Ridge(alpha=0.1 * 50).fit(scaler.transform(features[:50]), pixels[:50])
    error = np.square(pixels[50:] - ridge.predict(scaler.transform(features[50:])))
    variance = np.square(pixels[50:] - pixels[:50].mean(axis=0))
    assert found == pytest.approx(1 - error.sum() / variance.sum())
    assert 0.5 < found < 1


def test_what_holds_the_pixels_gives_them_all_back_and_noise_gives_none():
    rng = np.random.default_rng(0)
    images = rng.normal(size=(400, 3, 3, 1))
    flat, noise = images.reshape(400, -1), rng.normal(size=(400, 9))
    for features, low, high in ((flat, 0.999, 1.0), (noise, -0.2, 0.1)):
        found = interpretation.linear_reconstruction(
            (features[:300], images[:300]),
            (features[300:], images[300:]),
            penalty=1e-4,
        )
        assert low < found <= high
