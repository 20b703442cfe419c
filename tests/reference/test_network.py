"""A network counted: by hand, against Keras, along any graph, and what it refuses."""

import inspect
import sys

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keras import layers

from cnnbook import models
from cnnbook.reference import count_network, receptive_field
from cnnbook.reference.graph import walk
from tests.reference.agreement import examples

SMALL = (12, 10, 2)


def functional(build, shape=SMALL):
    images = keras.Input(shape, name="image")
    return keras.Model(images, build(images))


def test_the_network_of_the_source_by_hand():
    count = count_network(models.source_cnn())
    by_hand = {  # parameters, multiply-adds, receptive field
        "image": (0, 0, 1),
        "conv1": (9 * 32 + 32, 26 * 26 * 9 * 32, 3),
        "pool1": (0, 0, 4),
        "conv2": (9 * 32 * 64 + 64, 11 * 11 * 9 * 32 * 64, 8),
        "pool2": (0, 0, 10),
    }
    for name, expected in by_hand.items():
        layer = count[name]
        assert (layer.parameters, layer.macs, layer.field) == expected, name
    assert count["conv1"].activation_bytes == 4 * 26 * 26 * 32
    assert count["scores"].field == 26  # two rows and columns are seen by nobody
    assert count.parameters == 225_034
    assert count.weight_bytes == 4 * 225_034
    assert count.macs == 194_688 + 2_230_272 + 1_600 * 128 + 128 * 10


def test_positions_see_the_pixels_under_their_windows():
    rows = count_network(models.source_cnn())["conv2"].rows
    assert rows[:2].tolist() == [[0, 7], [2, 9]]


def test_same_padding_is_cut_at_the_border():
    model = functional(layers.Conv2D(1, 5, padding="same"))
    count = count_network(model).layers[-1]
    assert count.rows[:3].tolist() == [[0, 2], [0, 3], [0, 4]]
    assert count.field == 5


@pytest.mark.parametrize(
    ("layer", "macs", "parameters"),
    [
        (
            layers.Conv2D(6, (3, 2), use_bias=False),
            10 * 9 * 6 * 3 * 2 * 2,
            3 * 2 * 2 * 6,
        ),
        (layers.Conv2D(6, 3, groups=2), 10 * 8 * 6 * 9, 9 * 6 + 6),
        (layers.Conv2D(4, 3, strides=2, padding="same"), 6 * 5 * 4 * 18, 18 * 4 + 4),
        (layers.DepthwiseConv2D(3, depth_multiplier=2), 10 * 8 * 4 * 9, 9 * 4 + 4),
        (layers.SeparableConv2D(5, 3), 10 * 8 * (2 * 9 + 2 * 5), 18 + 10 + 5),
        (
            layers.SeparableConv2D(5, 3, depth_multiplier=2),
            10 * 8 * (4 * 9 + 4 * 5),
            36 + 20 + 5,
        ),
        (layers.Conv2DTranspose(3, 2, strides=2), 12 * 10 * 2 * 3 * 4, 4 * 3 * 2 + 3),
        (layers.Dense(7), 12 * 10 * 2 * 7, 2 * 7 + 7),
        (layers.BatchNormalization(), 0, 8),
        (layers.MaxPooling2D(), 0, 0),
    ],
)
def test_multiply_adds_by_hand(layer, macs, parameters):
    count = count_network(functional(layer))
    assert (count.macs, count.parameters) == (macs, parameters)


def test_memory_follows_the_precision():
    model = functional(layers.Conv2D(3, 3, dtype="mixed_bfloat16"))
    last = count_network(model).layers[-1]
    assert last.activation_bytes == 2 * 10 * 8 * 3
    assert last.weight_bytes == 4 * last.parameters


def test_a_shared_layer_is_counted_once_and_runs_twice():
    shared = layers.Conv2D(2, 3, padding="same")
    model = functional(lambda images: shared(shared(images)))
    count = count_network(model)
    assert count.parameters == model.count_params()
    assert count.macs == 2 * 12 * 10 * 2 * 18
    assert count.layers[-1].field == 5


