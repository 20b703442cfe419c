"""The reference gives what the literature prints, to the last printed digit."""

from pathlib import Path

import keras
import numpy as np
import pytest
from pybtex.database import parse_file

from cnnbook.reference import (
    average_pool2d,
    conv2d,
    conv2d_matrix,
    count_network,
    cross_entropy,
    max_pool2d,
    output_size,
    receptive_field,
    relu,
    sigmoid_derivative,
    silu,
    silu_derivative,
    softmax,
)
from cnnbook.reference.windows import lay_windows
from tests.reference import literature
from tests.reference import literature_counts as counts

REFERENCES = Path(__file__).parents[2] / "references.bib"


def as_printed(value: float, printed: str) -> str:
    """`value` with as many digits behind the point as `printed` has."""
    return f"{value:#.{len(printed.partition('.')[2])}f}"


def one_channel(grid: list) -> np.ndarray:
    """Rows as an image (1, h, w, 1)."""
    return np.array(grid)[None, :, :, None]


def sources(value: object) -> list[literature.Source]:
    """All sources in a value of the module `literature`, however deep."""
    if isinstance(value, literature.Source):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return [found for part in value for found in sources(part)]
    return []


def test_every_source_is_in_the_bibliography():
    cited = {source.key for source in sources([vars(literature), vars(counts)])}
    assert len(cited) > 5
    assert cited - set(parse_file(REFERENCES).entries) == set()


@pytest.mark.parametrize(
    "example", literature.CONVOLUTIONS.values(), ids=literature.CONVOLUTIONS
)
def test_convolution_gives_the_printed_grid(example):
    kernel = np.array(example.kernel)[:, :, None, None]
    feature_maps = conv2d(one_channel(example.image), kernel, **example.options)
    assert feature_maps[0, :, :, 0].tolist() == example.printed


@pytest.mark.parametrize(
    "example", literature.CHANNELS.values(), ids=literature.CHANNELS
)
def test_convolution_of_several_channels_gives_the_printed_grids(example):
    images = np.moveaxis(np.array(example.image), 0, -1)[None]
    kernel = np.transpose(example.kernel, (2, 3, 1, 0))  # (kh, kw, c, f)
    feature_maps = conv2d(images, kernel)
    assert np.moveaxis(feature_maps[0], -1, 0).tolist() == example.printed


def test_matrix_of_a_convolution_is_the_printed_one():
    kernel = np.arange(1.0, 10.0).reshape(3, 3)
    printed = [
        [kernel[int(w[0]), int(w[1])] if w else 0.0 for w in row]
        for row in literature.MATRIX
    ]
    matrix = conv2d_matrix(kernel[:, :, None, None], (4, 4))
    assert matrix.tolist() == printed


def test_each_number_is_the_sum_over_the_slice_that_cs231n_writes_out():
    rng = np.random.default_rng(0)
    x = rng.integers(-9, 10, size=(11, 11, 4))
    kernel = rng.integers(-9, 10, size=(5, 5, 4, 2))
    bias = np.array([1, -2])
    v = conv2d(x[None], kernel, bias=bias, stride=2)[0]
    assert v.shape == (4, 4, 2)
    for (i, j, k), (rows, columns) in literature.SLICES.items():
        assert v[i, j, k] == np.sum(x[rows, columns] * kernel[..., k]) + bias[k]


@pytest.mark.parametrize("example", literature.MAXIMA.values(), ids=literature.MAXIMA)
def test_max_pooling_gives_the_printed_grid(example):
    pooled = max_pool2d(one_channel(example.image), **example.options)
    assert pooled[0, :, :, 0].tolist() == example.printed


@pytest.mark.parametrize("example", literature.MEANS.values(), ids=literature.MEANS)
def test_average_pooling_gives_the_printed_digits(example):
    pooled = average_pool2d(one_channel(example.image), **example.options)
    digits = [
        [as_printed(mean, printed) for mean, printed in zip(*rows, strict=True)]
        for rows in zip(pooled[0, :, :, 0], example.printed, strict=True)
    ]
    assert digits == example.printed


@pytest.mark.parametrize(
    "example", counts.SIZES, ids=lambda example: ", ".join(example.source)
)
def test_output_has_the_printed_size(example):
    found = output_size(example.size, example.window, **example.options)
    assert found == example.printed


