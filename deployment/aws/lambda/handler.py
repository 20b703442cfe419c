"""AWS Lambda: an event with an image in base64 in, the best labels out.

Two kinds of event are read: `{"image": "<base64>"}`, and what a function URL or API
Gateway sends, in which the body is the image file itself (`isBase64Encoded`).
`cnnbook.deploy.functions` packs this file with what it needs.
"""

import base64
import binascii
import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from cnnbook import reading
from cnnbook.manifest import verify
from cnnbook.runtimes import OnnxRuntime

TOP = 3
MAX_PIXELS = 12_500_000

# Outside the handler: it runs once for each copy of the function, in the cold start,
# and fails there if the model is not the one that was packed.
FOLDER = Path(os.environ.get("CNNBOOK_FOLDER", Path(__file__).parent / "model"))
MANIFEST = verify(FOLDER)
RUNTIME = OnnxRuntime(FOLDER / "model.onnx")
RUNTIME.predict(np.full((1, *MANIFEST.input.shape), 127, np.uint8))


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer an event; what the caller did wrong is an answer, too, with status 400."""
    try:
        image = decode(event)
    except ValueError as error:
        return answer(400, {"error": str(error)})
    probabilities = RUNTIME.predict(image)[0]
    best = np.argsort(-probabilities, kind="stable")[:TOP]
    top = [
        {"label": MANIFEST.labels[k], "probability": float(probabilities[k])}
        for k in best
    ]
    return answer(200, {"version": MANIFEST.version, "top": top})


def decode(event: dict[str, Any]) -> np.ndarray:
    """The image of an event as (1, h, w, c) uint8."""
    encoded = event.get("image", event.get("body"))
    if not isinstance(encoded, str):
        raise ValueError("`image` must be an image file in base64, got none.")
    try:
        data = base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise ValueError(f"`image` must be base64: {error}.") from error
    h, w, channels = MANIFEST.input.shape
    pixels = reading.read_image(
        data, channels=channels, max_pixels=MAX_PIXELS, background=0
    )
    return reading.resize(pixels, (h, w))[None]


def answer(status: int, body: dict[str, Any]) -> dict[str, Any]:
    """What a function URL turns into an HTTP answer."""
    headers = {"Content-Type": "application/json"}
    return {"statusCode": status, "headers": headers, "body": json.dumps(body)}