def test_nested_models_are_unfolded():
    inner = functional(lambda x: layers.MaxPooling2D()(layers.Conv2D(4, 3)(x)))
    inner.name = "trunk"
    model = functional(lambda x: layers.Conv2D(3, 2)(inner(x)))
    count = count_network(model)
    assert [layer.kind for layer in count.layers] == [
        "InputLayer", "Conv2D", "MaxPooling2D", "Conv2D",
    ]  # fmt: skip
    assert count.layers[1].name.startswith("trunk/")
    assert count.parameters == model.count_params()
    assert count.layers[-1].field == 6


class Doubled(keras.Model):
    """Has layers, and is not made of tensors that could be followed."""

    def __init__(self, **options):
        super().__init__(**options)
        self.inner = layers.Dense(2)

    def call(self, x):
        return 2 * self.inner(x)

    def compute_output_shape(self, shape):
        return (*shape[:-1], 2)


def test_a_model_without_outputs_of_its_own_is_one_step():
    image = keras.Input((4, 4, 3))
    model = keras.Model(image, Doubled(name="doubled")(layers.Flatten()(image)))
    assert walk(model)[-1].name == "doubled"


def test_branches_see_the_hull_of_both():
    def build(x):
        wide = layers.Conv2D(2, 5, padding="same")(x)
        return layers.Add()([wide, layers.Conv2D(2, 1)(x)])

    last = count_network(functional(build)).layers[-1]
    assert last.field == 5
    assert last.rows[6].tolist() == [4, 8]


def test_squeeze_and_excite_sees_the_whole_image():
    def build(x):
        gate = layers.GlobalAveragePooling2D(keepdims=True)(x)
        return layers.Multiply()([x, layers.Conv2D(2, 1)(gate)])

    last = count_network(functional(build)).layers[-1]
    assert (last.field, last.rows[3].tolist()) == (12, [0, 11])


@pytest.mark.parametrize(
    "layer",
    [
        layers.UpSampling2D(2),
        layers.Conv2DTranspose(3, 3, strides=2, padding="same"),
        layers.Conv2DTranspose(3, 3, strides=2),
        layers.Conv2DTranspose(1, 2, strides=3),
        layers.ZeroPadding2D(((1, 2), (0, 1))),
        layers.Cropping2D(((1, 2), (0, 1))),
        layers.Conv2D(2, 3, strides=2, padding="same"),
        layers.Conv2D(2, (2, 3), dilation_rate=(2, 1)),
        layers.AveragePooling2D(3, strides=2, padding="same"),
    ],
    ids=lambda layer: layer.name,
)
def test_what_a_position_sees_is_what_changes_it(layer):
    """Perturb each row of the input: the outputs that change are those that see it."""
    model = functional(lambda x: layer(layers.Conv2D(2, 2, name=f"c{layer.name}")(x)))
    last = count_network(model).layers[-1]
    rng = np.random.default_rng(0)
    base = rng.normal(size=(1, *SMALL)).astype("float32")
    before = model(base).numpy()
    assert before.shape[1:] == last.shape
    for axis, seen in ((1, last.rows), (2, last.columns)):
        for pixel in range(base.shape[axis]):
            moved = base.copy()
            moved[(slice(None),) * axis + (pixel,)] += 1.0
            others = tuple(a for a in range(4) if a != axis)
            changed = np.abs(model(moved).numpy() - before).max(axis=others) > 1e-6
            expected = (seen[:, 0] <= pixel) & (pixel <= seen[:, 1])
            # a window with holes (dilation) sees its ends, not all between them
            if getattr(layer, "dilation_rate", (1, 1)) == (1, 1):
                assert changed.tolist() == expected.tolist()
            assert not changed[~expected].any()


chains = st.lists(
    st.tuples(st.integers(1, 4), st.integers(1, 2), st.booleans()),
    min_size=1,
    max_size=3,
)


