"""Numbers as the literature prints them: sizes, fields, values, counts of networks.

Each stands beside its source: a key of references.bib and the place in that work.
Nothing here is computed by the code under test.
"""

from typing import NamedTuple

from tests.reference.literature import Source


class Size(NamedTuple):
    """Length of one axis before and after windows were laid on it."""

    source: Source
    size: int
    window: int
    printed: int
    options: dict[str, int]


class Field(NamedTuple):
    """A chain of (window, stride, padding), and its receptive field as printed."""

    source: Source
    name: str
    layers: list[tuple[int, int, int]]
    size: int
    stride: int
    padding: int


class Network(NamedTuple):
    """Counts of a whole network, None where the source does not print one."""

    source: Source
    name: str
    multiply_adds: float | None
    parameters: float | None


# Sizes ------------------------------------------------------------------------------

_D = "dumoulin2016guide"
_C = "cs231n"
SIZES = [
    Size(Source(_D, "figure 2.1"), 4, 3, 2, {}),
    Size(Source(_D, "figures 2.2 and 4.2"), 5, 4, 6, {"padding": 2}),
    Size(Source(_D, "figure 2.3"), 5, 3, 5, {"padding": 1}),
    Size(Source(_D, "figures 2.4 and 4.4"), 5, 3, 7, {"padding": 2}),
    Size(Source(_D, "figures 2.5 and 2.8b"), 5, 3, 2, {"stride": 2}),
    Size(Source(_D, "figures 2.6 and 4.6"), 5, 3, 3, {"stride": 2, "padding": 1}),
    Size(Source(_D, "figures 2.7 and 4.7"), 6, 3, 3, {"stride": 2, "padding": 1}),
    Size(Source(_D, "figure 5.1"), 7, 3, 3, {"dilation": 2}),
    Size(Source(_C, "convolutional-networks, spatial arrangement"), 7, 3, 5, {}),
    Size(Source(_C, "the same"), 7, 3, 3, {"stride": 2}),
    Size(Source(_C, "the same, figure, left"), 5, 3, 5, {"padding": 1}),
    Size(Source(_C, "the same, right"), 5, 3, 3, {"padding": 1, "stride": 2}),
    Size(Source(_C, "real-world example"), 227, 11, 55, {"stride": 4}),
    Size(Source(_C, "Conv Layer Example"), 11, 5, 4, {"stride": 2}),
    Size(Source(_C, "pooling layer, figure"), 224, 2, 112, {"stride": 2}),
    Size(Source(_C, "FC->CONV conversion"), 12, 7, 6, {}),
    Size(Source("zhang2021dive", "Padding and stride"), 8, 3, 8, {"padding": 1}),
]

# "If we start with a 240 x 240 pixel image, 10 layers of 5 x 5 convolutions reduce the
# image to 200 x 200 pixels, slicing off 30 % of the image".
SHRINKING_SOURCE = Source("zhang2021dive", "Padding and stride, introduction")
SHRINKING = {"size": 240, "layers": 10, "window": 5, "printed": 200, "percent": 30}

# The first layer of AlexNet: what it computes, and what it would store unshared.
ALEXNET_SOURCE = Source("cs231n", "convolutional-networks, Parameter Sharing")
ALEXNET = {
    "image": (227, 227, 3),
    "window": 11,
    "stride": 4,
    "kernels": 96,
    "neurons": 290_400,
    "weights": 34_848,
    "parameters": 34_944,
    "unshared": 105_705_600,
    "columns": (363, 3025),  # im2col: Implementation as Matrix Multiplication
}

# The image is 280 pixels tall and 320 wide; "two multiplications and one addition per
# output pixel".
EDGE_SOURCE = Source("goodfellow2016deep", "figure 9.6")
EDGE = {"height": 280, "width": 320, "printed_width": 319, "operations": 267_960}


# Connections of LeNet-5 -------------------------------------------------------------

LENET_SOURCE = Source("lecun1998gradient", "section II-B")
# layer: (trainable parameters, connections)
LENET = {
    "C1": (156, 122_304),
    "S2": (12, 5_880),
    "C3": (1_516, 151_600),
    "S4": (32, 2_000),
    "C5": (48_120, 48_120),
    "F6": (10_164, 10_164),
}
# Which maps of S2 each map of C3 reads: six read three neighbors, six four neighbors,
# three four that are none, one reads all (table I).
LENET_C3 = [
    (0, 1, 2), (1, 2, 3), (2, 3, 4), (3, 4, 5), (0, 4, 5), (0, 1, 5),
    (0, 1, 2, 3), (1, 2, 3, 4), (2, 3, 4, 5), (0, 3, 4, 5), (0, 1, 4, 5), (0, 1, 2, 5),
    (0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5),
    (0, 1, 2, 3, 4, 5),
]  # fmt: skip


# Receptive fields -------------------------------------------------------------------

_C3, _POOL = (3, 1, 1), (2, 2, 0)
_TABLE = "discussion, table"
FIELDS = [
    Field(
        Source("araujo2019computing", "receptive field region, figure"),
        "two layers",
        [(3, 3, 1), (2, 1, 0)],
        size=6,  # from u_0 = -1 to v_0 = 4
        stride=3,
        padding=1,
    ),
    Field(
        Source("araujo2019computing", "aligned network, figure, longer path"),
        "aligned",
        [(3, 2, 1), (1, 2, 0)],
        size=3,
        stride=4,
        padding=1,
    ),
    Field(
        Source("araujo2019computing", _TABLE),
        "alexnet_v2",
        [(11, 4, 0), (3, 2, 0), (5, 1, 2), (3, 2, 0), _C3, _C3, _C3, (3, 2, 0)],
        size=195,
        stride=32,
        padding=64,
    ),
    Field(
        Source("araujo2019computing", _TABLE),
        "vgg_16",
        [_C3, _C3, _POOL] * 2 + [_C3, _C3, _C3, _POOL] * 3,
        size=212,
        stride=32,
        padding=90,
    ),
    # "same" padding of an even image puts nothing before a window of 3 with stride 2
    Field(
        Source("araujo2019computing", _TABLE),
        "mobilenet_v1",
        [(3, 2, 0), *[_C3, (3, 2, 0)] * 3, *[_C3] * 5, (3, 2, 0), _C3],
        size=315,
        stride=32,
        padding=126,
    ),
]

