"""What the register says as a whole: counts, and conditions that recur.

A register maps claim ids to `Claim`, as `cnnbook.claims.load_register` gives it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from cnnbook.claims.register import VERDICTS, Claim

PARTS = {
    "I": "Introduction",
    "M": "Mathematics",
    "P": "Preprocessing",
    "T": "Training",
    "X": "Interpretation",
    "H": "Tuning",
    "D": "Deployment",
    "B": "Beyond CNNs",
    "R": "References",
}
# What a condition turns on, and the claims whose condition does, sorted by reading.
THEMES = {
    "what else the network has": "I02 I03 M01 M06 M09 M16 M22 M23 M24 P03 X06 H01 H02 "
    "H04 H05 H06 H07 H08 H09 H13 B03 B06",
    "rate, batch, initial weights": "M18 P16 H02 H04 H13 H16 H20 H21 H22 H23 H28 H30 "
    "H33",
    "how long it is trained": "I01 M15 M18 M25 P02 P22 T08 H01 H21 H22 H26 H31 H35 B09",
    "how many images there are": "I01 P09 P22 T16 H26 H31 B07 B10 B11",
    "which images and classes": "I06 I09 M05 M23 P04 P07 P21 P25 P28 T01 T09 T10 X02 "
    "X05 H01 H31 D26 B04",
    "strides and shifts": "I02 M08 M11 M15 P05 P24 H11",
    "which yardstick": "I01 I03 I06 M06 M15 T16 X05 X06 X09 H05 H16 H27 H29 H30 H33 "
    "H35 H38 B01",
    "what a word means": "I07 M02 M16 M19 M25 P02 P15 T05 T06 X13 X16 H28 B02 B08 B12",
    "which way of explaining": "X01 X05 X09 X12 X13 X14",
    "which version, and mended": "P14 P21 P24 T05 T06 T10 T13 T14 X04 X07 X15 X19 H36 "
    "D10 R06",
    "processor, engine, cloud": "M19 D07 D08 D10 D11 D12 D13 D15 D19 D21 D26 B05",
}


def tally(
    claims: Iterable[Claim], by: Callable[[Claim], str]
) -> dict[str, dict[str, int]]:
    """For each value of `by`, in order of appearance, the number of each verdict.

    The verdicts are upheld, conditional, refuted and, for a claim without one, open.
    """
    counts: dict[str, Counter] = {}
    for claim in claims:
        counts.setdefault(by(claim), Counter())[claim.verdict or "open"] += 1
    names = (*VERDICTS, "open")
    return {key: {name: count[name] for name in names} for key, count in counts.items()}


def part_of(claim: Claim) -> str:
    """The part of the source that a claim is from, in words.

    >>> part_of(Claim("M07", "32", "exact", "Pools.", None, "", None))
    'Mathematics'
    """
    letter = claim.id[0]
    if letter not in PARTS:
        raise ValueError(
            f"`claim.id` must begin with one of {', '.join(PARTS)}, got {claim.id!r}."
        )
    return PARTS[letter]


def recurring(
    claims: Iterable[Claim], themes: Mapping[str, str] = THEMES
) -> dict[str, list[str]]:
    """For each theme the ids of the conditional claims that belong to it.

    `themes` maps a name to ids with spaces between. A claim may belong to several;
    those that belong to none are under "not sorted yet".
    """
    conditional = [claim.id for claim in claims if claim.verdict == "conditional"]
    found = {name: [] for name in themes}
    for name, ids in themes.items():
        members = set(ids.split())
        found[name] = [claim for claim in conditional if claim in members]
    sorted_ids = {claim for ids in found.values() for claim in ids}
    found["not sorted yet"] = [c for c in conditional if c not in sorted_ids]
    return found
