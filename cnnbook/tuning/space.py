"""A search space: a name and a range for each hyperparameter.

A configuration is a dictionary of plain values that JSON can hold.
"""

import itertools
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np

from cnnbook.checks import require_at_least

Config = dict[str, float | int | str | bool]


@dataclass(frozen=True)
class Real:
    """A number from `low` to `high`; with `log`, uniform in its logarithm."""

    low: float
    high: float
    log: bool = False

    def __post_init__(self):
        _require_range(self)

    def at(self, share: float) -> float:
        """The value below which `share` of the draws lie, share in [0, 1]."""
        if self.log:
            return float(self.low * (self.high / self.low) ** share)
        return float(self.low + share * (self.high - self.low))

    def levels(self, num: int) -> list[float]:
        """`num` evenly spaced values, both ends among them; the middle for one."""
        if num == 1:
            return [self.at(0.5)]
        return [self.at(i / (num - 1)) for i in range(num)]

    def __contains__(self, value: object) -> bool:
        return _is_number(value) and self.low <= value <= self.high


@dataclass(frozen=True)
class Integer:
    """A whole number from `low` to `high`, both possible; `log` as for `Real`."""

    low: int
    high: int
    log: bool = False

    def __post_init__(self):
        _require_range(self)
        for name, value in (("low", self.low), ("high", self.high)):
            if not isinstance(value, int):
                raise ValueError(
                    f"`{name}` of an Integer must be whole, got {value!r}. Use Real."
                )

    def at(self, share: float) -> int:
        """The value below or at which `share` of the draws lie, share in [0, 1]."""
        # half a step beyond each end, so that the ends are as likely as the others
        wide = Real(self.low - 0.5, self.high + 0.5, self.log).at(share)
        return min(max(round(wide), self.low), self.high)

    def levels(self, num: int) -> list[int]:
        """At most `num` evenly spaced values, both ends among them, none twice."""
        values = Real(self.low, self.high, self.log).levels(num)
        return sorted({round(value) for value in values})

    def __contains__(self, value: object) -> bool:
        whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
        return whole and self.low <= value <= self.high


@dataclass(frozen=True)
class Choice:
    """One of `options`, all equally likely."""

    options: tuple

    def __post_init__(self):
        object.__setattr__(self, "options", tuple(self.options))
        if not self.options or len(set(self.options)) < len(self.options):
            raise ValueError(
                f"`options` must be one value or more, none twice, got {self.options}."
            )

    def at(self, share: float) -> float | int | str | bool:
        """The option below or at which `share` of the draws lie."""
        return self.options[min(int(share * len(self.options)), len(self.options) - 1)]

    def levels(self, num: int) -> list:
        """`num` of the options, evenly spaced, both ends among them; all if fewer."""
        return [self.options[i] for i in Integer(0, len(self.options) - 1).levels(num)]

    def __contains__(self, value: object) -> bool:
        return value in self.options


Dimension = Real | Integer | Choice
KINDS = {"real": Real, "integer": Integer, "choice": Choice}


@dataclass(frozen=True)
class Space:
    """What is searched: a dimension for each name.

    >>> space = Space({"rate": Real(0.001, 0.1, log=True), "width": Choice((8, 16))})
    >>> [round(config["rate"], 3) for config in space.grid(3)]
    [0.001, 0.001, 0.01, 0.01, 0.1, 0.1]
    """

    dimensions: Mapping[str, Dimension]

    def __post_init__(self):
        if not self.dimensions:
            raise ValueError("`dimensions` must hold one name or more, got none.")
        for name, dimension in self.dimensions.items():
            if not isinstance(dimension, Real | Integer | Choice):
                raise ValueError(
                    f"`dimensions[{name!r}]` must be a Real, an Integer or a Choice, "
                    f"got {dimension!r}. For a fixed value: Choice(({dimension!r},))."
                )

    def sample(self, rng: np.random.Generator) -> Config:
        """Draw a configuration; each dimension independently."""
        return {name: d.at(rng.random()) for name, d in self.dimensions.items()}

    def grid(self, levels: int | Mapping[str, int]) -> list[Config]:
        """Every combination of `levels` values of each dimension, the last fastest."""
        if not isinstance(levels, Mapping):
            levels = dict.fromkeys(self.dimensions, levels)
        values = []
        for name, dimension in self.dimensions.items():
            require_at_least(f"levels of {name!r}", levels.get(name, 0), 1)
            values.append(dimension.levels(levels[name]))
        return [
            dict(zip(self.dimensions, combination, strict=True))
            for combination in itertools.product(*values)
        ]

    def require(self, config: Mapping) -> None:
        """Raise unless `config` has a possible value for each name and no other."""
        if config.keys() != self.dimensions.keys():
            raise ValueError(
                f"`config` must have the names {', '.join(self.dimensions)}, got "
                f"{', '.join(config) or 'none'}."
            )
        for name, dimension in self.dimensions.items():
            if config[name] not in dimension:
                raise ValueError(
                    f"`config[{name!r}]` must be within {dimension}, "
                    f"got {config[name]!r}."
                )

    def to_json(self) -> dict:
        """Plain values that `from_json` reads back."""
        kinds = {kind: name for name, kind in KINDS.items()}
        return {
            name: {"kind": kinds[type(d)]} | asdict(d)
            for name, d in self.dimensions.items()
        }

    @classmethod
    def from_json(cls, plain: Mapping[str, Mapping]) -> "Space":
        """The space that `to_json` wrote, or that someone wrote by hand."""
        found = {}
        for name, values in plain.items():
            values = dict(values)
            kind = values.pop("kind", None)
            if kind not in KINDS:
                raise ValueError(
                    f"`kind` of {name!r} must be one of {', '.join(KINDS)}, "
                    f"got {kind!r}."
                )
            try:
                found[name] = KINDS[kind](**values)
            except TypeError as error:
                raise ValueError(f"{name!r} is no {kind}: {error}.") from error
        return cls(found)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)


def _require_range(dimension: Real | Integer) -> None:
    low, high = dimension.low, dimension.high
    if not (_is_number(low) and _is_number(high) and low < high):
        raise ValueError(
            f"`low` must be a number below `high`, got low={low!r}, high={high!r}. "
            "For a single value use a Choice."
        )
    if not (math.isfinite(low) and math.isfinite(high)):
        raise ValueError(f"`low` and `high` must be finite, got {low!r} and {high!r}.")
    if dimension.log and low <= 0:
        raise ValueError(
            f"`low` must be above 0 where `log` is on, got {low!r}. Zero has no "
            "logarithm: start at a small number, or leave `log` out."
        )
