"""Bytes in, probabilities out; and maps that are Grad-CAM without a gradient."""

import keras
import numpy as np
import pytest
from keras import layers
from scipy.special import softmax

from cnnbook import models
from cnnbook.deploy.graph import explaining_model, serving_model
from cnnbook.interpretation import Inspector, grad_cam
from cnnbook.runtimes import OnnxRuntime


def test_the_graph_scales_and_ends_in_softmax(trained, pixels):
    standardized = (pixels / 255 - 0.25) / 0.5  # the constants of the small network
    scores = np.asarray(trained.model(standardized.astype(np.float32)))
    model = serving_model(trained.model, trained.preprocessor)
    np.testing.assert_allclose(model(pixels), softmax(scores, axis=1), atol=1e-6)


def test_names_and_types_are_those_of_the_contract(trained):
    model = serving_model(trained.model, trained.preprocessor)
    assert [(i.name, i.dtype) for i in model.inputs] == [("image", "uint8")]
    assert model.output_names == ["probabilities"]
    explaining = explaining_model(trained.model, trained.preprocessor)
    assert explaining.output_names == ["probabilities", "class_maps"]


def test_the_weights_are_shared_not_copied(trained):
    model = serving_model(trained.model, trained.preprocessor)
    assert {id(w) for w in trained.model.weights} == {id(w) for w in model.weights}


def test_the_maps_of_the_exported_file_are_grad_cam_before_its_relu(
    artifacts, trained, pixels
):
    maps = OnnxRuntime(artifacts["explain"]).run(pixels)["class_maps"]
    last = trained.model.layers[-3].name  # before the global maximum
    for label in (0, 7):
        found = Inspector(trained.model).gradients(
            trained.preprocessor(pixels), np.full(len(pixels), label), last
        )
        expected = grad_cam(found.maps, found.gradients, relu=False)
        np.testing.assert_allclose(maps[..., label], expected, atol=1e-6)
        assert np.abs(expected).max() > 1e-3  # there is something to compare


def test_behind_an_average_the_maps_add_up_to_the_score(trained, pixels):
    keras.utils.set_random_seed(1)
    average = models.gap_cnn()
    _, maps = explaining_model(average, trained.preprocessor)(pixels)
    bias = average.layers[-1].get_weights()[1]
    expected = average(trained.preprocessor(pixels))
    np.testing.assert_allclose(
        np.sum(maps, axis=(1, 2)) + bias, expected, rtol=1e-3, atol=1e-5
    )


def test_a_network_with_hidden_dense_layers_has_no_such_maps(trained):
    with pytest.raises(ValueError, match=r"end in a global pooling.*got Dense and Den"):
        explaining_model(models.source_cnn(), trained.preprocessor)


@pytest.mark.parametrize(
    "last", [layers.Softmax(), layers.Dense(10, activation="softmax")]
)
def test_a_second_softmax_is_refused(trained, last):
    image = keras.Input((28, 28, 1))
    probabilities = last(layers.Dense(10)(layers.Flatten()(image)))
    with pytest.raises(ValueError, match=r"softmax, which would be applied twice"):
        serving_model(keras.Model(image, probabilities), trained.preprocessor)
