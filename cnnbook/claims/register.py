"""The register: each claim of the source, its verdict, and the page that decides."""

from collections import Counter
from dataclasses import dataclass, fields
from pathlib import Path

import yaml

REGISTER = Path(__file__).parent / "register.yml"
KINDS = ("exact", "empirical", "code", "advice", "fact", "scope")
VERDICTS = ("upheld", "conditional", "refuted")


class ClaimError(AssertionError):
    """A claim is not what the register says, or the register contradicts itself."""


@dataclass(frozen=True)
class Claim:
    """One statement of the source document.

    `verdict` is None while the claim is open; `condition` says when a conditional
    claim holds and is empty for all others; `page` is the page below `chapters/`
    that decides it, such as "training/first-cnn".
    """

    id: str
    lines: str
    kind: str
    statement: str
    verdict: str | None
    condition: str
    page: str | None

    @property
    def where(self) -> str:
        """The lines of the source, in words.

        >>> Claim("T02", "157-167", "code", "Runs.", None, "", None).where
        'source lines 157-167'
        """
        several = "-" in self.lines or "," in self.lines
        return f"source line{'s' if several else ''} {self.lines}"


def load_register(path: str | Path | None = None) -> dict[str, Claim]:
    """Read the register, by default the package's own: claim id -> claim, in order.

    Raises `ClaimError`, naming the entry, where an entry contradicts itself.
    """
    path = REGISTER if path is None else Path(path)
    entries = yaml.safe_load(path.read_text(encoding="utf-8")) or []
    claims = [_claim(entry) for entry in entries]
    twice = [name for name, count in Counter(c.id for c in claims).items() if count > 1]
    if twice:
        raise ClaimError(f"The register has {', '.join(twice)} more than once.")
    return {claim.id: claim for claim in claims}


def _claim(entry: dict) -> Claim:
    names = [field.name for field in fields(Claim)]
    if not isinstance(entry, dict) or sorted(entry) != sorted(names):
        raise ClaimError(f"An entry must have {', '.join(names)}; got {entry!r}.")
    claim = Claim(**entry)
    for problem, found in (
        (f"`kind` must be one of {', '.join(KINDS)}", claim.kind not in KINDS),
        (
            f"`verdict` must be null or one of {', '.join(VERDICTS)}",
            claim.verdict is not None and claim.verdict not in VERDICTS,
        ),
        (
            "`condition` must say when a conditional claim holds, and be '' for others",
            not isinstance(claim.condition, str)
            or bool(claim.condition.strip()) != (claim.verdict == "conditional"),
        ),
        (
            "`page` must be given for a decided claim, and be null for an open one",
            (claim.page is None) != (claim.verdict is None),
        ),
        ("`lines` must be text; quote it", not isinstance(claim.lines, str)),
    ):
        if found:
            raise ClaimError(f"Claim {claim.id}: {problem}; got {entry!r}.")
    return claim
