"""The preprocessor: by hand, four ways that agree, and what it refuses."""

import io

import keras
import numpy as np
import pytest
from PIL import Image
from sklearn.preprocessing import StandardScaler

from cnnbook import models
from cnnbook.preprocessing import Preprocessor, Standardizer, resize, to_unit
from cnnbook.preprocessing.preprocessor import PreprocessorLayer

SCALINGS = ("standard", "unit", "signed")


def some_images(n=6, h=10, w=12, c=3, seed=0):
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (n, h, w, c), dtype=np.uint8)


def small_model(shape=(10, 12, 3), seed=0):
    keras.utils.set_random_seed(seed)
    return models.plain_cnn(shape, 4, head="average")


def as_png(image):
    stream = io.BytesIO()
    flat = image[..., 0] if image.shape[2] == 1 else image
    Image.fromarray(flat).save(stream, "PNG")
    return stream.getvalue()


def test_the_three_scalings_by_hand():
    images = np.array([0, 51, 204, 255], np.uint8).reshape(1, 2, 2, 1)
    unit = Preprocessor.fit(images, "unit")
    np.testing.assert_allclose(unit(images).ravel(), [0, 0.2, 0.8, 1], atol=1e-7)
    signed = Preprocessor.fit(images, "signed")
    np.testing.assert_allclose(signed(images).ravel(), [-1, -0.6, 0.6, 1], atol=1e-6)
    standard = Preprocessor.fit(images)
    # mean 127.5; squares 127.5² and 76.5², twice each
    deviation = np.sqrt((127.5**2 + 76.5**2) / 2)
    assert standard.offset == (127.5,)
    assert standard.scale == pytest.approx((deviation,))
    found = standard(images)
    assert found.dtype == np.float32
    assert found.ravel()[0] == pytest.approx(-127.5 / deviation)


def test_each_channel_has_its_own_constants_as_in_scikit_learn():
    images = some_images() // np.array([1, 2, 5], np.uint8)
    theirs = StandardScaler().fit_transform(images.reshape(-1, 3).astype(float))
    ours = Preprocessor.fit(images)(images)
    np.testing.assert_allclose(ours.reshape(-1, 3), theirs, atol=1e-5)


def test_the_constants_of_training_are_applied_to_other_images():
    dark, light = some_images() // 4, some_images() // 4 + 190
    preprocessor = Preprocessor.fit(dark)
    assert preprocessor(light).mean() > 5  # not their own mean


def test_scaling_agrees_with_the_functions_for_arrays():
    images = some_images()
    unit = Preprocessor.fit(images, "unit")(images)
    np.testing.assert_array_equal(unit, to_unit(images))
    bytes_ = Standardizer.fit(images)(images)
    np.testing.assert_array_equal(Preprocessor.fit(images)(images), bytes_)
    floats = Standardizer.fit(to_unit(images))(to_unit(images))
    np.testing.assert_allclose(Preprocessor.fit(images)(images), floats, atol=2e-6)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("scaling", SCALINGS)
def test_four_ways_agree(scaling, channels, tmp_path):
    """Arrays, the layer, the saved model, and bytes of files."""
    images = some_images(c=channels)
    model = small_model((10, 12, channels))
    preprocessor = Preprocessor.fit(images, scaling, background=7)
    assert preprocessor.background == 7
    scaled = preprocessor(images)
    scores = model.predict_on_batch(scaled)
    layer = np.asarray(preprocessor.layer()(images))
    np.testing.assert_allclose(layer, scaled, atol=1e-6)

    attached = preprocessor.attach(model)
    np.testing.assert_allclose(attached.predict_on_batch(images), scores, atol=1e-6)
    attached.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert Preprocessor.of(loaded) == preprocessor
    np.testing.assert_allclose(loaded.predict_on_batch(images), scores, atol=1e-6)

    files = [as_png(image) for image in images]
    again = np.stack([Preprocessor.of(loaded).read(content) for content in files])
    np.testing.assert_array_equal(again, images)
    np.testing.assert_allclose(loaded.predict_on_batch(again), scores, atol=1e-6)


def test_attached_is_functional_uncompiled_and_shares_weights():
    model = small_model()
    attached = Preprocessor.fit(some_images()).attach(model)
    assert type(attached).__name__ == "Functional"
    assert not attached.compiled
    assert attached.input_shape == (None, 10, 12, 3)
    assert attached.output_shape == (None, 4)
    assert attached.count_params() == model.count_params()
    model.set_weights([np.zeros_like(weight) for weight in model.get_weights()])
    assert not np.any(attached.predict_on_batch(some_images()))


def test_attached_takes_bytes_and_floats_with_fractions():
    attached = Preprocessor.fit(some_images(), "unit").attach(small_model())
    images = some_images(seed=1)
    ours = attached.predict_on_batch(images)
    floats = attached.predict_on_batch(images.astype("float32"))
    np.testing.assert_array_equal(ours, floats)
    layer = Preprocessor.fit(some_images(), "unit").layer()
    assert np.asarray(layer(np.full((1, 10, 12, 3), 127.5))).max() == 0.5


