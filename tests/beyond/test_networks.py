"""The small networks keep the laws that they were chosen for."""

import keras
import numpy as np
import pytest

from cnnbook.beyond import networks
from cnnbook.beyond.graphs import nearest_neighbors
from cnnbook.beyond.networks import Pairs

CLOUDS = np.random.default_rng(0).normal(size=(2, 64, 3)).astype("float32")
ORDER = np.random.default_rng(1).permutation(64)


def answers(model, clouds):
    if len(model.inputs) == 1:
        return model.predict(clouds, verbose=0)
    near = nearest_neighbors(clouds, 8).astype("int32")
    return model.predict([clouds, near], verbose=0)


@pytest.mark.parametrize(("kind", "moves"), [("set", 0), ("messages", 0), ("list", 1)])
def test_only_the_list_sees_the_order_of_points(kind, moves):
    keras.utils.set_random_seed(0)
    model = networks.point_network(64, 4, kind=kind)
    gap = np.abs(answers(model, CLOUDS) - answers(model, CLOUDS[:, ORDER])).max()
    assert (gap > 1e-4) == bool(moves)


def test_pairs_by_hand():
    points = np.array([[[1.0], [4.0], [9.0]]], "float32")
    found = np.array(Pairs()([points, np.array([[[1], [2], [0]]])]))
    assert found[0, :, 0].tolist() == [[1, 3], [4, 5], [9, -8]]


def test_a_text_network_does_not_see_where_a_piece_stands():
    keras.utils.set_random_seed(0)
    model = networks.text_cnn(10, 28, 3)
    early = np.array([[0, 0, 2, 3, 4, 0, 0, 0, 0, 0]])
    late = np.roll(early, 3, axis=1)
    np.testing.assert_allclose(
        model.predict(early, verbose=0), model.predict(late, verbose=0), atol=1e-6
    )


def test_accuracies_are_those_of_the_seeds():
    rng = np.random.default_rng(2)
    x = rng.normal(size=(100, 14, 14, 1)).astype("float32")
    y = (x.mean(axis=(1, 2, 3)) > 0).astype(int)

    def run(*seeds):
        build = lambda: networks.grid_cnn(14, 2)  # noqa: E731
        return networks.accuracies(build, (x, y), [(x, y)], epochs=2, seeds=seeds)

    both, model = run(0, 1)
    alone, _ = run(1)
    assert both.shape == (2, 1)
    np.testing.assert_allclose(both[1], alone[0], atol=0.03)
    found = np.mean(model.predict(x, verbose=0).argmax(axis=1) == y)
    assert found == pytest.approx(both[1, 0])


def test_predictions_are_those_of_keras_in_parts_of_500():
    keras.utils.set_random_seed(0)
    model = networks.text_cnn(10, 28, 3)
    codes = np.random.default_rng(3).integers(0, 28, (501, 10))
    theirs = model.predict(codes, verbose=0)
    np.testing.assert_allclose(networks.predict(model, codes), theirs, atol=1e-5)


def test_shapes_and_refusals():
    assert networks.wave_cnn(1024, 6).output_shape == (None, 6)
    assert networks.spectrogram_cnn(15, 65, 6).output_shape == (None, 6)
    assert networks.graph_network(25, 4, 10).count_params() == 2922
    with pytest.raises(ValueError, match="`kind` must be one of 'set'"):
        networks.point_network(64, 4, kind="cnn")
    with pytest.raises(ValueError, match="`kernel` must be 1 or more"):
        networks.text_cnn(24, 28, 10, kernel=0)
