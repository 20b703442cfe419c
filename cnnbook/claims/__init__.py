"""The register of claims, and the verdict that a page prints.

A page decides a claim in a cell that ends in `verdict(...)` or, for a fact about the
world, `cited(...)`. Both raise `ClaimError` if the register says otherwise.
"""

from cnnbook.claims.references import Reference, find_bibliography, find_reference
from cnnbook.claims.register import Claim, ClaimError, load_register
from cnnbook.claims.verdicts import MIME, cited, outcome, verdict

__all__ = [
    "MIME",
    "Claim",
    "ClaimError",
    "Reference",
    "cited",
    "find_bibliography",
    "find_reference",
    "load_register",
    "outcome",
    "verdict",
]
