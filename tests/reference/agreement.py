"""Random cases for the reference functions, and how far two answers may differ.

`agree` compares and remembers; `make fuzz` prints what it remembers: for each operation
the number of cases and the largest differences.
"""

from dataclasses import dataclass

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

FORWARD, GRADIENT = 1e-5, 1e-4  # of the largest value, or of 1 if that is larger


@dataclass
class Tally:
    """Cases of one operation, and the largest difference of each sort."""

    cases: int = 0
    forward: float | None = None  # None where none was compared
    gradient: float | None = None

    def __str__(self) -> str:
        sorts = {"forward": self.forward, "gradient": self.gradient}
        found = [f"{v:.1e} {k}" for k, v in sorts.items() if v is not None]
        return f"{self.cases:6,} cases, largest difference {', '.join(found)}"


TALLIES: dict[str, Tally] = {}


def agree(operation: str, values: list[tuple], gradients: list[tuple] = ()) -> None:
    """Count one case: pairs (ours, theirs) of values and of gradients must agree."""
    tally = TALLIES.setdefault(operation, Tally())
    tally.cases += 1
    for sort, pairs, limit in (
        ("forward", values, FORWARD),
        ("gradient", gradients, GRADIENT),
    ):
        for ours, theirs in pairs:
            difference = distance(ours, theirs)
            setattr(tally, sort, max(getattr(tally, sort) or 0.0, difference))
            assert difference <= limit, f"{operation}, {sort}: off by {difference:.2g}"


def distance(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Largest difference, measured by the largest value where that is above 1."""
    ours, theirs = np.asarray(ours, float), np.asarray(theirs, float)
    assert ours.shape == theirs.shape, f"shapes differ: {ours.shape}, {theirs.shape}"
    assert np.isfinite(ours).all(), "an answer of ours is not finite"
    scale = max(1.0, float(np.abs(theirs).max(initial=0.0)))
    return float(np.abs(ours - theirs).max(initial=0.0)) / scale


def fuzzing() -> bool:
    """Whether this is `make fuzz`."""
    return settings.get_current_profile_name() == "fuzz"


def examples(number: int) -> settings:
    """So many examples in `make unit`; as many as its profile says in `make fuzz`."""
    return settings() if fuzzing() else settings(max_examples=number)


def normal(seed: int, *shape: int) -> np.ndarray:
    """Normal numbers of a seed, as float32 so that Keras gets the very same."""
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


seeds = st.integers(0, 2**32 - 1)
steps = st.tuples(st.integers(1, 3), st.integers(1, 3))  # along rows, along columns
few = st.integers(1, 4)
solid = st.just((1, 1))


@dataclass(frozen=True)
class Layout:
    """Where the windows of one case lie; `keras` is the padding that Keras is told."""

    n: int
    h: int
    w: int
    c: int
    window: tuple[int, int]
    stride: tuple[int, int]
    dilation: tuple[int, int]
    padding: str | tuple
    seed: int

    @property
    def options(self) -> dict:
        """Keyword arguments of the reference functions."""
        return {
            "stride": self.stride,
            "padding": self.padding,
            "dilation": self.dilation,
        }

    @property
    def images(self) -> np.ndarray:
        """Normal numbers (n, h, w, c)."""
        return normal(self.seed, self.n, self.h, self.w, self.c)

    @property
    def pads(self) -> list[tuple[int, int]]:
        """What to pad by hand before Keras, which knows no explicit padding."""
        rows, columns = ((0, 0), (0, 0))
        if not isinstance(self.padding, str):
            rows, columns = self.padding
        return [(0, 0), rows, columns, (0, 0)]

    @property
    def keras(self) -> str:
        """The padding that is left for Keras to do."""
        return self.padding if isinstance(self.padding, str) else "valid"


@st.composite
def layouts(
    draw,
    *,
    channels: st.SearchStrategy = few,
    strides: st.SearchStrategy = steps,
    dilations: st.SearchStrategy = solid,
    explicit: bool = True,
) -> Layout:
    """Images and windows that fit them, of any size, stride, dilation and padding."""
    window = draw(st.tuples(st.integers(1, 5), st.integers(1, 5)))
    dilation = draw(dilations)
    sides = st.tuples(st.integers(0, 2), st.integers(0, 2))
    around = st.tuples(sides, sides) if explicit else st.nothing()
    padding = draw(st.one_of(st.sampled_from(["valid", "same"]), around))
    reach = [d * (k - 1) + 1 for k, d in zip(window, dilation, strict=True)]
    sizes = [draw(st.integers(least, least + 7)) for least in reach]
    return Layout(
        n=draw(st.integers(1, 3)),
        h=sizes[0],
        w=sizes[1],
        c=draw(channels),
        window=window,
        stride=draw(strides),
        dilation=dilation,
        padding=padding,
        seed=draw(seeds),
    )
