"""Functions by name: how one process tells another what to call."""

import importlib
from collections.abc import Callable


def import_function(argument: str, name: str) -> Callable:
    """The function called `name`, as in "package.module:function".

    A message calls the argument that held the name `argument`.
    """
    module, separator, function = name.partition(":")
    if not (module and separator and function):
        raise ValueError(
            f'`{argument}` must look like "package.module:function", got {name!r}.'
        )
    try:
        found = getattr(importlib.import_module(module), function)
    except (ImportError, AttributeError) as error:
        raise ValueError(
            f"`{argument}` must name a function that every process can import, got "
            f"{name!r}: {error}. A function of a notebook cannot be: put it in a file."
        ) from error
    if not callable(found):
        raise ValueError(f"`{argument}` must be a function, {name!r} is {found!r}.")
    return found
