"""Deciding a claim: the outcome of a run, held against the register."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from cnnbook.claims.box import as_html, as_text
from cnnbook.claims.references import Reference, find_reference
from cnnbook.claims.register import Claim, ClaimError, load_register

MIME = "application/vnd.cnnbook.claim+json"

Holds = bool | Mapping[str, bool]


def verdict(
    claim_id: str,
    *,
    holds: Holds,
    because: str,
    register: Mapping[str, Claim] | None = None,
) -> None:
    """Decide a claim and print its box; raise `ClaimError` unless the register agrees.

    Parameters
    ----------
    holds : whether the claim held, or {case in words: whether it held there}. All
        true is "upheld", all false "refuted", both together "conditional".
    because : the rule that decided, with thresholds, without measured values.
    register : claim id -> claim; by default, the package's own.
    """
    claim = _decided(claim_id, outcome(holds), because, register)
    _show(claim, holds, because)


def cited(
    claim_id: str,
    key: str | tuple[str, ...],
    *,
    holds: Holds = True,
    because: str = "",
    bibliography: str | Path | None = None,
    register: Mapping[str, Claim] | None = None,
) -> None:
    """Decide a fact about the world by one or more entries of `references.bib`.

    As `verdict`, and raises `ClaimError` if an entry is missing or has no DOI, arXiv
    id or URL, or if the claim is not of the kind "fact". `bibliography` is a file; by
    default, references.bib in the working directory, above it, or in the package.
    """
    claims = load_register() if register is None else register
    if claim_id in claims and claims[claim_id].kind != "fact":
        raise ClaimError(
            f"{claim_id} is of the kind {claims[claim_id].kind!r}; `cited` decides "
            "facts. Show it by a run, and use `verdict`."
        )
    keys = (key,) if isinstance(key, str) else tuple(key)
    if not keys:
        raise ClaimError(f"`key` must name what {claim_id} is cited from, got none.")
    references = [find_reference(name, bibliography=bibliography) for name in keys]
    because = because or "The reference says so."
    claim = _decided(claim_id, outcome(holds), because, claims)
    _show(claim, holds, because, references)


def outcome(holds: Holds) -> str:
    """The verdict that `holds` amounts to.

    >>> outcome({"on centred images": True, "on shifted images": False})
    'conditional'
    """
    results = list(_cases(holds).values()) if isinstance(holds, Mapping) else [holds]
    if not results or not all(isinstance(value, (bool, np.bool_)) for value in results):
        raise ValueError(
            "`holds` must be True or False, or a dictionary of at least one case in "
            f"words and True or False for each, got {holds!r}. Write a comparison."
        )
    if all(results):
        return "upheld"
    return "conditional" if any(results) else "refuted"


def _cases(holds: Holds) -> dict[str, bool]:
    """The cases of `holds`, none for a single answer."""
    if not isinstance(holds, Mapping):
        return {}
    for case in holds:
        if not isinstance(case, str) or not case.strip():
            raise ValueError(f"`holds` must name each case in words, got {case!r}.")
    return dict(holds)


def _decided(
    claim_id: str,
    found: str,
    because: str,
    register: Mapping[str, Claim] | None,
) -> Claim:
    """The claim, if the register has the verdict that was found."""
    claims = load_register() if register is None else register
    where = "cnnbook/claims/register.yml"
    if claim_id not in claims:
        raise ClaimError(f"There is no claim {claim_id!r} in {where}. Check the id.")
    if not isinstance(because, str) or not because.strip():
        raise ClaimError(f"`because` must say what decides {claim_id}, got nothing.")
    claim = claims[claim_id]
    if claim.verdict is None:
        raise ClaimError(
            f"{claim_id} is open in the register, and this run says {found!r}. Enter "
            f"verdict and page in {where}, and the condition of a conditional claim."
        )
    if claim.verdict != found:
        raise ClaimError(
            f"{claim_id} is {claim.verdict!r} in the register, and this run says "
            f"{found!r}. Find out which is wrong: mend the experiment, or change "
            f"{where} and the page that explains it."
        )
    return claim


def _show(
    claim: Claim, holds: Holds, because: str, references: Sequence[Reference] = ()
) -> None:
    from IPython.display import display

    cases = {case: bool(value) for case, value in _cases(holds).items()}
    bundle = {
        "text/plain": as_text(claim, cases, because, references),
        "text/html": as_html(claim, cases, because, references),
        MIME: {"id": claim.id, "verdict": claim.verdict},
    }
    display(bundle, raw=True)
