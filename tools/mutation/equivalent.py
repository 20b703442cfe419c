"""Faults that change nothing that anyone could see, each with the reason why."""

from tools.mutation.faults import Mutant

# (module, what stands there, what the fault makes of it): reason
EQUIVALENT: dict[tuple[str, str, str], str] = {}


def reason(module: str, mutant: Mutant) -> str:
    """Why the fault changes nothing; empty where it does."""
    return EQUIVALENT.get((module, mutant.before, mutant.after), "")
