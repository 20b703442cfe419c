"""The tensors of the Open Inference Protocol v2, as JSON and as binary.

Source: the protocol (`docs/predict-api/v2` of KServe) and Triton's extension for
binary tensor data, in which the JSON part of a body is followed by the raw tensors and
the header `Inference-Header-Content-Length` says where it ends.
"""

from dataclasses import dataclass

import numpy as np
import orjson

from cnnbook.serving.errors import RequestError
from cnnbook.serving.images import to_bytes

HEADER = "inference-header-content-length"
INPUT, OUTPUT = "image", "probabilities"


@dataclass(frozen=True)
class InferRequest:
    """What is asked: images (n, h, w, c) uint8, an id to give back, and the form."""

    images: np.ndarray
    id: str | None
    binary: bool


def parse_infer(
    body: bytes, header_length: str | None, shape: tuple[int, int, int], max_images: int
) -> InferRequest:
    """Read a request of either form; `RequestError` says what is wrong with it."""
    end = _header_end(body, header_length)
    document = parse_json(body[:end])
    tensor = _only_input(document)
    dims = _dims(tensor, shape, max_images)
    raw = body[end:]
    size = _parameters(tensor).get("binary_data_size")
    if size is None:
        if raw:
            raise RequestError(400, "binary data came, but no `binary_data_size`.")
        images = _from_json(tensor.get("data"), dims, shape)
    else:
        images = _from_binary(raw, size, dims, "data" in tensor)
    return InferRequest(images, _id(document), _wants_binary(document))


def infer_response(
    request: InferRequest, model: str, version: str, probabilities: np.ndarray
) -> tuple[bytes, dict[str, str]]:
    """The body and the headers of an answer, probabilities (n, num_classes)."""
    output = {"name": OUTPUT, "datatype": "FP32", "shape": list(probabilities.shape)}
    document = {"model_name": model, "model_version": version, "outputs": [output]}
    if request.id is not None:
        document["id"] = request.id
    if not request.binary:
        output["data"] = np.ascontiguousarray(probabilities.ravel())
        body = orjson.dumps(document, option=orjson.OPT_SERIALIZE_NUMPY)
        return body, {"content-type": "application/json"}
    raw = probabilities.astype("<f4").tobytes()
    output["parameters"] = {"binary_data_size": len(raw)}
    head = orjson.dumps(document)
    headers = {"content-type": "application/octet-stream", HEADER: str(len(head))}
    return head + raw, headers


def parse_json(body: bytes) -> dict:
    """An object of JSON; NaN, Infinity and a depth beyond 1024 are refused."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise RequestError(400, f"the body must be JSON: {error}.") from error
    if not isinstance(document, dict):
        raise RequestError(400, "the body must be a JSON object.")
    return document


def _header_end(body: bytes, header_length: str | None) -> int:
    if header_length is None:
        return len(body)
    if not (header_length.isascii() and header_length.isdigit()) or (
        len(header_length) > 9 or int(header_length) > len(body)
    ):
        raise RequestError(
            400, f"{HEADER} must be the number of bytes of JSON in this body."
        )
    return int(header_length)


def _only_input(document: dict) -> dict:
    inputs = document.get("inputs")
    if not isinstance(inputs, list) or len(inputs) != 1:
        raise RequestError(400, f"`inputs` must be a list of one tensor, {INPUT!r}.")
    tensor = inputs[0]
    if not isinstance(tensor, dict) or tensor.get("name") != INPUT:
        raise RequestError(400, f"the input must be called {INPUT!r}.")
    if tensor.get("datatype") != "UINT8":
        raise RequestError(
            400,
            "`datatype` must be UINT8, pixels as a file stores them, got "
            f"{tensor.get('datatype')!r}. Do not scale them: the network does.",
        )
    return tensor


def _dims(
    tensor: dict, shape: tuple[int, int, int], max_images: int
) -> tuple[int, int, int, int]:
    dims = tensor.get("shape")
    good = isinstance(dims, list) and all(type(size) is int for size in dims)
    if not good or len(dims) != 4 or tuple(dims[1:]) != shape or dims[0] < 1:
        wanted = ["n", *shape]
        raise RequestError(400, f"`shape` must be {wanted}, n 1 or more, got {dims!r}.")
    if dims[0] > max_images:
        raise RequestError(413, f"at most {max_images} images in one request.")
    return tuple(dims)


def _from_json(data: object, dims: tuple, shape: tuple[int, int, int]) -> np.ndarray:
    if not isinstance(data, list):
        raise RequestError(400, "`data` must be a list of numbers.")
    try:
        array = np.asarray(data)
    except (ValueError, OverflowError, RecursionError) as error:
        raise RequestError(400, f"`data` must be regular ({error}).") from error
    if array.size != np.prod(dims) or (array.ndim > 1 and array.shape != dims):
        raise RequestError(
            400, f"`data` must be {dims}, flat or nested, got shape {array.shape}."
        )
    return to_bytes("data", array.reshape(dims), shape)


def _from_binary(raw: bytes, size: object, dims: tuple, has_data: bool) -> np.ndarray:
    expected = int(np.prod(dims))
    if has_data:
        raise RequestError(400, "a tensor has `data` or `binary_data_size`, not both.")
    if type(size) is not int or size != expected or len(raw) != expected:
        raise RequestError(
            400,
            f"{expected} bytes of binary data must come for shape {dims}, got "
            f"`binary_data_size` {size!r} and {len(raw)} bytes.",
        )
    return np.frombuffer(raw, np.uint8).reshape(dims)


def _parameters(holder: dict) -> dict:
    parameters = holder.get("parameters", {})
    if not isinstance(parameters, dict):
        raise RequestError(400, "`parameters` must be an object.")
    return parameters


def _id(document: dict) -> str | None:
    given = document.get("id")
    if given is not None and not isinstance(given, str):
        raise RequestError(400, "`id` must be a text.")
    return given


def _wants_binary(document: dict) -> bool:
    """Whether the output is asked for as binary, by itself or for all outputs."""
    default = _parameters(document).get("binary_data_output", False) is True
    outputs = document.get("outputs")
    if outputs is None:
        return default
    if not isinstance(outputs, list) or len(outputs) != 1:
        raise RequestError(400, f"`outputs` must be a list of one, {OUTPUT!r}.")
    if not isinstance(outputs[0], dict) or outputs[0].get("name") != OUTPUT:
        raise RequestError(400, f"the only output is {OUTPUT!r}.")
    return _parameters(outputs[0]).get("binary_data", default) is True
