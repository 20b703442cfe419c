"""A folder for PYTHONPATH in which Ray's processes find nothing, and so start faster.

Ray imports jsonschema, which imports `rfc3987_syntax` where Jupyter has brought it.
That compiles the grammar of web addresses, two seconds of a processor, in each of the
half dozen processes of which even the smallest cluster consists; and Ray gives some
of them 15 seconds to start. jsonschema does without it, as long as nobody asks it to
check an address.
"""
