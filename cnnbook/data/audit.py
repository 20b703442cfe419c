"""An audit of data before anything is trained on them.

Images are (n, h, w, c), labels are (n,) integers; a split is a pair of them.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import numpy as np

from cnnbook.checks import require_at_least, require_labels, require_layout
from cnnbook.data.nearest import NearPair, near_pairs

Splits = Mapping[str, tuple[np.ndarray, np.ndarray]]


class Occurrence(NamedTuple):
    """One place at which an image stands, and the label it has there."""

    split: str
    index: int
    label: int


@dataclass(frozen=True, repr=False)
class Audit:
    """What `audit` found. Pairs of splits are in the order in which they came.

    class_counts : for each split, the number of images of each class.
    distinct : for each split, how many different images it holds.
    copies_across : for splits (a, b), how many images of b stand in a as well.
    conflicts : equal images with different labels, one group for each image.
    near_pairs : for splits (a, b), pairs of unequal images at `threshold` or less,
        nearest first; `first` is a position in a, `second` one in b.
    """

    threshold: float
    class_counts: dict[str, dict[int, int]]
    distinct: dict[str, int]
    copies_across: dict[tuple[str, str], int]
    conflicts: tuple[tuple[Occurrence, ...], ...]
    near_pairs: dict[tuple[str, str], tuple[NearPair, ...]]

    @property
    def num_images(self) -> dict[str, int]:
        """Number of images of each split."""
        return {name: sum(count.values()) for name, count in self.class_counts.items()}

    @property
    def copies_within(self) -> dict[str, int]:
        """For each split, how many images repeat an earlier one of the same split."""
        return {name: n - self.distinct[name] for name, n in self.num_images.items()}

    @property
    def is_clean(self) -> bool:
        """True if no image stands twice, nearly twice across splits, or mislabelled."""
        return not (
            any(self.copies_within.values())
            or any(self.copies_across.values())
            or any(self.near_pairs.values())
            or self.conflicts
        )

    def table(self) -> list[dict[str, str | int]]:
        """One row for each split, ready for a data frame or a loop."""
        return [
            {
                "split": name,
                "images": self.num_images[name],
                "distinct": self.distinct[name],
                "smallest class": min(counts.values()),
                "largest class": max(counts.values()),
            }
            for name, counts in self.class_counts.items()
        ]

    def pairs_table(self) -> list[dict[str, str | int]]:
        """One row for each pair of splits: images of the second known from the first.

        "near copies" counts images of the second split, however many images of the
        first are near to one of them.
        """
        return [
            {
                "split": second,
                "compared with": first,
                "exact copies": self.copies_across[first, second],
                "near copies": len({pair.second for pair in pairs}),
            }
            for (first, second), pairs in self.near_pairs.items()
        ]

    def __repr__(self) -> str:
        lines = _aligned(self.table()) + _aligned(self.pairs_table())
        lines.append(f"images with conflicting labels: {len(self.conflicts)}")
        lines.append(f"near: at a distance of {self.threshold:g} or less")
        return "\n".join(lines)


def audit(splits: Splits, *, threshold: float = 0.03) -> Audit:
    """Count classes, exact and near copies, and equal images with unequal labels.

    Parameters
    ----------
    splits : name -> (images (n, h, w, c), labels (n,)); the same shape of image and
        the same type in all of them.
    threshold : distance up to which two images are near, as a share of the value
        range (255 for bytes, 1 for floats); see `cnnbook.data.nearest`.
    """
    splits = {name: (images, np.asarray(y)) for name, (images, y) in splits.items()}
    _require_alike(splits)
    require_at_least("threshold", threshold, 0)
    groups = _equal_images(splits)
    firsts = {name: _first_positions(groups, name) for name in splits}
    pairs = list(combinations(splits, 2))
    return Audit(
        threshold=threshold,
        class_counts={name: _class_counts(y) for name, (_, y) in splits.items()},
        distinct={name: len(first) for name, first in firsts.items()},
        copies_across={pair: _copies(groups, *pair) for pair in pairs},
        conflicts=tuple(
            group for group in groups if len({place.label for place in group}) > 1
        ),
        near_pairs={
            (a, b): _near(splits[a][0], firsts[a], splits[b][0], firsts[b], threshold)
            for a, b in pairs
        },
    )


def _require_alike(splits: Splits) -> None:
    if not splits:
        raise ValueError("`splits` is empty. Pass {name: (images, labels)}.")
    kinds = {}
    for name, (images, labels) in splits.items():
        require_layout(f"splits[{name!r}] images", images, "n h w c")
        require_labels(labels, len(images))
        kinds[name] = f"{images.dtype} of shape {images.shape[1:]}"
        if images.dtype != np.uint8 and not np.isfinite(images).all():
            raise ValueError(
                f"`splits[{name!r}]` holds NaN or infinity. Repair the images first."
            )
    if len(set(kinds.values())) > 1:
        raise ValueError(
            f"`splits` must hold images of one shape and type, got {kinds}. "
            "Bring them to one form before comparing them."
        )


def _equal_images(splits: Splits) -> list[tuple[Occurrence, ...]]:
    """All places of each different image, in the order of first sight."""
    groups: dict[bytes, list[Occurrence]] = defaultdict(list)
    for name, (images, labels) in splits.items():
        for index, (image, label) in enumerate(zip(images, labels, strict=True)):
            # + 0 turns -0.0 into 0.0, which is equal and has other bytes
            key = (image + image.dtype.type(0)).tobytes()
            groups[key].append(Occurrence(name, index, int(label)))
    return [tuple(group) for group in groups.values()]


def _first_positions(groups: list[tuple[Occurrence, ...]], name: str) -> np.ndarray:
    """Positions at which each different image of split `name` stands first."""
    firsts = []
    for group in groups:
        firsts += [place.index for place in group if place.split == name][:1]
    return np.array(firsts)


def _copies(groups: list[tuple[Occurrence, ...]], first: str, second: str) -> int:
    """How many images of split `second` stand in split `first` as well."""
    copies = 0
    for group in groups:
        places = Counter(place.split for place in group)
        copies += places[second] if places[first] else 0
    return copies


def _near(
    first: np.ndarray,
    first_at: np.ndarray,
    second: np.ndarray,
    second_at: np.ndarray,
    threshold: float,
) -> tuple[NearPair, ...]:
    """Near pairs of different images, in positions of the whole splits."""
    pairs = near_pairs(first[first_at], second[second_at], threshold=threshold)
    return tuple(
        NearPair(int(first_at[i]), int(second_at[j]), distance)
        for i, j, distance in pairs
        if distance > 0  # exact copies are counted elsewhere
    )


def _class_counts(labels: np.ndarray) -> dict[int, int]:
    classes, counts = np.unique(labels, return_counts=True)
    return dict(zip(classes.tolist(), counts.tolist(), strict=True))


def _aligned(rows: list[dict[str, str | int]]) -> list[str]:
    """Rows as lines of text with their headings, columns right-aligned."""
    if not rows:
        return []
    cells = [list(rows[0]), *([str(value) for value in row.values()] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        "  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True))
        for line in cells
    ]
