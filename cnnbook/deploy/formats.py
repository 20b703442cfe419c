"""The files that a version may hold, and how far each may be from its original."""

from typing import NamedTuple

from cnnbook.deploy.gate import COARSE, EXACT, HALF, ROUNDED, Limits


class Format(NamedTuple):
    """Name of a file, or of a folder, in a version, and the limits of its gate."""

    file: str
    limits: Limits


FORMATS: dict[str, Format] = {
    "onnx": Format("model.onnx", EXACT),
    "explain": Format("explain.onnx", EXACT),
    "keras": Format("model.keras", EXACT),
    "saved_model": Format("saved_model", EXACT),
    "litert-float32": Format("model.tflite", EXACT),
    "litert-float16": Format("model-float16.tflite", HALF),
    "litert-dynamic": Format("model-dynamic.tflite", ROUNDED),
    "litert-int8": Format("model-int8.tflite", ROUNDED),
    "onnx-int8": Format("model-int8.onnx", COARSE),
}
SERVED = ("onnx", "explain", "keras")  # what `cnnbook.serving` reads
