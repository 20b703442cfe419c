"""Learning curves: honest subsets, the curve by hand, where two of them cross."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.optimize import brentq
from sklearn.linear_model import LogisticRegression

from cnnbook import evaluation, models, studies, training
from cnnbook.studies import sample_size


def small_data(n=120, side=8):
    """Noise in which class k is bright in row k, so that there is something to fit."""
    rng = np.random.default_rng(0)
    labels = np.tile(np.arange(4), n // 4)
    images = rng.normal(size=(n, side, side, 1)).astype(np.float32)
    images[np.arange(n), labels] += 1
    part = images[: n // 2], labels[: n // 2]
    other = images[n // 2 :], labels[n // 2 :]
    return studies.FashionData(part, other, other)


def test_a_draw_has_the_share_of_each_class_and_no_image_twice():
    labels = np.repeat([0, 1, 2], [60, 30, 10])
    chosen = studies.draw(labels, 20, seed=1)
    assert np.bincount(labels[chosen]).tolist() == [12, 6, 2]
    assert len(set(chosen.tolist())) == 20
    assert chosen.tolist() == studies.draw(labels, 20, seed=1).tolist()
    assert set(chosen.tolist()) != set(studies.draw(labels, 20, seed=2).tolist())


def test_a_draw_holds_the_smaller_ones_of_its_seed():
    labels = np.random.default_rng(0).permutation(np.repeat(np.arange(4), 50))
    small, large = (set(studies.draw(labels, n, seed=3).tolist()) for n in (20, 100))
    assert small < large
    assert not small < set(studies.draw(labels, 100, seed=4).tolist())


def test_a_draw_of_all_images_is_all_images():
    assert studies.draw(np.zeros(5, int), 5, seed=0).tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("num_images", [0, 6])
def test_a_draw_refuses_more_images_than_there_are_and_none(num_images):
    with pytest.raises(ValueError, match="`num_images` must be between 1 and 5"):
        studies.draw(np.zeros(5, int), num_images, seed=0)


def test_a_curve_by_hand():
    data = small_data()
    fitted = []

    def fit(images, labels, seed):
        fitted.append((len(images), len(labels), seed))
        return lambda unseen: np.full(len(unseen), seed)  # always the class `seed`

    share = np.mean(data.validation[1] == 1)
    curve = studies.learning_curve(fit, data, sizes=[8, 20], seeds=[0, 1, 9])
    assert curve.shape == (3, 2)
    assert curve[1].tolist() == [share, share]
    assert curve[2].tolist() == [0, 0]
    assert (8, 8, 1) in fitted
    assert (20, 20, 9) in fitted


def test_images_and_labels_stay_together():
    data = small_data()
    known = {image.tobytes(): label for image, label in zip(*data.train, strict=True)}

    def fit(images, labels, seed):
        assert [known[image.tobytes()] for image in images] == labels.tolist()
        return lambda unseen: np.zeros(len(unseen), int)

    studies.learning_curve(fit, data, sizes=[12], seeds=[0])


def test_a_point_is_that_of_the_curve_and_says_how_it_arose(monkeypatch):
    data = small_data()
    clock = iter([3.0, 4.237])
    stopwatch = SimpleNamespace(perf_counter=lambda: next(clock))
    monkeypatch.setattr(sample_size, "time", stopwatch)
    entry = studies.curve_point(studies.fit_logistic, data, num_images=20, seed=2)
    curve = studies.learning_curve(
        studies.fit_logistic, data, sizes=[20, 40], seeds=[2]
    )
    assert entry["accuracy"] == curve[0, 0]
    assert (entry["num_images"], entry["seed"]) == (20, 2)
    assert entry["judged_on"] == "validation"
    assert entry["seconds"] == 1.24  # of 4.237 - 3
    assert set(entry["versions"]) == {"python", "keras", "scikit-learn"}


def test_the_crossing_with_a_level_by_hand():
    sizes = [100, 1_000, 10_000]
    rising = np.array([0.6, 0.7, 0.9])
    assert studies.crossing(sizes, rising, 0.8) == pytest.approx(10**3.5)
    assert studies.crossing(sizes, rising, 0.6) == pytest.approx(100)
    assert studies.crossing(sizes, rising, 0.5) == 100
    assert studies.crossing(sizes, rising, 0.9) == np.inf


def test_the_crossing_of_two_curves_is_the_last_one():
    sizes = [1, 10, 100, 1_000]
    first = np.array([0.2, 0.6, 0.4, 0.8])  # ahead, behind, ahead
    assert studies.crossing(sizes, first, np.full(4, 0.5)) == pytest.approx(10**2.25)


def test_the_crossing_agrees_with_a_root_finder():
    rng = np.random.default_rng(3)
    sizes = np.array([50, 400, 900, 20_000])
    first, second = np.sort(rng.random((2, 4)), axis=1)
    first[0], first[-1] = second[0] - 0.1, second[-1] + 0.1
    first[1:-1] = second[1:-1] - 0.05

    def lead(log):
        return np.interp(log, np.log(sizes), first - second)

    root = np.exp(brentq(lead, np.log(sizes[0]), np.log(sizes[-1])))
    assert studies.crossing(sizes, first, second) == pytest.approx(root)


def test_the_crossing_does_not_take_several_seeds_at_once():
    with pytest.raises(ValueError, match="Take one seed or a mean over seeds"):
        studies.crossing([1, 10], np.zeros((3, 2)), 0.5)


def test_epochs_fall_as_images_rise():
    epochs = [studies.sample_size_recipe(n).epochs for n in (100, 1_000, 10_000, 10**7)]
    assert epochs == [50, 16, 5, 3]
    assert studies.sample_size_recipe(100, shift=1).shift == 1


def test_a_network_is_fitted_by_the_recipe_and_from_the_seed():
    (images, labels), (unseen, _), _ = vars(small_data()).values()

    def build():
        return models.linear((8, 8, 1), 4)

    fit = studies.NetworkFit(build)
    first = [fit(images, labels, seed)(unseen) for seed in (0, 1)]
    recipe = studies.sample_size_recipe(len(images))
    for seed, found in enumerate(first):
        plain = training.train(build, (images, labels), recipe=recipe, seed=seed)
        np.testing.assert_array_equal(found, evaluation.predict(plain.model, unseen))


def test_softmax_regression_is_that_of_scikit_learn():
    data = small_data()
    (images, labels), (unseen, _) = data.train, data.validation
    theirs = LogisticRegression(C=0.1, tol=0.002, max_iter=300).fit(
        images.reshape(60, -1), labels
    )
    ours = studies.fit_logistic(images, labels, 0)(unseen)
    np.testing.assert_array_equal(ours, theirs.predict(unseen.reshape(60, -1)))


def test_oriented_gradients_do_not_mind_the_unit_of_the_pixels():
    fashion = studies.fashion_data()
    images, labels = fashion.first(200)
    unseen = fashion.validation[0][:300]
    plain = studies.fit_hog_svm(images, labels, 0)(unseen)
    scaled = studies.fit_hog_svm(images * 100 + 7, labels, 0)(unseen * 100 + 7)
    assert np.mean(plain == scaled) > 0.98  # a byte may round the other way
    assert np.mean(plain == fashion.validation[1][:300]) > 0.7


def test_a_record_is_read_by_method_and_size():
    entries = {
        f"{name} {size} {seed}": {"accuracy": round(seed / 10 + size / 1e6, 6)}
        for name, sizes in studies.SAMPLE_SIZES.items()
        for size in sizes
        for seed in (0, 1)
    }
    curves = studies.sample_size_curves({"entries": entries})
    assert set(curves) == set(studies.sample_size_methods())
    assert curves["CNN"].shape == (2, 6)
    assert curves["CNN, augmented"][1, :2].tolist() == [0.1001, 0.1003]
