"""One compiled model that trains in the place of many: compiling takes seconds."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import keras
import numpy as np


class SharedModel:
    """A compiled model that stands in for others of its architecture, one at a time."""

    def __init__(self, compiled: keras.Model):
        compiled.optimizer.build(compiled.trainable_variables)
        self._compiled = compiled
        self._fresh = [np.array(value) for value in compiled.optimizer.variables]

    @contextmanager
    def in_place_of(self, own: keras.Model) -> Iterator[keras.Model]:
        """Lend the compiled model the variables of `own`; they come back trained.

        Its optimizer has forgotten whatever it trained before.
        """
        _assign(self._compiled.variables, own.variables)
        _assign(self._compiled.optimizer.variables, self._fresh)
        yield self._compiled
        _assign(own.variables, self._compiled.variables)


def _assign(variables: Iterable, values: Iterable) -> None:
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