# A stack of 3 x 3 convolutions sees as far as one 7 x 7, with fewer weights: of C
# channels, 27 C^2 against 49 C^2.
STACK_SOURCE = Source("simonyan2015very", "section 2.3")
STACK = {"fields": {1: 3, 2: 5, 3: 7}, "stacked": 27, "single": 49}


# Activations and losses -------------------------------------------------------------

# Hidden layer of the network that learns XOR: before and after ReLU, and its answer.
XOR_SOURCE = Source("goodfellow2016deep", "section 6.1, equations 6.4 to 6.11")
XOR = {
    "inputs": [[0, 0], [0, 1], [1, 0], [1, 1]],
    "weights": [[1, 1], [1, 1]],
    "bias": [0, -1],
    "affine": [[0, -1], [1, 0], [1, 0], [2, 1]],
    "hidden": [[0, 0], [1, 0], [1, 0], [2, 1]],
    "readout": [1, -2],
    "answers": [0, 1, 1, 0],
}

# "it has a global minimum value of approximately -0.28" for z about -1.28
SILU_SOURCE = Source("elfwing2018sigmoid", "below the definition of the SiLU")
SILU = {"minimum": "-0.28", "at": "-1.28"}

SIGMOID_SOURCE = Source("zhang2021dive", "Multilayer perceptrons, sigmoid function")
SIGMOID = {"largest_derivative": 0.25, "at": 0.0}

# Scores, and the probabilities that softmax makes of them, digit by digit.
SOFTMAX_SOURCE = Source("cs231n", "linear-classify, SVM vs. Softmax")
SOFTMAX = [
    ([1.0, -2.0, 0.0], ["0.7", "0.04", "0.26"]),
    ([0.5, -1.0, 0.0], ["0.55", "0.12", "0.33"]),
]
CROSS_ENTROPY_SOURCE = Source("cs231n", "linear-classify, figure SVM vs. Softmax")
CROSS_ENTROPY = {"scores": [-2.85, 0.86, 0.28], "label": 2, "printed": "1.04"}


# Whole networks, for `count_network` ------------------------------------------------

NETWORKS = [
    Network(Source("howard2017mobilenets", "table 4"), "MobileNet-224", 569e6, 4.2e6),
    Network(Source("howard2017mobilenets", "table 7"), "MobileNet-192", 418e6, 4.2e6),
    Network(Source("howard2017mobilenets", "table 7"), "MobileNet-160", 290e6, 4.2e6),
    Network(Source("howard2017mobilenets", "table 7"), "MobileNet-128", 186e6, 4.2e6),
    Network(Source("howard2017mobilenets", "table 8"), "VGG-16", 15.3e9, 138e6),
    Network(Source("he2016deep", "figure 3"), "VGG-19", 19.6e9, None),
    Network(Source("he2016deep", "table 1"), "ResNet-18", 1.8e9, None),
    Network(Source("he2016deep", "table 1"), "ResNet-34", 3.6e9, None),
    Network(Source("he2016deep", "table 1"), "ResNet-50", 3.8e9, None),
    Network(Source("he2016deep", "table 1"), "ResNet-101", 7.6e9, None),
    Network(Source("he2016deep", "table 1"), "ResNet-152", 11.3e9, None),
]

# A layer inside MobileNet, 14 x 14 x 512 -> 14 x 14 x 512: (multiply-adds, weights).
SEPARABLE_SOURCE = Source("howard2017mobilenets", "table 3")
SEPARABLE = {
    "Convolution": ("462", "2.36"),  # millions
    "Depthwise Separable Conv": ("52.3", "0.27"),
}

# VGG-16 layer by layer: name, shape, weights without biases. 138 million parameters.
VGG_SOURCE = Source("cs231n", "convolutional-networks, VGGNet in detail")
VGG = [
    ("INPUT", (224, 224, 3), 0),
    ("CONV3-64", (224, 224, 64), 1_728),
    ("CONV3-64", (224, 224, 64), 36_864),
    ("POOL2", (112, 112, 64), 0),
    ("CONV3-128", (112, 112, 128), 73_728),
    ("CONV3-128", (112, 112, 128), 147_456),
    ("POOL2", (56, 56, 128), 0),
    ("CONV3-256", (56, 56, 256), 294_912),
    ("CONV3-256", (56, 56, 256), 589_824),
    ("CONV3-256", (56, 56, 256), 589_824),
    ("POOL2", (28, 28, 256), 0),
    ("CONV3-512", (28, 28, 512), 1_179_648),
    ("CONV3-512", (28, 28, 512), 2_359_296),
    ("CONV3-512", (28, 28, 512), 2_359_296),
    ("POOL2", (14, 14, 512), 0),
    ("CONV3-512", (14, 14, 512), 2_359_296),
    ("CONV3-512", (14, 14, 512), 2_359_296),
    ("CONV3-512", (14, 14, 512), 2_359_296),
    ("POOL2", (7, 7, 512), 0),
    ("FC", (1, 1, 4096), 102_760_448),
    ("FC", (1, 1, 4096), 16_777_216),
    ("FC", (1, 1, 1000), 4_096_000),
]
