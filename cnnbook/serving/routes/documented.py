"""What every route says about itself in OpenAPI, and how it answers."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import orjson
from fastapi import Path, Query
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from cnnbook.serving import schemas

MEANINGS = {
    400: "the body cannot be read as images",
    401: "no API key, or an unknown one",
    403: "the key has not this role",
    404: "no such model or version",
    405: "another method is asked for",
    408: "the body took too long to arrive",
    409: "the versions do not allow it",
    413: "too many bytes, pixels or images",
    415: "a content type or encoding that is not read",
    422: "a parameter of the address is wrong",
    429: "too many requests; see Retry-After",
    500: "an error of the service; the log has it under the request id",
    503: "too much work, or not ready; see Retry-After",
}
ANY = (401, 404, 405, 422, 429, 500)
BODY = (400, 408, 413, 415, 503)

Model = Annotated[str, Path(description="name of the model", examples=["fashion"])]
VersionNumber = Annotated[
    str,
    Path(description="number of a version", pattern=schemas.VERSION, examples=["1"]),
]
TopK = Annotated[int, Query(description="classes to name", ge=1, le=10)]


class DirectRoute(APIRoute):
    """A route that is called without FastAPI's search for parameters where the address
    has none but the model: a seventh of the time of a small request was spent there.

    Its function takes the request, and defaults for all parameters of the query.
    """

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:
        """The handler of this route."""
        careful = super().get_route_handler()

        async def handle(request: Request) -> Response:
            if request.scope["query_string"] or "version" in request.path_params:
                return await careful(request)
            return await self.endpoint(request, **request.path_params)

        return handle


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that may answer with these."""
    return {
        status: {"model": schemas.Error, "description": MEANINGS[status]}
        for status in sorted(set(statuses))
    }


def request_body(
    content: dict[str, dict[str, Any]], *, required: bool = True
) -> dict[str, Any]:
    """The `openapi_extra` of a route that reads its body itself."""
    return {"requestBody": {"required": required, "content": content}}


def schema_of(model: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of a body, complete in itself."""
    schema = model.model_json_schema(ref_template="#/$defs/{model}")
    return _inlined(schema, schema.pop("$defs", {}))


def _inlined(schema: Any, definitions: dict[str, Any]) -> Any:
    """`schema` without references, which OpenAPI would look for elsewhere."""
    if isinstance(schema, list):
        return [_inlined(part, definitions) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inlined(definitions[schema["$ref"].split("/")[-1]], definitions)
    return {name: _inlined(part, definitions) for name, part in schema.items()}


FILE = {"type": "string", "format": "binary"}
IMAGE_BODY = request_body(
    {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["image"],
                "properties": {"image": FILE},
            }
        },
        "image/png": {"schema": FILE},
        "image/jpeg": {"schema": FILE},
        "application/octet-stream": {"schema": FILE},
        "application/json": {"schema": schema_of(schemas.Instances)},
    }
)


def json_response(document: object, status: int = 200) -> Response:
    """`document` as JSON, NumPy arrays included."""
    body = orjson.dumps(document, option=orjson.OPT_SERIALIZE_NUMPY)
    return Response(body, status, media_type="application/json")
