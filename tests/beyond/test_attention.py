"""Attention: by hand, against Keras, its laws, and refusals."""

import keras
import numpy as np
import pytest

from cnnbook.beyond.attention import (
    attend,
    cut_patches,
    join_patches,
    multi_head,
    reached,
)


def test_by_hand():
    queries = np.array([[0.0, 0.0], [2.0, 0.0]])
    keys = np.array([[np.sqrt(0.5) * np.log(3), 0.0], [0.0, 0.0]])
    output, weights = attend(queries, keys, np.array([[4.0], [0.0]]))
    # scores of the second row: log(3) and 0, hence shares of 3/4 and 1/4
    np.testing.assert_allclose(weights, [[0.5, 0.5], [0.75, 0.25]])
    np.testing.assert_allclose(output, [[2.0], [3.0]])


def test_large_scores_do_not_overflow():
    _, weights = attend(np.full((1, 1), 1e3), np.array([[1e3], [0.0]]), np.eye(2))
    np.testing.assert_array_equal(weights, [[1, 0]])


@pytest.mark.parametrize("heads", [1, 2])
def test_as_keras(heads):
    keras.utils.set_random_seed(0)
    layer = keras.layers.MultiHeadAttention(heads, 3, bias_initializer="normal")
    tokens = np.random.default_rng(0).normal(size=(2, 5, 6)).astype("float32")
    theirs, shares = layer(tokens, tokens, return_attention_scores=True)
    ours, weights = multi_head(tokens, layer.get_weights())
    np.testing.assert_allclose(ours, theirs, atol=1e-5)
    np.testing.assert_allclose(weights, shares, atol=1e-6)


def test_patches_by_hand_and_back():
    image = np.arange(16.0).reshape(1, 4, 4, 1)
    patches = cut_patches(image, 2)
    np.testing.assert_array_equal(patches[0, 1], [2, 3, 6, 7])
    np.testing.assert_array_equal(join_patches(patches, (4, 4, 1)), image)
    colors = np.random.default_rng(0).normal(size=(3, 6, 4, 3))
    again = join_patches(cut_patches(colors, 2), (6, 4, 3))
    np.testing.assert_array_equal(again, colors)


def test_attention_follows_its_tokens():
    rng = np.random.default_rng(0)
    tokens, order = rng.normal(size=(1, 6, 4)), rng.permutation(6)
    output, _ = attend(tokens, tokens, tokens)
    shuffled, _ = attend(tokens[:, order], tokens[:, order], tokens[:, order])
    np.testing.assert_allclose(shuffled, output[:, order])


def test_reach_of_known_layers():
    tokens = np.random.default_rng(0).normal(size=(1, 5, 2))
    own = reached(lambda x: 2 * x, tokens, 3)
    np.testing.assert_array_equal(own, [0, 0, 0, 1, 0])
    assert reached(lambda x: attend(x, x, x)[0], tokens, 0).all()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: cut_patches(np.zeros((1, 4, 6, 1)), 4), "`size` must divide 4 and 6"),
        (lambda: cut_patches(np.zeros((4, 4, 1)), 2), "`images` must be"),
        (lambda: join_patches(np.zeros((1, 3, 4)), (4, 4, 1)), "`patches` must be"),
        (lambda: join_patches(np.zeros((1, 4, 5)), (4, 4, 1)), "`patches` must be"),
        (
            lambda: attend(np.zeros((2, 3)), np.zeros((2, 4)), np.zeros((2, 1))),
            "one length",
        ),
        (lambda: multi_head(np.zeros((1, 2, 3)), [np.eye(2)]), "eight arrays, got 1"),
        (lambda: reached(lambda x: x, np.zeros((1, 2, 3)), 2), "from 0 to 1, got 2"),
    ],
)
def test_refusals(wrong, message):
    with pytest.raises(ValueError, match=message):
        wrong()
