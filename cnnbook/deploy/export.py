"""One network in the formats of other programs.

Each function takes a model of `graph.serving_model` and a path. The file appears under
its name when it is whole.
"""

import contextlib
import os
import tempfile
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import keras
import numpy as np
import tensorflow as tf

from cnnbook.checks import require_in, require_layout
from cnnbook.files import write_atomically

if TYPE_CHECKING:  # needed for ONNX alone
    import onnx

OPSET = 18  # of ONNX; read by every ONNX Runtime since 1.14
LITERT_KINDS = ("float32", "float16", "dynamic", "int8")


def export_keras(model: keras.Model, path: str | Path) -> None:
    """A .keras file, without the optimizer's variables if there was one."""
    bare = keras.Model(model.inputs, model.outputs, name=model.name)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "model.keras"
        bare.save(place)
        write_atomically(path, place.read_bytes())


def export_saved_model(model: keras.Model, folder: str | Path) -> None:
    """The folder of a SavedModel with the endpoint `serve`; it must not exist yet."""
    folder = Path(folder)
    if folder.exists():
        raise ValueError(f"`folder` must be new, {folder.name!r} exists. Remove it.")
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".") as temporary:
        with _unlogged():
            model.export(Path(temporary) / folder.name, verbose=False)
        (Path(temporary) / folder.name).rename(folder)


def export_onnx(model: keras.Model, path: str | Path) -> None:
    """An ONNX file whose inputs and outputs are named as in `model`.

    The first dimension of each is called `batch`.
    """
    import onnx

    with tempfile.TemporaryDirectory() as folder:
        place = str(Path(folder) / "model.onnx")
        model(np.zeros((1, *model.input_shape[1:]), np.uint8))  # or Keras refuses
        with _held_back(), warnings.catch_warnings():
            # Keras asks NumPy for a name that it may give a new meaning one day
            warnings.filterwarnings("ignore", "In the future `np.object`")
            model.export(place, format="onnx", verbose=False, opset_version=OPSET)
        exported = onnx.load(place)
    _rename(exported.graph, model.output_names)
    onnx.checker.check_model(exported, full_check=True)
    write_atomically(path, exported.SerializeToString())


def export_litert(
    model: keras.Model,
    path: str | Path,
    kind: str = "float32",
    *,
    calibration: np.ndarray | None = None,
) -> None:
    """A LiteRT file that takes bytes and answers with float32, whatever is inside.

    Parameters
    ----------
    kind : "float32", "float16" (weights; computes in float32), "dynamic" (int8
        weights, activations quantized as they come) or "int8" (all of it, in ranges
        that are measured on `calibration`).
    calibration : (n, h, w, c) uint8, images as they will come; a few hundred.
    """
    require_in("kind", kind, LITERT_KINDS)
    images = _calibration(model, calibration) if kind == "int8" else ()
    with _converter(model) as converter:
        if kind != "float32":
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
        if kind == "float16":
            converter.target_spec.supported_types = [tf.float16]
        if kind == "int8":
            converter.representative_dataset = lambda: ([i[None]] for i in images)
        with _held_back():
            converted = converter.convert()
    write_atomically(path, converted)


def export_onnx_int8(
    model: keras.Model,
    path: str | Path,
    *,
    calibration: np.ndarray,
    reduce_range: bool = True,
) -> None:
    """An ONNX file whose convolutions and products are int8 between scaling nodes.

    Parameters
    ----------
    calibration : (n, h, w, c) uint8, images as they will come; a few hundred.
    reduce_range : weights of 7 bits; those of 8 overflow on processors without VNNI.
    """
    from onnxruntime import quantization

    images = _calibration(model, calibration)
    with tempfile.TemporaryDirectory() as folder:
        exported, prepared, quantized = (Path(folder) / name for name in "abc")
        export_onnx(model, exported)
        # shapes are known already; what remains is to fold and fuse
        quantization.quant_pre_process(exported, prepared, skip_symbolic_shape=True)
        quantization.quantize_static(
            prepared,
            quantized,
            _Feeds(model.inputs[0].name, images),
            per_channel=True,
            reduce_range=reduce_range,
            op_types_to_quantize=["Conv", "MatMul", "Add", "MaxPool", "Relu"],
        )
        write_atomically(path, quantized.read_bytes())


@contextlib.contextmanager
def _converter(model: keras.Model) -> Iterator[tf.lite.TFLiteConverter]:
    """A converter of `model`; by way of a SavedModel it does not print."""
    with tempfile.TemporaryDirectory() as folder:
        export_saved_model(model, Path(folder) / "saved_model")
        yield tf.lite.TFLiteConverter.from_saved_model(f"{folder}/saved_model")


@contextlib.contextmanager
def _held_back() -> Iterator[None]:
    """Keep what C++ says on standard error, and let it out only where Python raises.

    Converters log every step there, and no setting stops that once TensorFlow is
    imported.
    """
    terminal = os.dup(2)
    with tempfile.TemporaryFile() as kept:
        os.dup2(kept.fileno(), 2)
        try:
            yield
        except BaseException:
            kept.seek(0)
            os.write(terminal, kept.read())
            raise
        finally:
            os.dup2(terminal, 2)
            os.close(terminal)


@contextlib.contextmanager
def _unlogged() -> Iterator[None]:
    """Keep TensorFlow from telling notebooks the temporary folder it writes to."""
    logger = tf.get_logger()
    level = logger.level
    logger.setLevel("WARNING")
    try:
        yield
    finally:
        logger.setLevel(level)


class _Feeds:
    """Calibration images one by one, in the way ONNX Runtime asks for them."""

    def __init__(self, name: str, images: np.ndarray):
        self._feeds = iter([{name: image[None]} for image in images])

    def get_next(self) -> dict[str, np.ndarray] | None:
        return next(self._feeds, None)


def _calibration(model: keras.Model, images: np.ndarray | None) -> np.ndarray:
    shape = tuple(model.input_shape[1:])
    if images is None:
        raise ValueError(
            "`calibration` must be images for int8, got None. Pass some hundred of the "
            "training images, as bytes."
        )
    require_layout("calibration", images, "n h w c")
    if images.dtype != np.uint8 or images.shape[1:] != shape:
        raise ValueError(
            f"`calibration` must be bytes (uint8) of shape (n, *{shape}), got "
            f"{images.dtype} of shape {images.shape}. Pass the pixels as they are."
        )
    return images


def _rename(graph: "onnx.GraphProto", outputs: list[str]) -> None:
    """Give the outputs of an ONNX graph these names, and every batch the name `batch`.

    What a node reads under the old name, it reads under the new one.
    """
    names = {
        value.name: name for value, name in zip(graph.output, outputs, strict=True)
    }
    for value in (*graph.output, *graph.value_info):
        value.name = names.get(value.name, value.name)
    for node in graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]
        node.output[:] = [names.get(name, name) for name in node.output]
    for value in (*graph.input, *graph.output):
        value.type.tensor_type.shape.dim[0].dim_param = "batch"


EXPORTERS: dict[str, Callable] = {
    "keras": export_keras,
    "saved_model": export_saved_model,
    "onnx": export_onnx,
    "onnx-int8": export_onnx_int8,
    **{f"litert-{kind}": partial(export_litert, kind=kind) for kind in LITERT_KINDS},
}
