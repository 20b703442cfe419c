"""The networks of the textbooks have the sizes that their papers print."""

import keras
import numpy as np
import pytest

from cnnbook.beyond import classics
from cnnbook.reference import count_network
from tests.reference import literature_counts as counts

# Szegedy et al. (2015), table 1, thousands of parameters. A "K" is 1,024 there: only
# so do the first blocks agree to the last digit.
PRINTED = {"conv2": 112, "inception_3a": 159, "inception_3b": 380, "linear": 1000}


def test_table_of_c3_is_the_printed_one():
    assert [tuple(sorted(read)) for read in classics.LENET_C3] == [
        tuple(sorted(read)) for read in counts.LENET_C3
    ]


def test_layers_of_lenet_have_the_printed_parameters():
    model = classics.lenet5()
    for name, (parameters, _) in counts.LENET.items():
        assert classics.block_parameters(model, name) == parameters
    assert model.count_params() - classics.block_parameters(model, "scores") == 60_000


def test_the_lenet_of_textbooks_by_hand():
    model = classics.lenet5(faithful=False)
    assert model.count_params() == 156 + 2_416 + 48_120 + 10_164 + 850


def test_dense_layers_by_hand():
    images = keras.Input((8, 8, 300))
    maps = keras.layers.Flatten()(keras.layers.Conv2D(256, 3)(images))
    model = keras.Model(images, keras.layers.Dense(20)(maps))
    # 9 * 300 * 256 + 256, and 36 * 256 * 20 + 20
    assert classics.millions(model) == {"convolutions": 0.7, "dense": 0.2}


def test_a_map_of_c3_ignores_what_its_row_leaves_out():
    model = classics.lenet5()
    inside = keras.Model(model.get_layer("S2").output, model.get_layer("C3").output)
    rng = np.random.default_rng(0)
    maps = rng.normal(size=(1, 14, 14, 6)).astype("float32")
    poked = maps.copy()
    poked[..., 0] += 1
    changed = np.abs(inside(maps) - inside(poked)).max(axis=(0, 1, 2)) > 0
    assert changed.tolist() == [0 in read for read in classics.LENET_C3]


@pytest.mark.slow
def test_alexnet_has_the_printed_first_layer_and_sixty_million_parameters():
    model = classics.alexnet()
    count = count_network(model)
    assert count["conv1"].parameters == counts.ALEXNET["parameters"]
    assert np.prod(count["conv1"].shape) == counts.ALEXNET["neurons"]
    assert round(model.count_params() / 1e7) == 6
    # by hand: two groups read half of the maps each
    assert count["conv2"].parameters == 25 * 48 * 256 + 256


def test_an_inception_block_by_hand():
    maps = keras.Input((8, 8, 10))
    block = classics.inception_block(maps, (1, 2, 3, 4, 5, 6), "block")
    assert block.shape == (None, 8, 8, 1 + 3 + 5 + 6)
    model = keras.Model(maps, block)
    weights = 10 * (1 + 2 + 4 + 6) + 9 * 2 * 3 + 25 * 4 * 5
    assert model.count_params() == weights + (1 + 2 + 3 + 4 + 5 + 6)


@pytest.mark.slow
def test_googlenet_has_the_printed_blocks():
    model = classics.googlenet()
    for name, printed in PRINTED.items():
        found = classics.block_parameters(model, name) / 1024
        assert found == pytest.approx(printed, rel=0.007)
    assert model.count_params() == 6_998_552
    assert count_network(model).macs == pytest.approx(1.5e9, rel=0.06)


def test_refusals_say_what_to_do():
    with pytest.raises(ValueError, match=r"`groups` must be 1 or 2, got 3\. The paper"):
        classics.alexnet(groups=3)
    with pytest.raises(ValueError, match="six positive numbers of kernels"):
        classics.inception_block(keras.Input((8, 8, 3)), (1, 2, 3), "block")
    with pytest.raises(ValueError, match="must begin the name of a layer"):
        classics.block_parameters(classics.lenet5(), "C9")
