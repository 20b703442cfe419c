"""One class for each engine that runs an exported model; all answer in one way.

A runtime has a `name`, a number of `threads`, and `predict`: images (n, h, w, c) uint8
to probabilities (n, num_classes) float32, for any n of 1 or more. An engine is
imported when a runtime of it is made, and not before.
"""

from cnnbook.runtimes.base import Runtime, load_runtime
from cnnbook.runtimes.litert import LiteRuntime
from cnnbook.runtimes.onnx import OnnxRuntime
from cnnbook.runtimes.tensorflow import KerasRuntime, SavedModelRuntime

__all__ = [
    "KerasRuntime",
    "LiteRuntime",
    "OnnxRuntime",
    "Runtime",
    "SavedModelRuntime",
    "load_runtime",
]
