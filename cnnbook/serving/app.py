"""The application: routes, layers around them, and how it begins and ends."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.responses import Response

import cnnbook
from cnnbook.serving.auth import ADMIN, PUBLIC, Key, KeyGuard, read_keys
from cnnbook.serving.errors import RequestError, error_body
from cnnbook.serving.limits import BodyLimit, RateLimit, TokenBuckets
from cnnbook.serving.logs import Observe
from cnnbook.serving.routes import admin, inference, native, operation
from cnnbook.serving.service import Service
from cnnbook.serving.settings import Settings

ABOUT = """Classifies images of clothes, 28 by 28 pixels of gray, by a convolutional
network. Pixels are sent as a file stores them, 0-255; scaling is inside the network.
Every answer has the header `X-Request-ID`; every error is `{"error": "..."}`."""


def create_app(settings: Settings) -> FastAPI:
    """The service as an ASGI application; its model is loaded when it starts."""
    keys = () if settings.open else read_keys(settings.keys_file)
    service = Service(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await service.versions.start()
        yield
        service.close()

    app = FastAPI(
        title="cnnbook",
        version=cnnbook.__version__,
        description=ABOUT,
        lifespan=lifespan,
        docs_url=None,  # its page would load scripts from another host
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.service = service
    for routes in (native, inference, admin, operation):
        app.include_router(routes.router)
    _add_layers(app, service, keys)
    app.add_exception_handler(RequestError, _refused)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _failed)
    app.openapi = lambda: _openapi(app)
    return app


def _add_layers(app: FastAPI, service: Service, keys: tuple[Key, ...]) -> None:
    """Put the layers around the routes; the last one added is the outermost."""
    settings = service.settings
    app.add_middleware(
        BodyLimit,
        max_body=settings.max_body,
        max_bodies=settings.max_bodies,
        seconds=settings.body_timeout,
    )
    if settings.rate:
        buckets = TokenBuckets(settings.rate, settings.burst)
        app.add_middleware(RateLimit, buckets=buckets)
    app.add_middleware(KeyGuard, keys=keys)
    app.add_middleware(
        Observe, metrics=service.metrics, is_draining=lambda: service.draining
    )


def _error(status: int, message: str, headers: dict[str, str] | None = None):
    return Response(
        error_body(message), status, headers=headers, media_type="application/json"
    )


async def _refused(request: Request, error: RequestError) -> Response:
    return _error(error.status, str(error), error.headers)


async def _http_error(request: Request, error: HTTPException) -> Response:
    return _error(error.status_code, str(error.detail), error.headers)


async def _invalid(request: Request, error: RequestValidationError) -> Response:
    problems = [
        f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
        for problem in error.errors()
    ]
    return _error(422, "; ".join(problems))


async def _failed(request: Request, error: Exception) -> Response:
    # what went wrong is in the log, and nobody else's business
    return _error(500, "an error of the service; see its log for the request id.")


def _openapi(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, with the two ways of sending a key."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            routes=app.routes,
        )
        document["components"]["securitySchemes"] = {
            "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
            "bearer": {"type": "http", "scheme": "bearer"},
        }
        is_open = app.state.service.settings.open
        for path, operations in document["paths"].items():
            if path in PUBLIC or (is_open and not path.startswith(ADMIN)):
                continue
            for operation_ in operations.values():
                operation_["security"] = [{"key": []}, {"bearer": []}]
        app.openapi_schema = document
    return app.openapi_schema
