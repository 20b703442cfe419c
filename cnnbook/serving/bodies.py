"""The three ways to send an image: a form, the file itself, or numbers in JSON."""

from collections.abc import AsyncIterator

import numpy as np
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from cnnbook.serving.errors import RequestError
from cnnbook.serving.images import array_of
from cnnbook.serving.service import Service
from cnnbook.serving.tensors import parse_json
from cnnbook.serving.versions import Version

FIELD = "image"
RAW = ("image/", "application/octet-stream")


class _InMemoryParser(MultiPartParser):
    """Writes no temporary file: the body, limited by then, is in memory anyway."""

    spool_max_size = 2**31 - 1


async def read_images(request: Request, service: Service, version: Version):
    """The images of a request as (n, h, w, c) uint8, whatever its content type.

    Raises `RequestError`: 415 for a content type or encoding that is not read here,
    400 and 413 for what cannot be made an image.
    """
    refuse_encoding(request)
    content_type = request.headers.get("content-type", "").strip().lower()
    shape = version.predictor.image_shape
    if content_type.startswith("application/json"):
        return await _from_json(request, service, shape)
    if content_type.startswith("multipart/form-data"):
        return await service.decode(await _uploaded(request), shape)
    if content_type.startswith(RAW):
        return await service.decode(await request.body(), shape)
    raise RequestError(
        415,
        "send an image as multipart/form-data, as image/… or application/octet-stream, "
        f"or numbers as application/json; got {content_type[:60]!r}.",
    )


def refuse_encoding(request: Request) -> None:
    """Compressed bodies are not unpacked: a small one may hide a large one."""
    if request.headers.get("content-encoding", "identity") != "identity":
        raise RequestError(415, "send the body without content-encoding.")


async def _from_json(
    request: Request, service: Service, shape: tuple[int, int, int]
) -> np.ndarray:
    document = parse_json(await request.body())
    unknown = sorted(set(document) - {"instances"})
    if unknown:
        raise RequestError(
            400, f"`instances` is the only entry of the object, got {unknown[0]!r} too."
        )
    return array_of(document.get("instances"), shape, service.settings.max_images)


async def _uploaded(request: Request) -> bytes:
    """The file in the field `image` of a form."""
    parser = _InMemoryParser(
        request.headers, _chunks(await request.body()), max_files=1, max_fields=8
    )
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError) as error:
        message = getattr(error, "message", "no boundary")
        raise RequestError(400, f"the form cannot be read: {message}") from error
    try:
        upload = form.get(FIELD)
        if isinstance(upload, UploadFile):
            return await upload.read()
    finally:
        await form.close()
    raise RequestError(400, f"the form must have a file in its field {FIELD!r}.")


async def _chunks(body: bytes) -> AsyncIterator[bytes]:
    yield body
