"""Does the gate bite? Small faults are put into `cnnbook`, and the tests must see them.

`python -m tools.mutation [NAME …]` works in copies of the tree, never in place.
"""