@examples(20)
@given(chains)
def test_the_closed_form_is_the_interval_of_a_position_in_the_middle(chain):
    size = 128
    x = images = keras.Input((size, size, 1))
    parts, length = [], size
    for window, stride, same in chain:
        padding = "same" if same else "valid"
        x = layers.MaxPooling2D(window, strides=stride, padding=padding)(x)
        before = max((-(-length // stride) - 1) * stride + window - length, 0) // 2
        parts.append((window, stride, before if same else 0))
        length = x.shape[1]
    field = receptive_field(parts)
    rows = count_network(keras.Model(images, x)).layers[-1].rows
    middle = length // 2
    first = field.start + middle * field.jump
    assert rows[middle].tolist() == [first, first + field.size - 1]
    assert (rows[middle + 1] - rows[middle]).tolist() == [field.jump, field.jump]


def test_the_closed_form_by_hand():
    # the source: conv 3, pool 2/2, conv 3, pool 2/2
    assert receptive_field([(3, 1, 0), (2, 2, 0), (3, 1, 0), (2, 2, 0)])[:2] == (10, 4)
    assert receptive_field([(3, 1, 1)] * 3) == (7, 1, -3)
    assert receptive_field([]) == (1, 1, 0)


@pytest.mark.parametrize("pooling", models.POOLINGS)
def test_every_pooling_of_the_book_can_be_followed(pooling):
    model = models.plain_cnn(pooling=pooling)
    fields = {"stride": 7, "none": 5, "blur": 16, "max": 10, "average": 10}
    last_convolution_or_pooling = count_network(model).layers[-4]
    assert last_convolution_or_pooling.field == fields[pooling]


@pytest.mark.parametrize("build", [models.residual_cnn, models.gap_cnn, models.mlp])
def test_parameters_are_those_of_keras(build):
    model = build()
    assert count_network(model).parameters == model.count_params()


def test_a_sequential_with_an_input_is_a_model_too():
    model = keras.Sequential([keras.Input(SMALL), layers.Conv2D(2, 3), layers.ReLU()])
    assert count_network(model).parameters == model.count_params()


def test_deep_networks_are_walked_without_recursion():
    x = images = keras.Input((4, 4, 1))
    for _ in range(200):
        x = layers.ReLU()(x)
    model, limit = keras.Model(images, x), sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + 100)
    try:
        assert len(walk(model)) == 201
    finally:
        sys.setrecursionlimit(limit)


def test_layers_are_found_by_name():
    count = count_network(models.source_cnn())
    with pytest.raises(
        ValueError, match=r"There is no layer 'conv9'\. .* image, conv1"
    ):
        count["conv9"]


class Secret(layers.Layer):
    def build(self, shape):
        self.kernel = self.add_weight(shape=(shape[-1],))

    def call(self, x):
        return x * self.kernel


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (lambda: keras.Sequential([layers.Dense(2)]), "a Sequential needs an Input"),
        (lambda: "resnet", "must be a functional Keras model, got str"),
        (lambda: functional(Secret()), r"\(Secret\) sees of its input is not known"),
        (
            lambda: functional(layers.ReLU(), (None, None, 3)),
            "Build the model for images of one size",
        ),
        (
            lambda: functional(lambda x: [layers.ReLU()(x), x]),
            "must have one output",
        ),
        (
            lambda: functional(layers.Dense(2), (7,)),
            r"must take one image \(h, w, c\)",
        ),
    ],
)
def test_refusals(model, message):
    with pytest.raises(ValueError, match=message):
        count_network(model())


def test_unknown_multiply_adds_are_refused():
    class ReLU(Secret):  # known to see what its input sees, but it has weights
        pass

    with pytest.raises(ValueError, match=r"multiply-adds of layer .* are not known"):
        count_network(functional(ReLU()))


def test_a_window_of_nothing_is_refused():
    with pytest.raises(ValueError, match="`window` must be 1 or more, got 0"):
        receptive_field([(0, 1, 0)])
