"""Networks that differ in one choice each, and what the records say of them.

Cases are those of `cnnbook.studies.cases`: images of Fashion-MNIST at half size,
(n, 14, 14, 1), unless their name ends in "28px".
"""

from collections.abc import Callable, Mapping, Sequence

import keras
import numpy as np

from cnnbook import evaluation
from cnnbook.checks import require_at_least, require_layout
from cnnbook.reference import ACTIVATIONS
from cnnbook.studies.cases import SEEDS, Case, case_runs
from cnnbook.studies.fashion import FashionData

DEPTHS = (1, 2, 4, 6, 8)
VERY_DEEP = (6, 14, 22)
WIDTHS = (4, 8, 16, 32, 64)  # of the first stage; the second has twice as many
DATA_SIZES = (500, 12_000)

BASE = Case()
FEW = BASE.change(num_images=2_000, epochs=8)
LARGE = BASE.change(size=28, num_images=2_000)


def depth_case(depth: int, start: Case = BASE, **choices) -> Case:
    """`depth` convolutions of 16 kernels in two stages, between 14, 7 and 3 pixels.

    A single one has one pooling of 4 x 4 pixels behind it, so that the head always
    reads 3 x 3 x 16 numbers; otherwise `depth` must be even.
    """
    require_at_least("depth", depth, 1)
    if depth == 1:
        return start.change(widths=(16,), pool_size=4, **choices)
    if depth % 2:
        raise ValueError(
            f"`depth` must be 1 or even, got {depth}. Both stages have equally many."
        )
    return start.change(widths=(16, 16), convs=depth // 2, **choices)


def deep_case(depth: int, **choices) -> Case:
    """`depth` convolutions of 8 kernels, half at 14 pixels and half at 7."""
    return FEW.change(widths=(8, 8), convs=depth // 2, **choices)


DEPTH_CASES: Mapping[str, Case] = {
    f"depth {depth}": depth_case(depth) for depth in DEPTHS
} | {
    "depth 2 slow": depth_case(2, peak=0.001),
    "depth 8 slow": depth_case(8, peak=0.001),
    "depth 2 norm": depth_case(2, norm=True),
    "depth 8 norm": depth_case(8, norm=True),
    # about as many seconds as 6 epochs of depth 8
    "depth 1 long": depth_case(1, epochs=42),
    "depth 2 long": depth_case(2, epochs=24),
    "depth 4 long": depth_case(4, epochs=11),
}

DEEP_CASES: Mapping[str, Case] = {
    f"plain {depth}": deep_case(depth) for depth in VERY_DEEP
} | {
    "norm 6": deep_case(6, norm=True),
    "norm 22": deep_case(22, norm=True),
    "residual 22": deep_case(22, residual=True),
    "residual norm 22": deep_case(22, residual=True, norm=True),
}

# 375 steps each, as many as the base's 6 epochs of 4,000 images
DATA_CASES: Mapping[str, Case] = {
    f"depth {depth} of {num}": depth_case(
        depth, num_images=num, epochs=BASE.num_images * BASE.recipe.epochs // num
    )
    for num in DATA_SIZES
    for depth in (2, 8)
}

WIDTH_CASES: Mapping[str, Case] = {
    f"width {width}": BASE.change(widths=(width, 2 * width))
    for width in WIDTHS
    if width != 16
}

# multiply-adds within 6 % of each other
SHAPE_CASES: Mapping[str, Case] = {
    "growing": BASE.change(widths=(16, 32, 64)),
    "constant": BASE.change(widths=(27, 27, 27)),
    "shrinking": BASE.change(widths=(39, 19, 10)),
}
KERNEL_CASES: Mapping[str, Case] = {
    "kernel 5": BASE.change(kernel=5, widths=(9, 19)),
    "kernel 7": BASE.change(kernel=7, widths=(6, 14)),
    "depthwise 7": BASE.change(
        kernel=7, first_kernel=3, depthwise=True, widths=(32, 64)
    ),
}

FIRST_CASES: Mapping[str, Case] = {
    "first 5": BASE.change(first_kernel=5),
    "base 28px": LARGE,
    "first 5 28px": LARGE.change(first_kernel=5),
}

POOLING_CASES: Mapping[str, Case] = {
    "average": BASE.change(pooling="average"),
    "stride": BASE.change(pooling="stride"),
} | {
    f"{inside} + {end}": BASE.change(pooling=pooling, head=head)
    for inside, pooling in {"max": "max", "mean": "average"}.items()
    for end, head in {"max": "maximum", "mean": "average"}.items()
}

POOL_SIZE_CASES: Mapping[str, Case] = {
    "3x3 step 2 28px": LARGE.change(pool_size=3, pool_stride=2),
    "3x3 step 3 28px": LARGE.change(pool_size=3),
    "4x4 step 4 28px": LARGE.change(pool_size=4),
}

ACTIVATION_CASES: Mapping[str, Case] = {
    name: BASE.change(activation=name) for name in ("leaky_relu", "elu", "gelu", "silu")
}

CASES: Mapping[str, Case] = (
    {"base": BASE}
    | DEPTH_CASES
    | DEEP_CASES
    | WIDTH_CASES
    | SHAPE_CASES
    | KERNEL_CASES
    | FIRST_CASES
    | POOLING_CASES
    | POOL_SIZE_CASES
    | ACTIVATION_CASES
    | DATA_CASES
)

# classes that hardly overlap, and the garments for the upper body
TASKS: Mapping[str, tuple[int, ...]] = {"easy": (1, 5, 8, 9), "hard": (0, 2, 4, 6)}
TASK_DEPTHS = (1, 2, 8)


def only(data: FashionData, classes: Sequence[int]) -> FashionData:
    """The images of some `classes`, with the labels they have; test images too."""

    def part(pair: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        kept = np.isin(pair[1], classes)
        return pair[0][kept], pair[1][kept]

    return FashionData(part(data.train), part(data.validation), part(data.test))


def architecture_runs(data: FashionData) -> dict[str, Callable[[], dict]]:
    """All runs of the record `architecture`."""
    runs = case_runs(CASES, data)
    for task, classes in TASKS.items():
        cases = {f"{task} depth {d}": depth_case(d, FEW) for d in TASK_DEPTHS}
        runs |= case_runs(cases, only(data, classes))
    return runs


def comparable(record: dict) -> list[str]:
    """The cases of a record at the base's budget: its images, epochs and data."""
    return [
        name
        for name, case in CASES.items()
        if (case.num_images, case.size) == (BASE.num_images, BASE.size)
        and case.recipe == BASE.recipe
        and f"{name} {SEEDS[0]}" in record["entries"]
    ]


def silent_maps(model: keras.Model, images: np.ndarray, layer: str) -> np.ndarray:
    """Which maps of the activation behind `layer` never let a gradient through: (c,).

    A map is silent if the slope of its activation is less than 0.0001 at all places of
    all `images`.
    """
    require_layout("images", images, "n h w c")
    activation = model.get_layer(f"{layer}_active")
    name = keras.activations.serialize(activation.activation)
    before = keras.Model(model.input, activation.input)
    slopes = ACTIVATIONS[name].derivative(evaluation.predict_scores(before, images))
    return np.abs(slopes).max(axis=(0, 1, 2)) < 1e-4