def test_ten_convolutions_slice_off_the_printed_share_of_the_image():
    size = counts.SHRINKING["size"]
    for _ in range(counts.SHRINKING["layers"]):
        size = output_size(size, counts.SHRINKING["window"])
    assert size == counts.SHRINKING["printed"]
    lost = 100 * (1 - (size / counts.SHRINKING["size"]) ** 2)
    assert int(lost) == counts.SHRINKING["percent"]


def test_first_layer_of_alexnet_has_the_printed_counts():
    layer = counts.ALEXNET
    h, w, c = layer["image"]
    windows = lay_windows((h, w), layer["window"], stride=layer["stride"])
    patches = windows.read(np.zeros((1, h, w, c), np.uint8))
    _, oh, ow, kh, kw, _ = patches.shape
    neurons, weights = oh * ow * layer["kernels"], kh * kw * c
    assert (weights, oh * ow) == layer["columns"]
    assert neurons == layer["neurons"]
    assert layer["kernels"] * weights == layer["weights"]
    assert layer["kernels"] * (weights + 1) == layer["parameters"]
    assert neurons * (weights + 1) == layer["unshared"]


def test_edges_of_goodfellow_take_the_printed_operations():
    edge = counts.EDGE
    ramp = np.arange(edge["height"] * edge["width"]).reshape(1, edge["height"], -1, 1)
    kernel = np.array([-1, 1]).reshape(1, 2, 1, 1)  # pixel minus its left neighbor
    feature_maps = conv2d(ramp, kernel)
    assert feature_maps.shape == (1, edge["height"], edge["printed_width"], 1)
    assert np.unique(feature_maps).tolist() == [1]
    per_pixel = 2 * kernel.size - 1  # two multiplications and one addition
    assert feature_maps.size * per_pixel == edge["operations"]


def ones(*shape: int) -> np.ndarray:
    """Kernels (kh, kw, c, f) in single precision: the matrices are large."""
    return np.ones(shape, np.float32)


def lenet_c3() -> np.ndarray:
    """Kernels (5, 5, 6, 16) of ones, 0 where a map of C3 does not read one of S2."""
    kernel = np.zeros((5, 5, 6, 16), np.float32)
    for f, read in enumerate(counts.LENET_C3):
        kernel[:, :, list(read), f] = 1
    return kernel


@pytest.mark.parametrize(
    ("name", "kernel", "image", "options"),
    [
        ("C1", ones(5, 5, 1, 6), (32, 32), {}),
        ("S2", ones(2, 2, 1, 6), (28, 28), {"stride": 2, "groups": 6}),
        ("C3", lenet_c3(), (14, 14), {}),
        ("S4", ones(2, 2, 1, 16), (10, 10), {"stride": 2, "groups": 16}),
        ("C5", ones(5, 5, 16, 120), (5, 5), {}),
        ("F6", ones(1, 1, 120, 84), (1, 1), {}),
    ],
    ids=counts.LENET,
)
def test_layers_of_lenet_have_the_printed_connections(name, kernel, image, options):
    parameters, connections = counts.LENET[name]
    matrix = conv2d_matrix(kernel, image, **options)
    # each number is connected to the pixels that its row reads, and to a bias
    assert np.count_nonzero(matrix) + len(matrix) == connections
    f = kernel.shape[-1]
    # a subsampling map trains one coefficient for all the pixels that it adds
    weights = f if name.startswith("S") else np.count_nonzero(kernel)
    assert weights + f == parameters


@pytest.mark.parametrize("field", counts.FIELDS, ids=lambda field: field.name)
def test_receptive_field_is_the_printed_one(field):
    found = receptive_field(field.layers)
    assert found == (field.size, field.stride, -field.padding)


def test_a_stack_of_small_kernels_sees_as_far_as_a_large_one():
    for depth, size in counts.STACK["fields"].items():
        assert receptive_field([(3, 1, 1)] * depth).size == size
    c = 2  # on an image of its own size a kernel's matrix holds each weight once
    small = conv2d_matrix(np.ones((3, 3, c, c)), (3, 3)).size
    large = conv2d_matrix(np.ones((7, 7, c, c)), (7, 7)).size
    assert 3 * small == counts.STACK["stacked"] * c**2
    assert large == counts.STACK["single"] * c**2