def test_the_layer_stays_in_float32_under_mixed_precision():
    images = some_images()
    preprocessor = Preprocessor.fit(images)
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        layer = preprocessor.layer()
        found = layer(images)
        inside = preprocessor.attach(small_model()).get_layer("preprocessor")
    finally:
        keras.config.set_dtype_policy("float32")
    assert layer.compute_dtype == inside.compute_dtype == "float32"
    np.testing.assert_allclose(np.asarray(found), preprocessor(images), atol=1e-6)


def test_a_config_holds_everything():
    preprocessor = Preprocessor((10, 12, 1), (3,), (0.5,), background=9)
    layer = preprocessor.layer()
    config = keras.saving.serialize_keras_object(layer)
    again = keras.saving.deserialize_keras_object(config)
    assert isinstance(again, PreprocessorLayer)
    assert again.preprocessor == preprocessor
    assert hash(again.preprocessor) == hash(preprocessor)


def test_read_resizes_and_applies_background_and_channels():
    rgba = np.zeros((40, 30, 4), np.uint8)
    rgba[:20] = 255
    stream = io.BytesIO()
    Image.fromarray(rgba).save(stream, "PNG")
    preprocessor = Preprocessor((10, 12, 1), (0,), (255,), background=60)
    found = preprocessor.read(stream.getvalue())
    gray = np.full((40, 30, 1), 60, np.uint8)
    gray[:20] = 255
    np.testing.assert_array_equal(found, resize(gray, (10, 12)))
    assert found.shape == (10, 12, 1)
    with pytest.raises(ValueError, match="at most 100 pixels"):
        preprocessor.read(stream.getvalue(), max_pixels=100)


def test_of_finds_it_in_a_nested_model():
    preprocessor = Preprocessor.fit(some_images())
    attached = preprocessor.attach(small_model())
    pixels = keras.Input((10, 12, 3))
    outer = keras.Model(pixels, keras.layers.Softmax()(attached(pixels)))
    assert Preprocessor.of(outer) == preprocessor


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (to_unit(some_images()), r"bytes \(uint8, 0-255\), got float32 from 0 to 1"),
        (np.full((1, 10, 12, 3), np.nan), "got float64 with NaN"),
        (some_images().astype(int) - 5, "got int64 from -5 to 250"),
        (some_images()[0], r"add the batch axis: images\[None\]"),
        (some_images(h=9), r"must be \(10, 12, 3\) each, got \(9, 12, 3\)"),
        (some_images(c=1), r"each, got \(10, 12, 1\)"),
        (some_images()[:0], "`images` is empty along n"),
        ([], "got float64"),
        ([some_images()[0], some_images(h=9)[0]], "got images of different sizes"),
        (np.array("cat"), "got <U3"),
    ],
)
def test_calling_refuses(images, message):
    with pytest.raises(ValueError, match=message):
        Preprocessor.fit(some_images())(images)


@pytest.mark.parametrize(
    ("images", "scaling", "message"),
    [
        (to_unit(some_images()), "unit", "Pass the pixels as they were read"),
        (some_images()[0], "unit", "`images` must be"),
        (some_images(c=2), "unit", r"`image_shape\[2\]` must be one of 1, 3, got 2"),
        (some_images(), "zscore", "`scaling` must be one of 'standard', 'unit'"),
        (some_images() * 0, "standard", "a channel of one constant value"),
    ],
)
def test_fit_refuses(images, scaling, message):
    with pytest.raises(ValueError, match=message):
        Preprocessor.fit(images, scaling)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"image_shape": (10, 12)}, r"`image_shape` must be \(h, w, c\)"),
        ({"image_shape": (10, 0, 1)}, r"`image_shape` must be \(h, w, c\)"),
        ({"offset": (1, 2)}, "`offset` must be 1 finite numbers"),
        ({"offset": (np.nan,)}, "`offset` must be 1 finite numbers"),
        ({"scale": (0,)}, "`scale` must be positive"),
        ({"background": -1}, "`background` must be between"),
        ({"resizing": "nearest"}, "`resizing` must be one of"),
    ],
)
def test_a_preprocessor_that_makes_no_sense_is_refused(changed, message):
    fields = {"image_shape": (10, 12, 1), "offset": (0,), "scale": (1,)} | changed
    with pytest.raises(ValueError, match=message):
        Preprocessor(**fields)


def test_attach_refuses_other_shapes_and_a_second_preprocessor():
    preprocessor = Preprocessor.fit(some_images())
    with pytest.raises(ValueError, match=r"images \(None, 10, 12, 3\), which this"):
        preprocessor.attach(small_model((28, 28, 3)))
    with pytest.raises(ValueError, match="pixels would be scaled twice"):
        preprocessor.attach(preprocessor.attach(small_model()))


def test_the_layer_refuses_other_sizes():
    with pytest.raises(ValueError, match="Resize images before the model"):
        Preprocessor.fit(some_images()).layer()(some_images(w=11))


def test_a_model_without_preprocessor_says_so():
    with pytest.raises(ValueError, match="'plain_cnn' has none"):
        Preprocessor.of(small_model())
    with pytest.raises(ValueError, match="must have a preprocessor inside"):
        Preprocessor.of("model.keras")
