"""The register of hostile requests, and the ways to send a file or JSON.

A kind makes (method, path, headers, body) from a random source.
"""

import json
from collections.abc import Callable

import numpy as np

Request = tuple[str, str, dict[str, str], bytes]
KINDS: dict[str, Callable[[np.random.Generator], Request]] = {}
PREDICT, EXPLAIN = "/v1/models/fashion/predict", "/v1/models/fashion/explain"
INFER, INVOKE = "/v2/models/fashion/infer", "/invocations"
IMAGE_PATHS = (PREDICT, EXPLAIN, INVOKE)
HEADER = "Inference-Header-Content-Length"


def kind(make: Callable[[np.random.Generator], Request]) -> Callable:
    """Enter a kind of request under its name."""
    KINDS[make.__name__] = make
    return make


def upload(rng: np.random.Generator, data: bytes) -> Request:
    """`data` as an image: raw, or in a form."""
    path = str(rng.choice(IMAGE_PATHS))
    if rng.random() < 0.5:
        kinds = ("image/png", "image/jpeg", "application/octet-stream", "image/x")
        return "POST", path, {"content-type": str(rng.choice(kinds))}, data
    head = b'--x\r\ncontent-disposition: form-data; name="image"; filename="a"\r\n\r\n'
    body = head + data + b"\r\n--x--\r\n"
    return "POST", path, {"content-type": "multipart/form-data; boundary=x"}, body


def as_json(path: str, body: bytes) -> Request:
    return "POST", path, {"content-type": "application/json"}, body


def tensor_document(**changes: object) -> str:
    """A request of the v2 protocol as JSON text, its data `null`."""
    tensor = {"name": "image", "datatype": "UINT8", "shape": [1, 28, 28, 1]}
    return json.dumps({"inputs": [{"data": None} | tensor | changes]})
