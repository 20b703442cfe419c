"""The networks: parameters by hand, layers against Keras, refusals."""

import keras
import numpy as np
import pytest
from keras import layers

from cnnbook import models
from cnnbook.models import FusedBatchNormalization
from cnnbook.training import available_devices, choose_precision, use_precision

ALL = [
    models.linear,
    models.mlp,
    models.source_cnn,
    models.gap_cnn,
    models.residual_cnn,
]


@pytest.mark.parametrize(
    ("build", "parameters"),
    [
        (models.linear, 784 * 3 + 3),
        (models.mlp, 784 * 256 + 256 + 256 * 256 + 256 + 256 * 3 + 3),
        (models.source_cnn, 224_131),  # the source's own summary
        (models.gap_cnn, 19_011),
    ],
)
def test_parameters_by_hand(build, parameters):
    assert build((28, 28, 1), 3).count_params() == parameters


def test_residual_cnn_parameters_by_hand():
    model = models.residual_cnn((28, 28, 1), 10, stem=2, widths=(3,), blocks=1)
    kernels = 9 * (1 * 2 + 2 * 3 + 3 * 3 + 3 * 3)
    normalization = 4 * (2 + 3 + 3 + 3)
    assert model.count_params() == kernels + normalization + 3 * 10 + 10


@pytest.mark.parametrize("build", ALL)
def test_models_answer_with_float32_scores_under_mixed_precision(build):
    if choose_precision(available_devices()) != "mixed_bfloat16":
        pytest.skip("this processor does not convolve in bfloat16")
    keras.utils.set_random_seed(0)
    with use_precision("mixed_bfloat16"):
        model = build((12, 12, 1), 4)
    scores = model(np.random.default_rng(0).normal(size=(2, 12, 12, 1)))
    assert scores.dtype == "float32"
    assert scores.shape == (2, 4)
    sums = np.asarray(scores).sum(axis=1)
    assert not np.allclose(sums, 1, atol=0.01)  # scores, not probabilities


@pytest.mark.parametrize("build", ALL)
def test_models_refuse_a_batch_axis_in_the_image_shape(build):
    with pytest.raises(ValueError, match="Leave out the batch axis"):
        build((None, 28, 28, 1), 10)


def test_models_refuse_one_class():
    with pytest.raises(ValueError, match="`num_classes` must be 2 or more, got 1"):
        models.source_cnn((28, 28, 1), 1)


def test_residual_cnn_names_the_width_that_is_wrong():
    with pytest.raises(ValueError, match=r"`widths\[1\]` must be 1 or more"):
        models.residual_cnn(widths=(8, 0))


def twins():
    """The fused layer and Keras's own, with the same odd variables."""
    rng = np.random.default_rng(0)
    values = [rng.uniform(0.5, 2, 3) for _ in range(4)]
    pair = []
    for kind in (FusedBatchNormalization, layers.BatchNormalization):
        layer = kind(momentum=0.9)
        layer.build((None, 4, 5, 3))
        layer.set_weights(values)
        pair.append(layer)
    return pair


def test_fused_batch_normalization_equals_keras_in_inference():
    fused, plain = twins()
    x = np.random.default_rng(1).normal(3, 2, (6, 4, 5, 3)).astype("float32")
    np.testing.assert_allclose(fused(x), plain(x), atol=1e-5)


def test_fused_batch_normalization_equals_keras_in_training():
    fused, plain = twins()
    x = np.random.default_rng(1).normal(3, 2, (6, 4, 5, 3)).astype("float32")
    np.testing.assert_allclose(
        fused(x, training=True), plain(x, training=True), atol=1e-5
    )
    np.testing.assert_allclose(fused.moving_mean, plain.moving_mean, rtol=1e-5)
    # the variance that is remembered is the unbiased one: n / (n - 1) of the batch's
    n = 6 * 4 * 5
    step = np.asarray(plain.moving_variance) - 0.9 * twins()[1].moving_variance
    expected = 0.9 * twins()[1].moving_variance + step * n / (n - 1)
    np.testing.assert_allclose(fused.moving_variance, expected, rtol=1e-5)


def test_fused_batch_normalization_has_the_gradient_of_keras():
    import tensorflow as tf

    x = np.random.default_rng(2).normal(size=(6, 4, 5, 3)).astype("float32")
    weight = np.random.default_rng(3).normal(size=x.shape)
    gradients = []
    for layer in twins():
        inputs = tf.Variable(x)
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(layer(inputs, training=True) * weight)
        sources = [inputs, layer.gamma.value, layer.beta.value]
        gradients.append(tape.gradient(loss, sources))
    for ours, theirs in zip(*gradients, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=2e-4)


def test_frozen_fused_batch_normalization_uses_its_averages():
    fused, _ = twins()
    fused.trainable = False
    x = np.random.default_rng(1).normal(3, 2, (6, 4, 5, 3)).astype("float32")
    np.testing.assert_array_equal(fused(x, training=True), fused(x))


def test_fused_batch_normalization_survives_saving(tmp_path):
    model = models.residual_cnn((12, 12, 1), 3, stem=2, widths=(3,))
    x = np.random.default_rng(0).normal(size=(4, 12, 12, 1)).astype("float32")
    model.save(tmp_path / "m.keras")
    loaded = keras.saving.load_model(tmp_path / "m.keras")
    np.testing.assert_allclose(model(x), loaded(x), atol=1e-6)


def test_fused_batch_normalization_refuses_vectors():
    with pytest.raises(ValueError, match=r"must be \(n, h, w, c\)"):
        FusedBatchNormalization()(np.zeros((2, 3), "float32"))


@pytest.mark.parametrize(
    ("pooling", "size"),
    [("max", 5), ("average", 5), ("blur", 5), ("stride", 6), ("none", 24)],
)
def test_plain_cnn_parameters_by_hand(pooling, size):
    model = models.plain_cnn((28, 28, 1), 3, pooling=pooling)
    convolutions = 9 * 32 + 32 + 9 * 32 * 64 + 64
    dense = size * size * 64 * 128 + 128 + 128 * 3 + 3
    assert model.count_params() == convolutions + dense
    averaged = models.plain_cnn((28, 28, 1), 3, pooling=pooling, head="average")
    assert averaged.count_params() == convolutions + 64 * 3 + 3  # whatever the size


def test_plain_cnn_applies_its_activation_everywhere():
    model = models.plain_cnn(activation="tanh", initializer="he_normal")
    hidden = [layer for layer in model.layers if hasattr(layer, "kernel")][:-1]
    assert [layer.activation.__name__ for layer in hidden] == ["tanh"] * 3
    assert {type(layer.kernel_initializer).__name__ for layer in hidden} == {"HeNormal"}


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"pooling": "median"}, "`pooling` must be one of 'max', 'average', 'blur'"),
        ({"head": "gap"}, "`head` must be one of 'dense', 'average', got 'gap'"),
    ],
)
def test_plain_cnn_refuses(option, message):
    with pytest.raises(ValueError, match=message):
        models.plain_cnn(**option)


def test_blur_pooling_survives_saving(tmp_path):
    keras.utils.set_random_seed(0)
    model = models.plain_cnn((12, 12, 1), 3, pooling="blur", head="average")
    model.save(tmp_path / "model.keras")
    images = np.random.default_rng(0).normal(size=(2, 12, 12, 1))
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(again(images), model(images), rtol=1e-6)
