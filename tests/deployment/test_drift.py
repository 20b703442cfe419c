"""The drift monitor on Fashion-MNIST: rare false alarms, shifts seen, refusals."""

import functools

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from scipy.stats import ks_2samp

from cnnbook.data import load_fashion_mnist
from cnnbook.deploy.drift import (
    fit_monitor,
    image_statistics,
    ks_distance,
    population_stability,
)
from tests.serving.small_model import expected

WINDOW = 200
FALSE_ALARM = 0.02


@functools.cache
def test_set():
    data = load_fashion_mnist()
    order = np.random.default_rng(0).permutation(len(data.test_images))
    return data.test_images[order], data.test_labels[order]


test_set.__test__ = False


def statistics(images):
    return image_statistics(images, expected(images))


@functools.cache
def monitor():
    images, _ = test_set()
    reference = statistics(images[:5000])
    return fit_monitor(reference, window=WINDOW, false_alarm=FALSE_ALARM, seed=0)


def fresh_windows():
    """(25, WINDOW, 28, 28, 1) that the monitor has not seen, and their labels."""
    images, labels = test_set()
    fresh = images[5000:].reshape(25, WINDOW, 28, 28, 1)
    return fresh, labels[5000:].reshape(25, WINDOW)


def alarms(windows):
    return np.mean([monitor().check(statistics(window)).alarm for window in windows])


def test_statistics_by_hand():
    image = np.zeros((1, 2, 2, 1), np.uint8)
    image[0, :, 1] = 100  # two of four pixels; edges across, none down
    found = image_statistics(image, np.array([[0.25, 0.75]]))
    assert {name: values.tolist() for name, values in found.items()} == {
        "mean": [50.0],
        "contrast": [50.0],
        "sharpness": [50.0],
        "area": [0.5],
        "confidence": [0.75],
    }


@pytest.mark.parametrize("digits", [0, 1, 8])
def test_the_distance_is_that_of_scipy_with_ties_and_without(digits):
    rng = np.random.default_rng(digits)
    a, b = rng.normal(size=80).round(digits), rng.normal(0.3, size=50).round(digits)
    values, in_window = np.concatenate([a, b]), np.arange(130) >= 80
    order = np.argsort(values)
    ours = ks_distance(values[order], in_window[order])
    assert ours == pytest.approx(ks_2samp(a, b).statistic)


def test_the_distance_of_samples_that_do_not_overlap_is_one():
    assert ks_distance(np.arange(4.0), np.array([True, True, False, False])) == 1


def test_one_statistic_has_the_threshold_of_the_theory():
    # 1.63 sqrt(1/n + 1/m): the 0.01 level of Smirnov's limit
    values = np.random.default_rng(0).normal(size=4000)
    fitted = fit_monitor({"x": values}, window=400, false_alarm=0.01, seed=0)
    limit = 1.63 * np.sqrt(1 / 400 + 1 / 3600)
    assert fitted.threshold == pytest.approx(limit, rel=0.06)


@pytest.mark.slow
def test_clean_windows_raise_alarms_at_the_stated_rate():
    images, _ = test_set()
    fresh = statistics(images[5000:])
    rng = np.random.default_rng(1)
    raised = []
    for _ in range(300):
        part = rng.choice(5000, WINDOW, replace=False)
        window = {name: values[part] for name, values in fresh.items()}
        raised.append(monitor().check(window).alarm)
    rate = np.mean(raised)
    # 6 of 300 expected; the reference is a sample itself, which widens the band
    assert 0.0 < rate < 3 * FALSE_ALARM


def test_dimming_blur_and_noise_are_seen_in_every_window():
    windows, _ = fresh_windows()
    noise = np.random.default_rng(0).integers(-15, 16, windows.shape)
    shifts = {
        "dimming": (windows * 0.7).astype(np.uint8),
        "blur": gaussian_filter(windows, (0, 0, 0.8, 0.8, 0)),
        "noise": np.clip(windows + noise, 0, 255).astype(np.uint8),
    }
    for shifted in shifts.values():
        assert alarms(shifted) == 1


def test_a_shift_of_classes_is_seen():
    images, labels = test_set()
    fresh, labels = images[5000:], labels[5000:]
    shoes = np.flatnonzero(np.isin(labels, (5, 7, 9)))
    rng = np.random.default_rng(0)
    windows = [
        # six in ten are shoes, where three in ten should be
        fresh[np.concatenate([rng.choice(shoes, 85), rng.choice(5000, 115)])]
        for _ in range(25)
    ]
    assert alarms(windows) > 0.9


def test_the_suspect_is_what_changed():
    windows, _ = fresh_windows()
    blurred = gaussian_filter(windows[0], (0, 0.8, 0.8, 0))
    drift = monitor().check(statistics(blurred))
    assert {"sharpness", "area"} <= set(drift.suspects)
    assert "mean" not in drift.suspects


def test_the_monitor_is_the_same_for_the_same_seed():
    values = {"x": np.random.default_rng(0).normal(size=200)}
    first, second = (
        fit_monitor(values, window=20, false_alarm=0.1, draws=200, seed=3).threshold
        for _ in range(2)
    )
    assert first == second


def test_stability_by_hand():
    # shares 3/4, 1/4 and 1/4, 3/4 after the half counts: 2 * 0.5 * ln 3
    assert population_stability([1, 0], [0, 1]) == pytest.approx(np.log(3))
    assert population_stability([40, 60], [40, 60]) == 0


def test_small_clean_windows_break_the_usual_limit_of_stability():
    rng = np.random.default_rng(0)
    expected_counts = np.full(20, 5000)
    clean = [
        population_stability(expected_counts, rng.multinomial(100, [1 / 20] * 20))
        for _ in range(200)
    ]
    assert np.mean(clean) == pytest.approx(19 / 100, rel=0.25)
    assert np.mean(np.array(clean) > 0.1) > 0.9


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"window": 90}, "`window` must be between 2 and 50"),
        ({"window": 10, "false_alarm": 0}, "`false_alarm` must be between"),
        ({"window": 10, "draws": 100}, r"`draws` must be 2000\.0 or more"),
    ],
)
def test_a_monitor_that_would_not_hold_its_promise_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        fit_monitor({"x": np.arange(100.0)}, seed=0, **options)


def test_windows_that_do_not_fit_the_monitor_are_refused():
    windows, _ = fresh_windows()
    with pytest.raises(ValueError, match="must be of 200 images, got mean of"):
        monitor().check(statistics(windows[0][:10]))
    with pytest.raises(ValueError, match="must hold area, confidence, contrast"):
        monitor().check(image_statistics(windows[0]))
    broken = statistics(windows[0])
    broken["mean"][3] = np.nan
    with pytest.raises(ValueError, match="finite, mean is not"):
        monitor().check(broken)


def test_histograms_of_other_bins_are_refused():
    with pytest.raises(ValueError, match=r"shapes \(2,\) and \(3,\)"):
        population_stability([1, 2], [1, 2, 3])
    with pytest.raises(ValueError, match="counts of 0 or more"):
        population_stability([1, 2], [1, -1])
