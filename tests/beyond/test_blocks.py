"""Newer blocks: counted by hand, equal to others' code, refused where impossible."""

import keras
import numpy as np
import pytest

from cnnbook.beyond import blocks
from cnnbook.reference import count_network


def model_of(block, width=6, size=5):
    features = keras.Input((size, size, width))
    return keras.Model(features, block(features))


def fill(model, seed=0):
    rng = np.random.default_rng(seed)
    model.set_weights([rng.uniform(0.2, 1, w.shape) for w in model.weights])


def test_a_separable_block_is_counted_by_hand():
    counted = count_network(model_of(lambda maps: blocks.separable(maps, 8)))
    assert counted.macs == 25 * (9 * 6 + 6 * 8)
    assert counted.parameters == 9 * 6 + 4 * 6 + 6 * 8 + 4 * 8


def test_a_separable_block_is_keras_separable_convolution():
    ours = model_of(lambda maps: blocks.separable(maps, 8))
    maps = np.abs(np.random.default_rng(1).normal(size=(2, 5, 5, 6)))
    depthwise, pointwise = (
        layer
        for layer in ours.layers
        if isinstance(layer, keras.layers.DepthwiseConv2D | keras.layers.Conv2D)
    )
    # kernels above 0: relu changes nothing, and normalization scales by 1 / 1.001
    depthwise.set_weights([np.full((3, 3, 6, 1), 0.5)])
    pointwise.set_weights([np.full((1, 1, 6, 8), 0.25)])
    theirs = keras.layers.SeparableConv2D(8, 3, padding="same", use_bias=False)
    theirs.build(maps.shape)
    theirs.set_weights([np.full((3, 3, 6, 1), 0.5), np.full((1, 1, 6, 8), 0.25)])
    expected = np.asarray(theirs(maps)) / 1.001
    np.testing.assert_allclose(ours(maps), expected, rtol=1e-5)


def test_squeeze_and_excitation_scales_whole_maps():
    model = model_of(lambda maps: blocks.squeeze_excite(maps, 2))
    fill(model)
    maps = np.random.default_rng(2).uniform(1, 2, size=(1, 5, 5, 6)).astype("float32")
    ratios = np.asarray(model(maps)) / maps
    everywhere = np.broadcast_to(ratios[:, :1, :1], maps.shape)
    np.testing.assert_allclose(ratios, everywhere, rtol=1e-5)
    assert ratios.min() > 0
    assert ratios.max() < 1


@pytest.mark.parametrize("block", [blocks.inverted_bottleneck, blocks.convnext])
def test_a_block_whose_last_layer_is_silent_passes_its_input_on(block):
    model = model_of(block)
    fill(model)
    last = [
        layer
        for layer in model.layers
        if isinstance(layer, keras.layers.Conv2D | keras.layers.Dense)
    ][-1]
    last.set_weights([np.zeros(w.shape) for w in last.weights])
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            _, _, mean, variance = layer.get_weights()
            layer.set_weights([np.ones_like(mean), 0 * mean, 0 * mean, variance])
    maps = np.random.default_rng(3).normal(size=(1, 5, 5, 6)).astype("float32")
    np.testing.assert_allclose(model(maps), maps, atol=1e-6)


def test_the_bottlenecks_kernels_are_counted_by_hand():
    c, wide = 8, 32
    found = count_network(model_of(blocks.inverted_bottleneck, width=c)).macs
    assert found == 25 * (c * wide + 9 * wide + wide * c) + 2 * wide * (c // 4)
    found = count_network(model_of(blocks.convnext, width=c)).macs
    assert found == 25 * (49 * c + 2 * c * wide)


def test_the_four_networks_cost_the_same():
    macs = [count_network(blocks.block_network(kind)).macs for kind in blocks.KINDS]
    assert max(macs) / min(macs) < 1.07


def test_impossible_networks_are_refused():
    with pytest.raises(ValueError, match="`kind` must be one of"):
        blocks.block_network("transformer")
    with pytest.raises(ValueError, match="`expand` must be 1 or more"):
        blocks.convnext(keras.Input((5, 5, 4)), expand=0)
