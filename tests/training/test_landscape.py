"""Gradient, its noise, and curvature, on networks small enough to do them whole."""

import keras
import numpy as np
import pytest
from scipy.special import softmax

from cnnbook.training import gradient_noise, loss_gradient, sharpness


@pytest.fixture(scope="module")
def linear():
    """Four pixels to three scores, and 60 images: cross-entropy is convex here."""
    keras.utils.set_random_seed(0)
    images = keras.Input((2, 2, 1))
    scores = keras.layers.Dense(3)(keras.layers.Flatten()(images))
    rng = np.random.default_rng(0)
    data = rng.normal(size=(60, 2, 2, 1)).astype("float32"), rng.integers(0, 3, 60)
    return keras.Model(images, scores), *data


def by_hand(model, images, labels):
    """Gradient and Hessian of softmax regression: McCullagh and Nelder's formulas."""
    weights, offsets = model.get_weights()
    flat = images.reshape(len(images), -1)
    p = softmax(flat @ weights + offsets, axis=1)
    seen = np.concatenate([flat, np.ones((len(flat), 1))], axis=1)  # with the offset
    gradient = seen.T @ (p - np.eye(3)[labels]) / len(seen)  # (5, 3)
    covariance = p[:, :, None] * (np.eye(3) - p[:, None, :])  # (n, 3, 3)
    hessian = np.einsum("ni,nj,nab->iajb", seen, seen, covariance) / len(seen)
    return gradient.ravel(), hessian.reshape(15, 15)


def test_the_gradient_is_that_of_softmax_regression(linear):
    expected, _ = by_hand(*linear)
    np.testing.assert_allclose(loss_gradient(*linear), expected, atol=1e-6)


def test_the_sharpness_is_the_top_eigenvalue_of_the_hessian(linear):
    _, hessian = by_hand(*linear)
    top = np.linalg.eigvalsh(hessian)[-1]
    assert sharpness(*linear, tolerance=1e-4) == pytest.approx(top, rel=1e-3)


def test_the_sharpness_does_not_depend_on_the_start(linear):
    found = [sharpness(*linear, seed=seed, tolerance=1e-4) for seed in (0, 1)]
    assert found[0] == pytest.approx(found[1], rel=1e-3)


def test_a_convolution_with_pooling_has_a_curvature_of_finite_differences():
    keras.utils.set_random_seed(1)
    inputs = keras.Input((4, 4, 1))
    features = keras.layers.Conv2D(2, 3, padding="same", activation="tanh")(inputs)
    features = keras.layers.Flatten()(keras.layers.AveragePooling2D(2)(features))
    model = keras.Model(inputs, keras.layers.Dense(2)(features))
    rng = np.random.default_rng(1)
    images, labels = rng.normal(size=(8, 4, 4, 1)).astype("f"), rng.integers(0, 2, 8)
    start = np.concatenate([w.ravel() for w in model.get_weights()])
    shapes = [w.shape for w in model.get_weights()]
    ends = np.cumsum([np.prod(shape) for shape in shapes])[:-1]

    def gradient(point):
        parts = np.split(point, ends)
        model.set_weights([p.reshape(s) for p, s in zip(parts, shapes, strict=True)])
        return loss_gradient(model, images, labels)

    step = 1e-2 * np.eye(len(start))
    rows = [(gradient(start + s) - gradient(start - s)) / 2e-2 for s in step]
    top = np.linalg.eigvalsh((np.array(rows) + np.array(rows).T) / 2)[-1]
    gradient(start)
    assert sharpness(model, images, labels) == pytest.approx(top, rel=0.02)


def test_the_noise_of_a_batch_falls_as_one_over_its_size(linear):
    model, images, labels = linear
    single = np.array(
        [
            loss_gradient(model, x[None], y[None])
            for x, y in zip(images, labels, strict=True)
        ]
    )
    whole = single.mean(axis=0)
    one = np.mean(np.sum((single - whole) ** 2, axis=1)) / np.sum(whole**2)
    for batch_size in (1, 30):
        found = gradient_noise(*linear, batch_size=batch_size, num_batches=100, seed=0)
        assert found == pytest.approx(one / batch_size, rel=0.3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda m, x, y: loss_gradient(m, x, y + 1), r"in 0 … 2"),
        (lambda m, x, y: sharpness(m, x, y[:-1]), "`labels`"),
        (lambda m, x, y: sharpness(m, x, y, tolerance=0), "`tolerance` must be"),
        (
            lambda m, x, y: gradient_noise(
                m, x, y, batch_size=0, num_batches=1, seed=0
            ),
            "`batch_size` must be 1 or more",
        ),
        (
            lambda m, x, y: gradient_noise(
                m, x, y, batch_size=1, num_batches=0, seed=0
            ),
            "`num_batches` must be 1 or more",
        ),
    ],
)
def test_what_cannot_be_measured_is_refused(linear, call, message):
    with pytest.raises(ValueError, match=message):
        call(*linear)