def test_relu_solves_xor_as_goodfellow_prints_it():
    xor = {name: np.array(value) for name, value in counts.XOR.items()}
    # a dense layer is a convolution of one pixel: (n, 1, 1, 2)
    affine = conv2d(
        xor["inputs"][:, None, None], xor["weights"][None, None], bias=xor["bias"]
    )[:, 0, 0]
    assert affine.tolist() == counts.XOR["affine"]
    assert relu(affine).tolist() == counts.XOR["hidden"]
    assert (relu(affine) @ xor["readout"]).tolist() == counts.XOR["answers"]


def test_silu_is_lowest_where_elfwing_says():
    x = np.linspace(-3.0, 1.0, 4001)
    lowest = silu(x).argmin()
    assert as_printed(x[lowest], "-1.28") == counts.SILU["at"]
    assert as_printed(silu(x)[lowest], "-0.28") == counts.SILU["minimum"]
    assert abs(silu_derivative(x[lowest])) < 1e-3


def test_sigmoid_is_steepest_where_d2l_says():
    x = np.linspace(-8.0, 8.0, 1601)
    derivative = sigmoid_derivative(x)
    assert derivative.max() == counts.SIGMOID["largest_derivative"]
    assert abs(x[derivative.argmax()] - counts.SIGMOID["at"]) < 1e-12


@pytest.mark.parametrize(("scores", "printed"), counts.SOFTMAX)
def test_softmax_gives_the_printed_digits(scores, printed):
    found = softmax(np.array(scores))
    assert [as_printed(p, q) for p, q in zip(found, printed, strict=True)] == printed


def test_cross_entropy_gives_the_printed_digits():
    example = counts.CROSS_ENTROPY
    loss = cross_entropy(np.array([example["scores"]]), np.array([example["label"]]))
    assert as_printed(loss, "1.04") == example["printed"]


BUILT = {
    "MobileNet-224": ("MobileNet", 224),
    "MobileNet-192": ("MobileNet", 192),
    "MobileNet-160": ("MobileNet", 160),
    "MobileNet-128": ("MobileNet", 128),
    "VGG-16": ("VGG16", 224),
    "VGG-19": ("VGG19", 224),
    "ResNet-50": ("ResNet50", 224),
    "ResNet-101": ("ResNet101", 224),
    "ResNet-152": ("ResNet152", 224),
}


@pytest.mark.slow
@pytest.mark.parametrize(
    "network",
    [network for network in counts.NETWORKS if network.name in BUILT],
    ids=lambda network: network.name,
)
def test_published_networks_cost_what_is_printed(network):
    name, size = BUILT[network.name]
    build = getattr(keras.applications, name)
    count = count_network(build(weights=None, input_shape=(size, size, 3)))
    # the sources cut digits, and some leave dense layers out: to 2 %
    assert count.macs == pytest.approx(network.multiply_adds, rel=0.02)
    if network.parameters:
        assert count.parameters == pytest.approx(network.parameters, rel=0.02)


@pytest.mark.slow
def test_vgg_layer_by_layer():
    model = keras.applications.VGG16(weights=None)
    kernels = [
        layer for layer in model.layers if getattr(layer, "kernel", None) is not None
    ]
    printed = [weights for _, _, weights in counts.VGG if weights]
    assert [int(np.prod(layer.kernel.shape)) for layer in kernels] == printed
    count = count_network(model)
    without_bias = [
        count[layer.name].parameters - layer.kernel.shape[-1] for layer in kernels
    ]
    assert without_bias == printed


def test_a_layer_of_mobilenet_and_its_separable_form():
    images = keras.Input((14, 14, 512))
    printed = list(counts.SEPARABLE.values())
    for layer, (macs, weights) in zip(
        (
            keras.layers.Conv2D(512, 3, padding="same", use_bias=False),
            keras.layers.SeparableConv2D(512, 3, padding="same", use_bias=False),
        ),
        printed,
        strict=True,
    ):
        count = count_network(keras.Model(images, layer(images)))
        assert count.macs / 1e6 == pytest.approx(float(macs), rel=0.01)
        assert count.parameters / 1e6 == pytest.approx(float(weights), abs=0.01)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "field"), [("VGG16", 212), ("MobileNet", 315)], ids=["VGG-16", "MobileNet"]
)
def test_fields_of_published_networks(name, field):
    """Araujo et al. (2019), table: on an image that is wide enough for them."""
    build = getattr(keras.applications, name)
    model = build(weights=None, include_top=False, input_shape=(640, 640, 3))
    assert count_network(model).layers[-1].field == field
