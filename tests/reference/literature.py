"""Worked examples as the literature prints them: grids, and what becomes of them.

Each stands beside its source: a key of references.bib and the place in that work. Grids
of one channel are lists of rows; grids of several are (c, h, w) and kernels (f, c, kh,
kw), as D2L prints them. Nothing here is computed by the code under test.
"""

from typing import Any, NamedTuple


class Source(NamedTuple):
    """A key of references.bib, and the place in that work."""

    key: str
    place: str


class Example(NamedTuple):
    """A grid that goes in, and what the source prints for it."""

    source: Source
    image: list
    printed: list
    options: dict[str, Any]
    kernel: list | None = None


# Convolutions -----------------------------------------------------------------------

THREE_BY_THREE = [[0, 1, 2], [3, 4, 5], [6, 7, 8]]
# The seed of `bin/produce_figure` in github.com/vdumoulin/conv_arithmetic, which drew
# figures 1.1, 1.2, 1.5 and 1.6, gives this image, and the kernel that the text prints.
FIVE_BY_FIVE = [
    [3, 3, 2, 1, 0],
    [0, 0, 1, 3, 1],
    [3, 1, 2, 2, 3],
    [2, 0, 0, 2, 2],
    [2, 0, 0, 0, 1],
]
KERNEL = [[0, 1, 2], [2, 2, 0], [0, 1, 2]]
EDGES = [[1, 1, 0, 0, 0, 0, 1, 1]] * 6  # white is 1, black 0

CONVOLUTIONS = {
    "figure of D2L": Example(
        Source("zhang2021dive", "Convolutions for images, figure and equations"),
        image=THREE_BY_THREE,
        kernel=[[0, 1], [2, 3]],
        printed=[[19, 25], [37, 43]],
        options={},
    ),
    "padding of D2L": Example(
        Source("zhang2021dive", "Padding and stride, img/conv-pad.svg"),
        image=THREE_BY_THREE,
        kernel=[[0, 1], [2, 3]],
        printed=[[0, 3, 8, 4], [9, 19, 25, 10], [21, 37, 43, 16], [6, 7, 8, 0]],
        options={"padding": 1},
    ),
    "stride of D2L": Example(
        Source("zhang2021dive", "Padding and stride, img/conv-stride.svg"),
        image=THREE_BY_THREE,
        kernel=[[0, 1], [2, 3]],
        printed=[[0, 8], [6, 8]],
        options={"padding": 1, "stride": (3, 2)},
    ),
    "edges of D2L": Example(
        Source("zhang2021dive", "Convolutions for images, object edge detection"),
        image=EDGES,
        kernel=[[1, -1]],
        printed=[[0, 1, 0, 0, 0, -1, 0]] * 6,
        options={},
    ),
    "edges of D2L, transposed": Example(
        Source("zhang2021dive", "Convolutions for images, object edge detection"),
        image=[list(column) for column in zip(*EDGES, strict=True)],
        kernel=[[1, -1]],
        printed=[[0] * 5] * 8,
        options={},
    ),
    "Dumoulin and Visin": Example(
        Source("dumoulin2016guide", "figure 1.1"),
        image=FIVE_BY_FIVE,
        kernel=KERNEL,
        printed=[[12, 12, 17], [10, 17, 19], [9, 6, 14]],
        options={},
    ),
    "Dumoulin and Visin, padding and stride": Example(
        Source("dumoulin2016guide", "figure 1.2"),
        image=FIVE_BY_FIVE,
        kernel=KERNEL,
        printed=[[6, 17, 3], [8, 17, 13], [6, 4, 4]],
        options={"padding": 1, "stride": 2},
    ),
}

TWO_CHANNELS = [THREE_BY_THREE, [[1, 2, 3], [4, 5, 6], [7, 8, 9]]]
CHANNELS = {
    "two channels in": Example(
        Source("zhang2021dive", "Multiple input channels, figure and output"),
        image=TWO_CHANNELS,
        kernel=[[[[0, 1], [2, 3]], [[1, 2], [3, 4]]]],
        printed=[[[56, 72], [104, 120]]],
        options={},
    ),
    "two channels in, three out": Example(
        Source("zhang2021dive", "Multiple output channels, output"),
        image=TWO_CHANNELS,
        kernel=[
            [[[0, 1], [2, 3]], [[1, 2], [3, 4]]],
            [[[1, 2], [3, 4]], [[2, 3], [4, 5]]],
            [[[2, 3], [4, 5]], [[3, 4], [5, 6]]],
        ],
        printed=[
            [[56, 72], [104, 120]],
            [[76, 100], [148, 172]],
            [[96, 128], [192, 224]],
        ],
        options={},
    ),
}

