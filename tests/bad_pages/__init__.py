"""For every rule of the page contract, at least one page that breaks it alone.

`BAD` lists (rule, function): the function takes a good page apart, in place. The
modules are those of `tools.hygiene`; importing them enters their functions.
"""

from tests.bad_pages import claims, code, explorers, figures, outputs, structure
from tests.bad_pages.spoil import BAD

__all__ = ["BAD"]

SUBJECTS = (claims, code, explorers, figures, outputs, structure)