# The matrix of a 3 x 3 kernel on a 4 x 4 image: "ij" is w_ij, "" is 0.
MATRIX_SOURCE = Source("dumoulin2016guide", "section 4.1")
MATRIX = [
    ["00", "01", "02", "", "10", "11", "12", "", "20", "21", "22", "", "", "", "", ""],
    ["", "00", "01", "02", "", "10", "11", "12", "", "20", "21", "22", "", "", "", ""],
    ["", "", "", "", "00", "01", "02", "", "10", "11", "12", "", "20", "21", "22", ""],
    ["", "", "", "", "", "00", "01", "02", "", "10", "11", "12", "", "20", "21", "22"],
]

# A volume X (11, 11, 4) and filters 5 x 5 with stride 2. Elements of V as the source
# spells them out: V[i, j, k] is the sum over X[rows, columns] times filter k.
SLICES_SOURCE = Source("cs231n", "convolutional-networks, Conv Layer Example")
SLICES = {
    (0, 0, 0): (slice(0, 5), slice(0, 5)),
    (1, 0, 0): (slice(2, 7), slice(0, 5)),
    (2, 0, 0): (slice(4, 9), slice(0, 5)),
    (3, 0, 0): (slice(6, 11), slice(0, 5)),
    (0, 0, 1): (slice(0, 5), slice(0, 5)),
    (1, 0, 1): (slice(2, 7), slice(0, 5)),
    (2, 0, 1): (slice(4, 9), slice(0, 5)),
    (3, 0, 1): (slice(6, 11), slice(0, 5)),
    (0, 1, 1): (slice(0, 5), slice(2, 7)),
    (2, 3, 1): (slice(4, 9), slice(6, 11)),
}


# Pooling ----------------------------------------------------------------------------

FOUR_BY_FOUR = [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11], [12, 13, 14, 15]]

MAXIMA = {
    "figure of D2L": Example(
        Source("zhang2021dive", "Pooling, figure and equations"),
        image=THREE_BY_THREE,
        printed=[[4, 5], [7, 8]],
        options={"window": 2, "stride": 1},
    ),
    "D2L, stride of the window": Example(
        Source("zhang2021dive", "Pooling, padding and stride, output"),
        image=FOUR_BY_FOUR,
        printed=[[10]],
        options={"window": 3},
    ),
    "D2L, padding 1 and stride 2": Example(
        Source("zhang2021dive", "Pooling, padding and stride, output"),
        image=FOUR_BY_FOUR,
        printed=[[5, 7], [13, 15]],
        options={"window": 3, "stride": 2, "padding": 1},
    ),
    "D2L, window 2 x 3": Example(
        Source("zhang2021dive", "Pooling, padding and stride, output"),
        image=FOUR_BY_FOUR,
        printed=[[5, 7], [13, 15]],
        options={"window": (2, 3), "stride": (2, 3), "padding": ((0, 0), (1, 1))},
    ),
    "Dumoulin and Visin": Example(
        Source("dumoulin2016guide", "figure 1.6"),
        image=FIVE_BY_FIVE,
        printed=[[3, 3, 3], [3, 3, 3], [3, 2, 3]],
        options={"window": 3, "stride": 1},
    ),
}

MEANS = {
    "D2L": Example(
        Source("zhang2021dive", "Pooling, output"),
        image=THREE_BY_THREE,
        printed=[["2.", "3."], ["5.", "6."]],
        options={"window": 2, "stride": 1},
    ),
    "Dumoulin and Visin": Example(
        Source("dumoulin2016guide", "figure 1.5"),
        image=FIVE_BY_FIVE,
        printed=[["1.7", "1.7", "1.7"], ["1.0", "1.2", "1.8"], ["1.1", "0.8", "1.3"]],
        options={"window": 3, "stride": 1},
    ),
}
